import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { GraphBuilder, type Product, type Value } from './builder.ts';
import { FrozenWeights } from './frozen-weights.ts';
import type { DecoderLayer } from './layer-ops.ts';
import { type LoraSlot, loraInput, loraLayout } from './lora.ts';
import {
  divergence,
  fisherCotangent,
  type Logits,
  likelihoodCotangent,
  residualCotangent,
  scoreLogits,
} from './loss.ts';
import type { OnnxGraph } from './onnx-model.ts';
import { total } from './rule.ts';
import type { Tape } from './tape.ts';
import { type Parameters, parameterInput, parameterNames, TrainingEmitter } from './training-emitter.ts';

/**
 * `evaluate`: forward only, compared with a reference distribution. `gradient`: the same, and on demand reverse mode with the
 * residual of adaptation §2 as cotangent of the logits.
 * `fisher`: forward mode, the Fisher metric at the logits, reverse mode (adaptation §3b): v ↦ Σ GᵀDG·v.
 * `parameters`: reverse mode for every weight of the model (training from scratch).
 */
export type TrainingKind = 'evaluate' | 'gradient' | 'fisher' | 'parameters';

export interface TrainingGraphOptions {
  readonly kind: TrainingKind;
  /** LoRA rank; 0 leaves LoRA out (`evaluate`, `parameters`). */
  readonly rank: number;
  /** Keep only each layer's input and compute the layer again in the backward pass. */
  readonly layerCheckpointing: boolean;
}

/**
 * Inputs: ids, positions i64 [B, T] · mask, mask.w [T, T] for every window w of the layers · cos, sin [P, hd/2] · rows i64 [R] (of the B·T positions, those whose logits count)
 * · targets i64 [R] · zero [1] = 0 (see GraphBuilder.after) · lora.l.module.A [in, r], .B [r, out]
 * · evaluate, gradient: reference [R, V] or [1, 1] · gradient: backward bool [1], reward [R] = expm1(b_i), centering [1] · fisher: tangent.(LoRA names) · parameters: weight [R], param.NAME.
 * Outputs: logProb, entropy [R], distribution [R, V] (log π) · evaluate, gradient: divergence [R]
 * · grad.l [n, 1] per layer and, for `parameters`, grad.outer [n, 1]: gradients one after the other, see `gradientGroups`.
 */
export function trainingGraph(
  config: ModelConfig,
  decoderLayer: DecoderLayer,
  weights: PreparedWeights | undefined,
  options: TrainingGraphOptions,
): OnnxGraph {
  const g = new GraphBuilder();
  const { kind, rank, layerCheckpointing } = options;
  const parameters: Parameters =
    kind === 'parameters' ? { kind: 'trained' } : { kind: 'frozen', frozen: new FrozenWeights(g, defined(weights)) };
  const emitter = new TrainingEmitter(g, config, parameters, rank);
  const groups = new Map(gradientGroups(config, kind, rank).map(({ group, leaves }) => [group, leaves]));
  const leavesOf = (group: number | 'outer'): Value[] => (groups.get(String(group)) ?? []).map(({ input }) => input);
  const outer = leavesOf('outer');
  if (kind === 'parameters') for (const leaf of [...groups.values()].flat()) g.input(leaf.input, 'float', leaf.shape);
  const tangents = kind === 'fisher' ? loraLayout(config, rank).slots.map((slot) => declareTangent(g, slot)) : [];

  // Forward: one tape per layer, so that the reverse pass can drop or rebuild a layer's activations as a whole.
  const heads = { query: config.heads, key: config.kvHeads };
  const emitLayer = (index: number, input: Value): Value => {
    emitter.layer = index;
    return decoderLayer(emitter, input, heads);
  };
  const embedTape = emitter.tape(outer, []);
  const embedded = emitter.embed();
  const layers: { input: Value; output: Value; tape: Tape; active: boolean }[] = [];
  let x = embedded;
  let tangent: Value | undefined;
  for (let index = 0; index < config.layers; index++) {
    const active = index > 0 || embedTape.active(embedded);
    const moving = tangent === undefined ? tangents : [...tangents, [x, tangent] as const];
    const tape = emitter.tape([...leavesOf(index), ...(active ? [x] : [])], moving);
    const output = emitLayer(index, x);
    layers.push({ input: x, output, tape, active });
    tangent = tape.tangent(output);
    // Without this the whole forward pass would run before the first tangent, and keep every activation alive for it.
    x = tangent !== undefined && layerCheckpointing ? g.after(output, tangent) : output;
  }
  const headTape = emitter.tape([...outer, x], tangent === undefined ? [] : [[x, tangent]]);
  const z = emitter.logits(x);
  const logits = scoreLogits(g, z, g.input('targets', 'int64', ['R']));
  publish(g, logits, config);
  const compare = (): Product[] => {
    const reference = g.input('reference', 'float', ['Q', 'W']);
    return [{ name: 'divergence', value: divergence(g, logits, reference) }];
  };
  const reverse = (): Product[] => {
    const produced: Product[] = [];
    const produce = (group: string, gradients: readonly Value[]): Value => {
      const value = flattened(g, gradients);
      produced.push({ name: `grad.${group}`, value });
      return value;
    };
    const fromHead = headTape.backward(z, cotangentOf(g, kind, logits, headTape.tangent(z)));
    let dx = defined(fromHead.get(x));
    for (const [index, layer] of [...layers.entries()].reverse()) {
      let { input, output, tape } = layer;
      if (layerCheckpointing) {
        // Waiting for dy also keeps an optimiser from merging the recomputation with the first pass.
        input = g.after(input, dx);
        tape = emitter.tape([...leavesOf(index), ...(layer.active ? [input] : [])], []);
        output = emitLayer(index, input);
      }
      const found = tape.backward(output, dx);
      const flat = produce(
        String(index),
        leavesOf(index).map((leaf) => defined(found.get(leaf))),
      );
      if (!layer.active) break;
      // onnxruntime runs what leads to outputs alone last, which would keep every activation alive: the next layer waits for it.
      dx = g.after(defined(found.get(input)), flat);
    }
    if (outer.length > 0) {
      const fromEmbedding = embedTape.backward(embedded, dx);
      // A tied embedding gets a share from both ends.
      produce(
        'outer',
        outer.map((leaf) => total(g, fromEmbedding.get(leaf), fromHead.get(leaf))),
      );
    }
    return produced;
  };
  // One graph session evaluates and differentiates: a second one would map the weights again and hold memory of its own.
  if (kind === 'gradient') {
    for (const name of g.either(g.input('backward', 'bool', [1]), reverse, compare)) g.expose(name, 'float');
  } else if (kind === 'evaluate') for (const { name, value } of compare()) g.output(name, value, 'float', ['R']);
  else for (const { name, value } of reverse()) g.output(name, value, 'float', [name, 1]);
  return g.finish(kind);
}

