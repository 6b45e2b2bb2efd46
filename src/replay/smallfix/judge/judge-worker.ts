import { parentPort } from 'node:worker_threads';
import { type JudgeRequest, runUntrusted } from './run-untrusted.ts';

/** Entry of a judge's thread: answers every request with what happened, in order. */
const port = parentPort!;
// Nothing here needs them, and code that should ever find a way out of its realm finds nothing.
for (const name of ['process', 'fetch', 'WebSocket', 'navigator', 'Buffer', 'WebAssembly'])
  Reflect.deleteProperty(globalThis, name);

port.on('message', (request: JudgeRequest) => port.postMessage(runUntrusted(request)));
