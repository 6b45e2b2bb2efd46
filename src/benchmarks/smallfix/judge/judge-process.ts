import { type JudgeRequest, runUntrusted } from './run-untrusted.ts';

/** Entry point of a judge's process: answers every request, in order, with what happened. */
const host = process;
// Nothing here needs these, and code that might escape from its realm would find nothing.
for (const name of ['process', 'fetch', 'WebSocket', 'navigator', 'Buffer', 'WebAssembly'])
  Reflect.deleteProperty(globalThis, name);

host.on('message', (request: JudgeRequest) => host.send?.(runUntrusted(request)));
