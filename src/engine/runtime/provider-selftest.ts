import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ProviderName } from '../../policy/provider.ts';
import { graphSessionOptions } from './graph-session-options.ts';
import { loadOrt, type Ort } from './ort.ts';
import { loadProvider } from './provider.ts';
import { attentionGraph, attentionShape, linearGraph, normGraph, pseudoRandomFloats } from './selftest-graphs.ts';

interface SelfTestCheck {
  readonly name: string;
  /** ‖device − CPU‖ / ‖CPU‖. */
  readonly error: number;
  readonly tolerance: number;
  readonly ok: boolean;
}

/** What a provider computed compared with the CPU. */
export interface SelfTestResult {
  readonly provider: ProviderName;
  /** Whether the provider may be used (with `prefillChunk`). */
  readonly usable: boolean;
  /** Maximum number of tokens of one sequence per run that gives right results. */
  readonly prefillChunk: number;
  readonly checks: readonly SelfTestCheck[];
  readonly milliseconds: number;
  /** One sentence. */
  readonly summary: string;
}

/** Rows per prefill run where nothing limits it; keeps one uninterruptible run short. */
export const fullPrefillChunk = 512;
/** From 32 query rows on, WebGPU attention takes another shader, which is wrong on some devices. */
const safePrefillChunk = 31;
const rows = 40;
const width = 256;

const results = new Map<ProviderName, Promise<SelfTestResult>>();

/**
 * Runs the operators a decoder is made of on a provider and on the CPU; once per process and provider.
 * @throws whatever onnxruntime throws when the provider cannot start (for WebGPU: no adapter).
 */
export function selfTest(provider: ProviderName, threads: number): Promise<SelfTestResult> {
  let result = results.get(provider);
  if (result === undefined) {
    result = runSelfTest(provider, threads);
    results.set(provider, result);
  }
  return result;
}

async function runSelfTest(provider: ProviderName, threads: number): Promise<SelfTestResult> {
  const ort = await loadOrt();
  const started = performance.now();
  const optionsOn = async (name: ProviderName) =>
    graphSessionOptions(await loadProvider(name), { threads, kind: 'decode' });
  const device = new TestGraphs(ort, await optionsOn(provider));
  const cpu = new TestGraphs(ort, await optionsOn('cpu'));
  const checks: SelfTestCheck[] = [];
  const check = (name: string, tolerance: number, actual: Float32Array, expected: Float32Array) => {
    const error = relativeError(actual, expected);
    checks.push({ name, error, tolerance, ok: error <= tolerance });
    return error <= tolerance;
  };

  const x = pseudoRandomFloats(4 * width, 1);
  for (const bits of [4, 8] as const) {
    const graph = linearGraph(bits, width, 1);
    // The CPU rounds activations to 8 bits here (accuracy level 4), so agreement ends near 1e-2.
    check(`MatMulNBits ${bits} bit`, 2e-2, await device.linear(graph, x, width), await cpu.linear(graph, x, width));
  }
  const norm = normGraph(width);
  check('RMS norm', 1e-4, await device.norm(norm, x), await cpu.norm(norm, x));

  const expected = await cpu.attention([rows]);
  const single = check(
    'attention, 1 row at a time',
    1e-4,
    await device.attention(Array<number>(rows).fill(1)),
    expected,
  );
  const chunked = check('attention, 31 rows and 9 on top', 1e-4, await device.attention([31, 9]), expected);
  const whole = check(`attention, ${rows} rows`, 1e-4, await device.attention([rows]), expected);

  const usable = single && chunked && checks.slice(0, 3).every((c) => c.ok);
  return {
    provider,
    usable,
    prefillChunk: whole ? fullPrefillChunk : safePrefillChunk,
    checks,
    milliseconds: performance.now() - started,
    summary: summarise(provider, usable, whole, checks),
  };
}

