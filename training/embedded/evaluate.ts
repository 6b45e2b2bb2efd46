import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAnswer } from '../../src/agent/answer/parse.ts';
import { messagesOf } from '../../src/agent/prompts/fit.ts';
import type { PastTurn } from '../../src/agent/turn.ts';
import { SmallFixEnvironment } from '../../src/benchmarks/smallfix/environment.ts';
import { JudgePool } from '../../src/benchmarks/smallfix/judge/pool.ts';
import type { SmallFixTask } from '../../src/benchmarks/smallfix/task.ts';
import { tasks } from '../../src/benchmarks/smallfix/tasks.ts';
import { openModel } from '../../src/engine/runtime/open-model.ts';
import type { Message } from '../../src/policy/prompt.ts';

/**
 * `node training/embedded/evaluate.ts [--model DIR] [--count N] [--seed S] [--temperature T] [--show N]`
 * Measures a checkpoint on tasks of the training split that are drawn separately from the training examples: its answers at
 * turn 1, and at turn 2 when it is told what was meant.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '.cache/embedded/model' },
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '9000' },
    temperature: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    show: { type: 'string', default: '0' },
  },
});

const signal = new AbortController().signal;
const cacheDirectory = await mkdtemp(join(tmpdir(), 'retune-evaluate-'));
const options = { directory: values.model, dtype: 'fp32', provider: 'cpu', threads: Number(values.threads) } as const;
const model = await openModel({ ...options, cacheDirectory }, {}, signal);
const pool = new JudgePool(1);
let toShow = Number(values.show);

interface Outcome {
  readonly applied: boolean;
  readonly passed: boolean;
}

const chosen = tasks('train', { seed: Number(values.seed), limit: Number(values.count) });
const first: (Outcome & { readonly ambiguous: boolean; readonly someReading: boolean })[] = [];
const second: Outcome[] = [];
for (const [index, task] of chosen.entries()) {
  const text = await answered(messagesOf(new SmallFixEnvironment(task).task, [], 'block'), index);
  const outcome = await judged(task, text);
  first.push({ ...outcome, ambiguous: task.ambiguous, someReading: outcome.passed || (await anyReading(task, text)) });
  if (outcome.passed) continue;
  const told = `Change ${task.symbol}: ${task.reading.says[0] ?? task.request} Keep the name and the arguments. Return the whole target in one code block.`;
  const past = [{ answerText: text, followUp: told } as PastTurn];
  const again = await answered(messagesOf(new SmallFixEnvironment(task).task, past, 'block'), index + 1e6);
  const repaired = await judged(task, again);
  second.push(repaired);
  if (!repaired.passed && toShow-- > 0) {
    process.stdout.write(
      `── ${task.id}\n${task.request}\n${task.text}── turn 1\n${text}\n── ${told}\n${again}\n── meant\n${task.reading.source}\n`,
    );
  }
}
await pool.close();
await model.dispose();
await rm(cacheDirectory, { recursive: true, force: true });

const clear = first.filter(({ ambiguous }) => !ambiguous);
const open = first.filter(({ ambiguous }) => ambiguous);
const rows: readonly (readonly [string, readonly unknown[], number])[] = [
  ['turn 1: applied', first, first.filter(({ applied }) => applied).length],
  ['turn 1: passes', first, first.filter(({ passed }) => passed).length],
  ['  of clear requests', clear, clear.filter(({ passed }) => passed).length],
  ['  of ambiguous ones', open, open.filter(({ passed }) => passed).length],
  ['  of ambiguous ones, some reading', open, open.filter(({ someReading }) => someReading).length],
  ['turn 2, told what was meant: passes', second, second.filter(({ passed }) => passed).length],
];
for (const [name, all, count] of rows) {
  const share = all.length === 0 ? '' : ` ${((100 * count) / all.length).toFixed(0)} %`;
  process.stdout.write(`${name.padEnd(38)}${count} of ${all.length}${share}\n`);
}

async function answered(messages: readonly Message[], seed: number): Promise<string> {
  const sampling = { temperature: Number(values.temperature), topP: 1, topK: 0, seed };
  const stream = model.generate({ prompt: { messages }, sampling, maxTokens: 320 }, signal);
  let next = await stream.next();
  while (!next.done) next = await stream.next();
  return next.value.text;
}

async function judged(task: SmallFixTask, text: string): Promise<Outcome> {
  const environment = new SmallFixEnvironment(task, { pool });
  const answer = parseAnswer(text, environment.task);
  if (answer.kind !== 'attempt') return { applied: false, passed: false };
  const verdict = await environment.evaluate(answer.attempt, 1, () => undefined, signal);
  return { applied: true, passed: verdict.reward === 1 };
}

/** Whether the code implements some reading, though perhaps not the one that was meant. */
async function anyReading(task: SmallFixTask, text: string): Promise<boolean> {
  const answer = parseAnswer(text, new SmallFixEnvironment(task).task);
  return (
    answer.kind === 'attempt' &&
    task.readings.some(({ source }) => source.trim() === answer.attempt.files[0]?.text.trim())
  );
}
