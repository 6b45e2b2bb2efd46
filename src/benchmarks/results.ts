import { z } from 'zod';
import { rewardOf, type VerdictReason } from '../agent/verdict.ts';
import { armNames } from './arms.ts';

/**
 * The results file of a run, `sessions.jsonl`: one JSON object per line, only ever appended to. The first line is the header, which
 * says what must be the same for results to be comparable; the others are first turns, finished task runs and failed ones, in
 * the order in which they ended. A later line replaces an earlier one about the same thing.
 *
 *     {"kind":"run","format":1,"benchmark":"smallfix","benchmarkVersion":"1",…}
 *     {"kind":"first","task":"keep-number-17","group":"keep-number","seed":1,"turn":{"turn":1,"reward":-1,…},"promptTokens":[…],…}
 *     {"kind":"session","arm":"rosa2","task":"keep-number-17","seed":1,"turns":[…],"outcome":"solved","milliseconds":2100}
 *     {"kind":"failed","arm":"rosa","task":"keep-number-17","seed":1,"code":"sidecar.crashed","message":"…"}
 *
 * The first turn is the same in every arm, so it is done once and has a line of its own, with the exact tokens. Where it
 * solved the task there are no `session` lines: every arm solved it at turn 1.
 */
const text = z.string();
const count = z.number();
const tokens = z.array(z.number()).readonly();
const reasons = Object.keys(rewardOf) as VerdictReason[];

const settings = z.object({
  maxTurns: count,
  switchTurn: count,
  temperature: count,
  topP: count,
  /** How updates are computed; what is absent is the engine's default. */
  update: z.object({
    solver: z.enum(['one-step', 'gauss-newton']).exactOptional(),
    beta: count.exactOptional(),
    centering: z.boolean().exactOptional(),
    paper: z.boolean().exactOptional(),
    klCap: count.exactOptional(),
    weightCap: count.exactOptional(),
  }),
});

const header = z.object({
  kind: z.literal('run'),
  format: z.literal(1),
  benchmark: text,
  benchmarkVersion: text,
  split: z.enum(['heldout', 'train']),
  /** How many tasks there are, and a digest of their content. */
  tasks: count,
  tasksDigest: text,
  /** Other settings that affect results, by name: evidence level, precision of comments. */
  variant: z.record(text, text),
  promptVersion: count,
  model: z.object({
    /** Of weights, configuration and tokenizer. */
    digest: text,
    /** For people; no path. */
    name: text,
    parameters: count.exactOptional(),
    dtype: text,
    provider: text,
  }),
  settings,
});
export type RunHeader = z.infer<typeof header>;

const weights = z.object({
  kind: z.enum(['updated', 'rolled-back', 'skipped']),
  /** Why it was rolled back or skipped. */
  why: text.exactOptional(),
  deltaNorm: count.exactOptional(),
  klResponse: count.exactOptional(),
  klAnchors: count.exactOptional(),
  entropyBefore: count.exactOptional(),
  entropyAfter: count.exactOptional(),
  logProbBefore: count.exactOptional(),
  logProbAfter: count.exactOptional(),
  alpha: count.exactOptional(),
});
export type WeightsResult = z.infer<typeof weights>;

const words = z.object({
  source: z.enum(['model', 'fallback', 'generic']),
  instruction: text,
  /** What the guards refused, in all calls. */
  refused: z.array(text).readonly(),
  /** Hidden text that it or the critique contained, so that the template was used. */
  leak: text.exactOptional(),
});
export type WordsResult = z.infer<typeof words>;

const turn = z.object({
  turn: count,
  reward: z.union([z.literal(1), z.literal(-1), z.null()]),
  reason: z.enum(reasons),
  /** An earlier turn with the same attempt. */
  sameAs: count.exactOptional(),
  temperature: count,
  finish: text,
  /** The raw answer. */
  text,
  responseTokens: count,
  comment: text.exactOptional(),
  words: words.exactOptional(),
  weights: weights.exactOptional(),
  /** Milliseconds of computation; what was reused counts as if it had been computed. */
  ms: z.object({ model: count, tests: count, words: count, update: count }),
});
export type TurnResult = z.infer<typeof turn>;

const place = { task: text, seed: count };

const first = z.object({
  kind: z.literal('first'),
  ...place,
  group: text,
  turn,
  promptTokens: tokens,
  responseTokens: tokens,
});
export type FirstTurn = z.infer<typeof first>;

/** A task run; the file has called it `session` from the beginning. */
const taskRun = z.object({
  kind: z.literal('session'),
  arm: z.enum(armNames),
  ...place,
  /** All turns, the first one included. */
  turns: z.array(turn).readonly(),
  outcome: z.enum(['solved', 'turn-limit', 'no-progress', 'blocked']),
  milliseconds: count,
});
export type TaskRunResult = z.infer<typeof taskRun>;

const failed = z.object({
  kind: z.literal('failed'),
  /** Absent: the first turn, which all arms need. */
  arm: z.enum(armNames).exactOptional(),
  ...place,
  code: text,
  message: text,
});
export type FailedTaskRun = z.infer<typeof failed>;

export const line = z.discriminatedUnion('kind', [header, first, taskRun, failed]);
export type ResultLine = z.infer<typeof line>;
/** A line about something that has ended. */
export type ResultEntry = Exclude<ResultLine, RunHeader>;

export function placeKey({ task, seed }: { readonly task: string; readonly seed: number }): string {
  return JSON.stringify([task, seed]);
}

/** Everything that a results file says: the latest line about each thing. */
export class Results {
  readonly firsts = new Map<string, FirstTurn>();
  readonly taskRuns = new Map<string, TaskRunResult>();
  readonly failures = new Map<string, FailedTaskRun>();

  add(line: ResultEntry): void {
    const key = placeKey(line);
    if (line.kind === 'first') this.firsts.set(key, line);
    else if (line.kind === 'session') this.taskRuns.set(`${line.arm} ${key}`, line);
    const whole = line.kind === 'first' ? 'first' : (line.arm ?? 'first');
    if (line.kind === 'failed') this.failures.set(`${whole} ${key}`, line);
    else this.failures.delete(`${whole} ${key}`);
  }
}