function summarise(provider: ProviderName, usable: boolean, whole: boolean, checks: readonly SelfTestCheck[]): string {
  if (!usable) {
    const wrong = checks.filter((c) => !c.ok).map((c) => `${c.name} (relative error ${c.error.toExponential(1)})`);
    return `${provider} computes wrong results: ${wrong.join(', ')}.`;
  }
  if (whole) return `${provider} agrees with the CPU.`;
  return `${provider} agrees with the CPU for up to ${safePrefillChunk} rows of attention but not for ${rows}, so prompts are read ${safePrefillChunk} tokens at a time.`;
}

/** One provider's side of the comparison. Graph sessions live only for one call. */
class TestGraphs {
  readonly #ort: Ort;
  readonly #options: InferenceSession.SessionOptions;

  constructor(ort: Ort, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  linear(graph: Uint8Array, x: Float32Array, columns: number): Promise<Float32Array> {
    return this.#with(graph, async (session) => {
      return floats((await session.run({ x: this.#float(x, [x.length / columns, columns]) })).y);
    });
  }

  norm(graph: Uint8Array, x: Float32Array): Promise<Float32Array> {
    return this.#with(graph, async (session) => {
      const gamma = this.#float(pseudoRandomFloats(width, 2), [width]);
      return floats((await session.run({ x: this.#float(x, [x.length / width, width]), gamma })).y);
    });
  }

  /** The same `rows` tokens read in the given chunks; all output rows together. */
  attention(chunks: readonly number[]): Promise<Float32Array> {
    const { heads, kvHeads, headSize, capacity } = attentionShape;
    const data = {
      q: pseudoRandomFloats(rows * heads * headSize, 3),
      k: pseudoRandomFloats(rows * kvHeads * headSize, 4),
      v: pseudoRandomFloats(rows * kvHeads * headSize, 5),
    };
    const angles = Array.from({ length: (capacity * headSize) / 2 }, (_, i) => {
      return Math.floor(i / (headSize / 2)) * 1e4 ** ((-2 * (i % (headSize / 2))) / headSize);
    });
    const cos = this.#float(Float32Array.from(angles, Math.cos), [capacity, headSize / 2]);
    const sin = this.#float(Float32Array.from(angles, Math.sin), [capacity, headSize / 2]);
    return this.#with(attentionGraph(), async (session) => {
      const empty = () =>
        this.#float(new Float32Array(kvHeads * capacity * headSize), [1, kvHeads, capacity, headSize]);
      let past_k: Tensor = empty();
      let past_v: Tensor = empty();
      const result = new Float32Array(rows * heads * headSize);
      let done = 0;
      for (const count of chunks) {
        const part = (x: Float32Array) => {
          const columns = x.length / rows;
          return this.#float(x.slice(done * columns, (done + count) * columns), [1, count, columns]);
        };
        const total = done + count;
        const outputs = await session.run({
          q: part(data.q),
          k: part(data.k),
          v: part(data.v),
          positions: new this.#ort.Tensor(
            'int64',
            BigInt64Array.from({ length: count }, (_, i) => BigInt(done + i)),
            [1, count],
          ),
          cos,
          sin,
          past_k,
          past_v,
          seqlens_k: new this.#ort.Tensor('int32', Int32Array.of(total - 1), [1]),
          total_len: new this.#ort.Tensor('int32', Int32Array.of(total), []),
        });
        result.set(floats(outputs.y), done * heads * headSize);
        past_k = outputs.present_k as Tensor;
        past_v = outputs.present_v as Tensor;
        done = total;
      }
      return result;
    });
  }

  #float(data: Float32Array, shape: readonly number[]): Tensor {
    return new this.#ort.Tensor('float32', data, shape);
  }

  async #with<T>(graph: Uint8Array, use: (session: InferenceSession) => Promise<T>): Promise<T> {
    const session = await this.#ort.InferenceSession.create(graph, this.#options);
    try {
      return await use(session);
    } finally {
      await session.release();
    }
  }
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The self-test got no floats back.');
  return tensor.data;
}

/** Not-a-number anywhere counts as an infinite error. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i] as number;
    difference += ((actual[i] ?? Number.NaN) - e) ** 2;
    size += e * e;
  }
  const error = Math.sqrt(difference / size);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
