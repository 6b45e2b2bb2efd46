/**
 * transformers.js as a driver: its own generation loop on onnxruntime's CPU provider, greedy sampling.
 * The package is installed beside this file on first use, so its types are not there to import: the few used are below.
 */
import { registerHooks } from 'node:module';
import { basename, dirname, sep } from 'node:path';
import { randomTokens } from '../random.ts';
import { Stopwatch, serve, TokenTimer } from '../serve.ts';

interface Streamer {
  /** First the prompt, then each new token, one row per sequence. */
  put(rows: readonly (readonly bigint[])[]): void;
  end(): void;
}
interface Model {
  generate(options: {
    inputs: unknown;
    attention_mask: unknown;
    max_new_tokens: number;
    do_sample: boolean;
    streamer: Streamer;
  }): Promise<unknown>;
}
interface Library {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => unknown;
  readonly AutoModelForCausalLM: {
    from_pretrained(
      name: string,
      options: {
        dtype: 'q4';
        device: 'cpu';
        local_files_only: boolean;
        session_options: { intraOpNumThreads: number; interOpNumThreads: number };
      },
    ): Promise<Model>;
  };
}

/** Only pictures need sharp, whose native part differs by system and is not installed. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'sharp') return next(specifier, context);
    return { url: 'data:text/javascript,export default () => {}', shortCircuit: true };
  },
});

const packageName: string = '@huggingface/transformers';
let loaded: { readonly library: Library; readonly model: Model } | undefined;

await serve(async (request) => {
  if (request.op === 'load') {
    const watch = new Stopwatch();
    const library = (await import(packageName)) as Library;
    library.env.allowRemoteModels = false;
    library.env.localModelPath = dirname(request.model) + sep;
    const model = await library.AutoModelForCausalLM.from_pretrained(basename(request.model), {
      dtype: 'q4',
      device: 'cpu',
      local_files_only: true,
      session_options: { intraOpNumThreads: request.threads, interOpNumThreads: 1 },
    });
    loaded = { library, model };
    return { ...watch.read(), tokens: 0 };
  }
  if (request.op === 'update') throw new Error('transformers.js has no update of this kind.');
  if (loaded === undefined) throw new Error('No model is loaded.');
  const [length, count] = request.op === 'decode' ? [request.context, request.tokens + 1] : [request.tokens, 1];
  const { first, rest } = await generate(loaded, randomTokens(length, request.seed), count);
  return request.op === 'decode' ? rest : { ...first, tokens: length };
});

async function generate({ library, model }: NonNullable<typeof loaded>, prompt: readonly number[], count: number) {
  const shape = [1, prompt.length];
  const timer = new TokenTimer(count);
  let isPrompt = true;
  await model.generate({
    inputs: new library.Tensor('int64', BigInt64Array.from(prompt, BigInt), shape),
    attention_mask: new library.Tensor('int64', new BigInt64Array(prompt.length).fill(1n), shape),
    max_new_tokens: count,
    do_sample: false,
    streamer: {
      put([row]) {
        if (!isPrompt) timer.token(Number(row?.at(-1)));
        isPrompt = false;
      },
      end: () => undefined,
    },
  });
  return timer.result();
}
