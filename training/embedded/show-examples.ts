import { parseArgs } from 'node:util';
import { trainingExamples } from './examples.ts';

/** `node training/embedded/show-examples.ts --seed 1 --count 20 [--kind solve]`: prints training examples. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    kind: { type: 'string' },
  },
});

let left = Number(values.count);
for (const { kind, messages, response } of trainingExamples(Number(values.seed))) {
  if (left <= 0) break;
  if (values.kind !== undefined && kind !== values.kind) continue;
  left--;
  process.stdout.write(`${'═'.repeat(20)} ${kind}\n`);
  for (const { role, content } of messages) process.stdout.write(`── ${role}\n${content}\n`);
  process.stdout.write(`── response\n${response}\n`);
}
