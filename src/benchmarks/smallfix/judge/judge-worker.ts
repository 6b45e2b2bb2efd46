import { type JudgeRequest, runUntrusted } from './run-untrusted.ts';

/** Entry of a judge's process: answers every request with what happened, in order. */
const host = process;
// Nothing here needs them, and code that should ever find a way out of its realm finds nothing.
for (const name of ['process', 'fetch', 'WebSocket', 'navigator', 'Buffer', 'WebAssembly'])
  Reflect.deleteProperty(globalThis, name);

host.on('message', (request: JudgeRequest) => host.send?.(runUntrusted(request)));
