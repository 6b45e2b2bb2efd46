import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../graph/builder.ts';
import { serialise } from '../graph/onnx-model.ts';
import type { CacheShape, KeyValueCache } from './key-value-cache.ts';
import type { Ort } from './ort.ts';
import type { Provider } from './provider.ts';

/** Copies tensors to the device. A gpu tensor must never be read with getData (it aborts the process) nor fed to a CPU graph session. */
export type Uploader = (tensor: Tensor) => Promise<Tensor>;

/** x ─ +0 ─ y with y kept on the device: the binding's only way to put a tensor there. */
export async function uploader(ort: Ort, provider: Provider): Promise<Uploader> {
  const g = new GraphBuilder();
  const dims = ['a', 'b', 'c', 'd'];
  const x = g.input('x', 'float', dims);
  g.output('y', g.add(x, g.float(0)), 'float', dims);
  const session = await onDevice(ort, provider, g);
  return async (tensor) => {
    const padded = [...Array(4 - tensor.dims.length).fill(1), ...tensor.dims];
    const { y } = await session.run({ x: new ort.Tensor('float32', tensor.data as Float32Array, padded) });
    const resident = y as Tensor;
    const { gpuBuffer } = resident;
    return ort.Tensor.fromGpuBuffer(gpuBuffer, {
      dataType: 'float32',
      dims: tensor.dims,
      dispose: () => resident.dispose(),
    });
  };
}

/**
 * Keys and values of one sequence on the device, [1, kv, S, hd] per layer. The graph's present outputs are bound to the very buffers
 * it reads as past, so a run writes the new rows in place and nothing crosses the bus.
 * The graph session that runs it must not set preferredOutputLocation: the binding then ignores the bound tensors silently.
 */
export class DeviceCache implements KeyValueCache {
  readonly #shape: CacheShape;
  readonly #grow: InferenceSession;
  readonly #ort: Ort;
  #capacity = 0;
  #keys: Tensor[] = [];
  #values: Tensor[] = [];

  private constructor(ort: Ort, shape: CacheShape, grow: InferenceSession) {
    this.#ort = ort;
    this.#shape = shape;
    this.#grow = grow;
  }

  /** x [1, kv, S, hd], tail [1, kv, more, hd] ─ Concat ─ y, on the device */
  static async create(ort: Ort, provider: Provider, shape: CacheShape): Promise<DeviceCache> {
    if (shape.slots !== 1) throw new Error('The device cache holds one sequence.');
    const g = new GraphBuilder();
    const dims = (positions: string) => [1, shape.kvHeads, positions, shape.headSize];
    const x = g.input('x', 'float', dims('S'));
    const tail = g.input('tail', 'float', dims('more'));
    g.output('y', g.node('Concat', [x, tail], { axis: 2 }), 'float', dims('all'));
    return new DeviceCache(ort, shape, await onDevice(ort, provider, g));
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Doubles S: on a device its size costs memory but no time. */
  async reserve(positions: number): Promise<void> {
    if (positions <= this.#capacity) return;
    const { layers, kvHeads, headSize, limit } = this.#shape;
    const capacity = Math.max(positions, Math.min(limit, Math.max(512, this.#capacity * 2, positions + 32)));
    const zeros = (count: number) =>
      new this.#ort.Tensor('float32', new Float32Array(kvHeads * count * headSize), [1, kvHeads, count, headSize]);
    const grown = async (old: Tensor | undefined): Promise<Tensor> => {
      const x = old ?? zeros(1);
      const { y } = await this.#grow.run({ x, tail: zeros(capacity - (x.dims[2] as number)) });
      old?.dispose();
      return y as Tensor;
    };
    for (let layer = 0; layer < layers; layer++) {
      this.#keys[layer] = await grown(this.#keys[layer]);
      this.#values[layer] = await grown(this.#values[layer]);
    }
    this.#capacity = capacity;
  }

  feeds(): Record<string, Tensor> {
    return this.#named('k', 'v');
  }

  fetches(): InferenceSession.FetchesType {
    return { logits: null, ...this.#named('k_out', 'v_out') };
  }

  store(): void {
    // The run has written the rows itself.
  }

  swap(): void {
    throw new Error('The device cache holds one sequence.');
  }

  dispose(): void {
    for (const tensor of [...this.#keys, ...this.#values]) tensor.dispose();
    this.#keys = [];
    this.#values = [];
    this.#capacity = 0;
    void this.#grow.release();
  }

  #named(k: string, v: string): Record<string, Tensor> {
    const named: Record<string, Tensor> = {};
    for (let layer = 0; layer < this.#shape.layers; layer++) {
      named[`${k}.${layer}`] = this.#keys[layer] as Tensor;
      named[`${v}.${layer}`] = this.#values[layer] as Tensor;
    }
    return named;
  }
}

function onDevice(ort: Ort, { name }: Provider, g: GraphBuilder): Promise<InferenceSession> {
  return ort.InferenceSession.create(serialise(g.finish('device')).slice(), {
    executionProviders: [name],
    preferredOutputLocation: 'gpu-buffer',
    logSeverityLevel: 4,
  });
}
