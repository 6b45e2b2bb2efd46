import { expectedTensors } from '../checkpoint/expected-tensors.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { attentionShapes } from './attention.ts';
import { distinctWindows, maskInput } from './attention-window.ts';
import type { GraphBuilder, Value } from './builder.ts';
import type { FrozenWeights } from './frozen-weights.ts';
import type { LayerOps } from './layer-ops.ts';
import { loraInput, loraLayout } from './lora.ts';
import { Tape } from './tape.ts';

/** Frozen: the weights are in the weights file and only LoRA moves. Trained: every weight is a graph input. */
export type Parameters = { readonly kind: 'frozen'; readonly frozen: FrozenWeights } | { readonly kind: 'trained' };

/** The graph input of a trained parameter. */
export const parameterInput = (name: string): string => `param.${name}`;

/** Every trained parameter of a model: its checkpoint name and shape, in a fixed order. */
export function parameterNames(config: ModelConfig): { name: string; shape: readonly number[] }[] {
  return [...expectedTensors(config)].map(([name, shape]) => ({ name, shape }));
}

/** Emits layers through a tape; activations are [N, ·] with N = B·T. */
export class TrainingEmitter implements LayerOps {
  layer = 0;
  readonly #g: GraphBuilder;
  readonly #config: ModelConfig;
  readonly #parameters: Parameters;
  /** The modules that carry LoRA. */
  readonly #adapted: ReadonlySet<string>;
  readonly #inputs;
  readonly #batchTime: Value;
  readonly #shapes;
  /** Of all parameters by name: tells which linears have a bias. */
  readonly #parameterShapes: ReadonlyMap<string, readonly number[]>;
  /** [B, T, width] by width. */
  readonly #split = new Map<number, Value>();
  #tape: Tape;

  constructor(g: GraphBuilder, config: ModelConfig, parameters: Parameters, rank: number) {
    this.#g = g;
    this.#config = config;
    this.#parameters = parameters;
    this.#adapted = new Set(rank > 0 ? config.loraModules : []);
    this.#parameterShapes = expectedTensors(config);
    const sin = g.input('sin', 'float', ['P', config.headSize / 2]);
    this.#inputs = {
      ids: g.input('ids', 'int64', ['B', 'T']),
      positions: g.input('positions', 'int64', ['B', 'T']),
      masks: new Map(
        distinctWindows(config).map((window) => [window, g.input(maskInput(window), 'float', ['T', 'T'])]),
      ),
      cos: g.input('cos', 'float', ['P', config.headSize / 2]),
      sin,
      negativeSin: g.node('Neg', [sin]),
      rows: g.input('rows', 'int64', ['R']),
    };
    for (const slot of loraLayout(config, rank).slots) g.input(loraInput(slot), 'float', [slot.rows, slot.columns]);
    this.#batchTime = g.node('Shape', [this.#inputs.ids]);
    this.#shapes = attentionShapes(g, this.#batchTime, config);
    this.#tape = new Tape(g, []);
  }

  /** Starts a tape; everything emitted from now on is recorded on it. */
  tape(leaves: Iterable<Value>, tangents: Iterable<readonly [Value, Value]>): Tape {
    this.#tape = new Tape(this.#g, leaves, tangents);
    return this.#tape;
  }

  /** ids [B, T] → x [N, H] */
  embed(): Value {
    const ids = this.#g.reshape(this.#inputs.ids, this.#g.ints([-1]));
    if (this.#parameters.kind === 'frozen') return this.#parameters.frozen.embed(ids, 1);
    return this.#tape.apply('embedding', [parameterInput('model.embed_tokens.weight')], { ids });
  }

  /** x [N, H] ─ rows [R, H] ─ norm ─ lm_head ─ z [R, V]; the head is computed only where it is asked for. */
  logits(x: Value): Value {
    const selected = this.#tape.apply('selectRows', [x], { rows: this.#inputs.rows });
    const normed = this.#norm(selected, 'model.norm.weight');
    return this.#linear(normed, this.#config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head', false);
  }

  add(a: Value, b: Value): Value {
    return this.#tape.apply('add', [a, b], null);
  }

  norm(x: Value, weight: string): Value {
    return this.#norm(x, `model.layers.${this.layer}.${weight}.weight`);
  }

  headNorm(x: Value, weight: string, heads: number): Value {
    const shape = this.#g.ints([-1, this.#config.headSize]);
    const back = this.#g.ints([-1, heads * this.#config.headSize]);
    const split = this.#tape.apply('reshape', [x], { shape, back });
    return this.#tape.apply('reshape', [this.norm(split, weight)], { shape: back, back: shape });
  }

  linear(x: Value, module: string): Value {
    const { layer } = this;
    const name = `model.layers.${layer}.${module}`;
    if (!this.#adapted.has(module) || this.#parameters.kind === 'trained') {
      return this.#linear(x, name, this.#parameterShapes.has(`${name}.bias`));
    }
    const lora = (['A', 'B'] as const).map((matrix) => loraInput({ layer, module, matrix }));
    return this.#tape.apply('loraLinear', [x, ...lora], this.#parameters.frozen.matrix(name));
  }

  linears<const T extends readonly string[]>(x: Value, modules: T): { [K in keyof T]: Value } {
    return modules.map((module) => this.linear(x, module)) as { [K in keyof T]: Value };
  }

  rotary(x: Value, heads: number): Value {
    const { positions, cos, sin, negativeSin } = this.#inputs;
    const width = heads * this.#config.headSize;
    const split =
      this.#split.get(width) ?? this.#g.node('Concat', [this.#batchTime, this.#g.ints([width])], { axis: 0 });
    this.#split.set(width, split);
    const flat = this.#g.ints([-1, width]);
    return this.#tape.apply('rotary', [x], { positions, cos, sin, negativeSin, split, flat });
  }

  attention(q: Value, k: Value, v: Value): Value {
    const { heads, kvHeads, headSize, windows } = this.#config;
    const mask = this.#inputs.masks.get(windows[this.layer]!)!;
    const attributes = { heads, kvHeads, headSize, mask, shapes: this.#shapes };
    return this.#tape.apply('attention', [q, k, v], attributes);
  }

  gatedSilu(gate: Value, up: Value): Value {
    return this.#tape.apply('gatedSilu', [gate, up], null);
  }

  #norm(x: Value, weight: string): Value {
    const gamma = this.#parameters.kind === 'frozen' ? this.#parameters.frozen.vector(weight) : parameterInput(weight);
    return this.#tape.apply('rmsNorm', [x, gamma], { eps: this.#config.rmsNormEps });
  }

  #linear(x: Value, module: string, bias: boolean): Value {
    if (this.#parameters.kind === 'frozen') {
      return this.#tape.apply('frozenLinear', [x], this.#parameters.frozen.matrix(module));
    }
    const inputs = [x, parameterInput(`${module}.weight`)];
    return this.#tape.apply('linear', bias ? [...inputs, parameterInput(`${module}.bias`)] : inputs, null);
  }
}
