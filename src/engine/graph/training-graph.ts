import { type LoraSlot, loraLayout } from '../adaptation/lora.ts';
import { descriptions } from '../architectures/index.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { GraphBuilder, type Value } from './builder.ts';
import { loraInput } from './decode-graph.ts';
import { FrozenWeights } from './frozen-weights.ts';
import { fisherCotangent, type Logits, likelihoodCotangent, residualCotangent, scoreLogits } from './loss.ts';
import type { OnnxGraph } from './onnx-model.ts';
import { type Parameters, parameterNames, TrainingEmitter } from './training-emitter.ts';

/**
 * `evaluate`: forward only. `gradient`: reverse mode with the residual of adaptation §2 as cotangent of the logits.
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
 * Inputs: ids, positions i64 [B, T] · causal [T, T] · cos, sin [P, hd/2] · rows i64 [R] (of the B·T positions, those whose logits count)
 * · targets i64 [R] · zero [1, 1] = 0 (order barriers) · lora.l.target.A [in, r], .B [r, out]
 * · gradient: reward [R] = expm1(b_i), centering [1] · fisher: tangent.(LoRA names) · parameters: weight [R], param.NAME.
 * Outputs: logProb, entropy [R], distribution [R, V] (log π) · grad.(LoRA or parameter names).
 */
export function trainingGraph(
  config: ModelConfig,
  weights: PreparedWeights | undefined,
  options: TrainingGraphOptions,
): OnnxGraph {
  const g = new GraphBuilder();
  const { kind, rank } = options;
  const parameters: Parameters =
    kind === 'parameters' ? { kind: 'trained' } : { kind: 'frozen', frozen: new FrozenWeights(g, defined(weights)) };
  const emitter = new TrainingEmitter(g, config, parameters, rank);
  const slots = loraLayout(config, rank).slots;
  const differentiated = kind === 'gradient' || kind === 'fisher' ? slots : [];
  const tangents = kind === 'fisher' ? slots.map((slot) => declareTangent(g, slot)) : [];
  const trained = kind === 'parameters' ? parameterNames(config).map(({ name }) => emitter.parameter(name)) : [];
  const leaves = [...differentiated.map(slotName), ...trained];

  let declaredZero: Value | undefined;
  const zero = (): Value => {
    declaredZero ??= g.input('zero', 'float', [1, 1]);
    return declaredZero;
  };

  // Forward: one tape per layer, so that the reverse pass can drop or rebuild a layer's activations as a whole.
  const description = descriptions[config.architecture];
  const heads = { query: config.heads, key: config.kvHeads };
  const embedTape = emitter.tape(leaves, []);
  const embedded = emitter.embed();
  const layers: { input: Value; output: Value; tangent: Value | undefined; replay: (input: Value) => Value }[] = [];
  let x = embedded;
  let tangent: Value | undefined;
  const tapes = [];
  for (let index = 0; index < config.layers; index++) {
    const isActive = index > 0 || embedTape.active(embedded);
    const tape = emitter.tape(
      isActive ? [...leaves, x] : leaves,
      tangent === undefined ? tangents : [...tangents, [x, tangent]],
    );
    emitter.layer = index;
    const output = description.layer(emitter, x, heads);
    tapes.push(tape);
    layers.push({
      input: x,
      output,
      tangent,
      replay: (input) => {
        emitter.layer = index;
        return description.layer(emitter, input, heads);
      },
    });
    tangent = tape.tangent(output);
    // Without this the whole forward pass would run before the first tangent, and keep every activation alive for it.
    const waits = tangent !== undefined && options.layerCheckpointing;
    x = waits ? g.add(output, g.mul(zero(), corner(g, tangent as Value))) : output;
  }
  const headTape = emitter.tape([...leaves, x], tangent === undefined ? [] : [[x, tangent]]);
  const z = emitter.logits(x);
  const targets = g.input('targets', 'int64', ['R']);
  const logits = scoreLogits(g, z, targets);
  publish(g, logits, config);
  if (kind === 'evaluate') return g.finish(kind);

  // Reverse.
  const cotangents = headTape.backward(z, cotangentOf(g, kind, logits, headTape.tangent(z)));
  const gradients = new Map<Value, Value>();
  const collect = (found: Map<Value, Value>, names: Iterable<Value>): Value[] => {
    const fresh: Value[] = [];
    for (const name of names) {
      const d = found.get(name);
      if (d === undefined) continue;
      const before = gradients.get(name);
      gradients.set(name, before === undefined ? d : g.add(before, d));
      fresh.push(d);
    }
    return fresh;
  };
  collect(cotangents, leaves);
  let dx = cotangents.get(x) as Value;
  for (let index = config.layers - 1; index >= 0; index--) {
    const layer = layers[index] as (typeof layers)[number];
    let tape = tapes[index] as (typeof tapes)[number];
    let { input, output } = layer;
    const isActive = tape.active(input);
    if (options.layerCheckpointing) {
      // x' = x + 0·dy[0, 0] makes the replay wait for dy and keeps the optimiser from merging it with the first pass.
      input = g.add(input, g.mul(zero(), corner(g, dx)));
      tape = emitter.tape(isActive ? [...leaves, input] : leaves, []);
      output = layer.replay(input);
    }
    const found = tape.backward(output, dx);
    const fresh = collect(found, leaves);
    if (!isActive) break;
    // onnxruntime schedules leaf outputs last and would keep every activation alive; this makes the next layer wait for them.
    const waits = fresh.map((d) => firstElement(g, d)).reduce((sum, d) => g.add(sum, d));
    dx = g.add(found.get(input) as Value, g.mul(zero(), waits));
  }
  if (embedTape.active(embedded)) collect(embedTape.backward(embedded, dx), leaves);
  for (const slot of differentiated) {
    g.output(`grad.${slotName(slot)}`, gradients.get(slotName(slot)) as Value, 'float', [slot.rows, slot.columns]);
  }
  if (kind === 'parameters') {
    for (const { name, shape } of parameterNames(config)) {
      g.output(`grad.${name}`, gradients.get(emitter.parameter(name)) as Value, 'float', shape);
    }
  }
  return g.finish(kind);
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

const slotName = ({ layer, target, matrix }: LoraSlot): string => loraInput(layer, target, matrix);

function declareTangent(g: GraphBuilder, slot: LoraSlot): readonly [Value, Value] {
  return [slotName(slot), g.input(`tangent.${slotName(slot)}`, 'float', [slot.rows, slot.columns])];
}

/** [N, H] → [1, 1] */
function corner(g: GraphBuilder, x: Value): Value {
  return g.node('Slice', [x, g.ints([0, 0]), g.ints([1, 1])]);
}

/** Any shape → [1] */
function firstElement(g: GraphBuilder, x: Value): Value {
  return g.node('Slice', [g.reshape(x, g.ints([-1])), g.ints([0]), g.ints([1])]);
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A part of the training graph is missing.');
  return value;
}
