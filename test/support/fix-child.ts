import { createInterface } from 'node:readline';
import type { LoopEvent } from '../../src/agent/events.ts';
import { FixSession } from '../../src/session/fix.ts';

/**
 * A session in a process of its own, for tests that kill it: `node fix-child.ts FOLDER STATE ANSWERS.json [RESUME]`.
 * Prints every event that is kept in the record as a line of JSON and goes on when a line is written to its stdin.
 */
const [folder = '', storageRoot = '', answers = '[]', resume] = process.argv.slice(2);
const recorded = (JSON.parse(answers) as string[]).map(
  (text, index): LoopEvent => ({
    kind: 'generated',
    turn: index + 1,
    text,
    promptTokens: [],
    responseTokens: [],
    finish: 'stop-token',
    seed: 0,
    milliseconds: 0,
  }),
);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const session = await FixSession.open(
  { folder, request: 'add(2, 3) is not 5', seed: 1, storageRoot, recorded, ...(resume !== undefined && { resume }) },
  { comment: async () => '' },
);
for await (const event of session.events(new AbortController().signal)) {
  if (event.kind === 'phase' || event.kind === 'token' || event.kind === 'prefill') continue;
  process.stdout.write(`${JSON.stringify(event)}\n`);
  await lines.next();
}
process.stdout.write(`${JSON.stringify(await session.keep(new AbortController().signal))}\n`);
await lines.next();
await session.dispose();
process.exit(0);