/** One output `grad.(group)`: gradients flattened and concatenated in this order; with fewer, larger outputs a graph session starts faster. */
export interface GradientGroup {
  readonly group: string;
  readonly leaves: readonly { readonly input: string; readonly shape: readonly number[] }[];
}

/** LoRA: a group per layer, in the order of the layout. Parameters: a group per layer, and what is outside of layers. */
export function gradientGroups(config: ModelConfig, kind: TrainingKind, rank: number): GradientGroup[] {
  if (kind === 'evaluate') return [];
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  if (kind === 'parameters') {
    const all = parameterNames(config).map(({ name, shape }) => ({ name, input: parameterInput(name), shape }));
    const inLayer = (name: string) => /^model\.layers\.(\d+)\./.exec(name)?.[1] ?? 'outer';
    return [...layers.map(String), 'outer'].map((group) => ({
      group,
      leaves: all.filter(({ name }) => inLayer(name) === group),
    }));
  }
  const { slots } = loraLayout(config, rank);
  return layers.map((layer) => ({
    group: String(layer),
    leaves: slots
      .filter((slot) => slot.layer === layer)
      .map((slot) => ({ input: loraInput(slot), shape: [slot.rows, slot.columns] })),
  }));
}

/** d0, d1, … ─ reshape [·, 1] each ─ Concat ─ [n, 1] */
function flattened(g: GraphBuilder, gradients: readonly Value[]): Value {
  return g.node(
    'Concat',
    gradients.map((d) => g.reshape(d, g.ints([-1, 1]))),
    { axis: 0 },
  );
}

function cotangentOf(g: GraphBuilder, kind: TrainingKind, logits: Logits, tangent: Value | undefined): Value {
  switch (kind) {
    case 'gradient':
      return residualCotangent(g, logits, g.input('reward', 'float', ['R']), g.input('centering', 'float', [1]));
    case 'fisher':
      return fisherCotangent(g, logits, defined(tangent));
    case 'parameters':
      return likelihoodCotangent(g, logits, g.input('weight', 'float', ['R']));
    case 'evaluate':
      throw new Error('Evaluation has no reverse pass.');
  }
}

function publish(g: GraphBuilder, logits: Logits, config: ModelConfig): void {
  g.output('logProb', logits.logProb, 'float', ['R']);
  g.output('entropy', logits.entropy, 'float', ['R']);
  g.output('distribution', logits.distribution, 'float', ['R', config.vocabSize]);
}

function declareTangent(g: GraphBuilder, slot: LoraSlot): readonly [Value, Value] {
  return [loraInput(slot), g.input(`tangent.${loraInput(slot)}`, 'float', [slot.rows, slot.columns])];
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A part of the training graph is missing.');
  return value;
}
