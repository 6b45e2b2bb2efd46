/**
 * node-llama-cpp as a driver: prebuilt binaries, CPU only, weights read into memory rather than mapped, greedy sampling.
 * The package is installed beside this file on first use, so its types are not there to import: the few used are below.
 */
import { randomTokens } from '../random.ts';
import { Stopwatch, serve, timeStream } from '../serve.ts';

interface Sequence {
  evaluate(tokens: number[], options: { temperature: number; yieldEogToken: boolean }): AsyncGenerator<number>;
  clearHistory(): Promise<void>;
}
interface Context {
  getSequence(): Sequence;
}
interface Model {
  createContext(options: { contextSize: number; batchSize: number; threads: number }): Promise<Context>;
}
interface Llama {
  loadModel(options: { modelPath: string; useMmap: boolean; gpuLayers: number }): Promise<Model>;
}
interface Library {
  getLlama(options: {
    gpu: false;
    build: 'never';
    maxThreads: number;
    progressLogs: boolean;
    skipDownload: boolean;
  }): Promise<Llama>;
}

const packageName: string = 'node-llama-cpp';
let sequence: Sequence | undefined;

await serve(async (request) => {
  if (request.op === 'load') {
    const watch = new Stopwatch();
    const library = (await import(packageName)) as Library;
    const llama = await library.getLlama({
      gpu: false,
      build: 'never',
      maxThreads: request.threads,
      progressLogs: false,
      skipDownload: true,
    });
    const model = await llama.loadModel({ modelPath: request.model, useMmap: false, gpuLayers: 0 });
    const context = await model.createContext({
      contextSize: request.contextLength,
      batchSize: 512,
      threads: request.threads,
    });
    sequence = context.getSequence();
    return { ...watch.read(), tokens: 0 };
  }
  if (request.op === 'update') throw new Error('llama.cpp has no update of this kind.');
  if (sequence === undefined) throw new Error('No model is loaded.');
  await sequence.clearHistory();
  const [length, count] = request.op === 'decode' ? [request.context, request.tokens + 1] : [request.tokens, 1];
  const stream = sequence.evaluate(randomTokens(length, request.seed), { temperature: 0, yieldEogToken: true });
  const { first, rest } = await timeStream(stream, count);
  return request.op === 'decode' ? rest : { ...first, tokens: length };
});
