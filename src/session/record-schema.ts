import { z } from 'zod';
import { methods } from '../agent/events.ts';
import { rewardOf, type VerdictReason } from '../agent/verdict.ts';
import { knownActions } from '../shared/errors/actions.ts';
import { withPresentNames } from './earlier-names.ts';
import type { DecisionEvent, FixEvent } from './fix-events.ts';

/**
 * The record of a session, `record.jsonl`: one JSON object per line, UTF-8, ended by a line feed, only ever appended to.
 *
 *     {"kind":"session","t":1795188612345,"version":1,"id":"20261120-153012-ab12","folder":"/home/me/shop",
 *      "request":"the total is wrong","method":"rosa2","maxTurns":5,"seed":7,"promptVersion":1,"started":"2026-…"}
 *     {"kind":"baseline","t":…,"verdict":{…},"flaky":[]}
 *     {"kind":"turn","t":…,"turn":1,"messages":[…],"temperature":0.7,"dropped":[]}
 *     {"kind":"generated","t":…,"turn":1,"text":"…","promptTokens":[…],"responseTokens":[…],…}
 *     {"kind":"answer",…} {"kind":"environment",…} {"kind":"verdict",…} {"kind":"words",…} {"kind":"weights",…}
 *     {"kind":"finished","t":…,"turns":1,"outcome":{"kind":"solved"},"milliseconds":41000}
 *     {"kind":"kept","t":…}
 *
 * `kind` comes first, then `t`, ms since the epoch; the other fields are those of `FixEvent` and `DecisionEvent` in
 * fix-events.ts and of `LoopEvent` in src/agent/events.ts, without `phase`, `prefill` and `token`. The first line is the
 * session. Readers ignore kinds and fields that they do not know; a change that older readers would misunderstand raises
 * `version`. In a line longer than 8 MiB, long texts and lists are shortened, and `"cut":true` is added.
 */
export type RecordedEvent = Exclude<FixEvent | DecisionEvent, { readonly kind: 'phase' | 'prefill' | 'token' }>;
export type TimedEvent = RecordedEvent & { readonly t: number };

const text = z.string();
const texts = z.array(text).readonly();
const count = z.number();
const numbers = z.array(z.number()).readonly();
const optional = { text: text.exactOptional(), count: count.exactOptional() };

const reasons = Object.keys(rewardOf) as VerdictReason[];
const failureKind = z.enum(['syntax', 'import', 'runtime', 'wrong-result', 'timeout', 'format', 'intent-mismatch']);

const test = z.object({
  id: text,
  name: text,
  file: optional.text,
  status: z.enum(['passed', 'failed', 'skipped', 'errored']),
  milliseconds: optional.count,
  failure: z
    .object({
      message: text,
      expected: optional.text,
      actual: optional.text,
      frames: z.array(z.object({ path: text, line: count, symbol: optional.text })).readonly(),
    })
    .exactOptional(),
});

const verdict = z.object({
  reward: z.union([z.literal(1), z.literal(-1), z.null()]),
  reason: z.enum(reasons),
  detail: text,
  passed: count,
  failed: count,
  skipped: count,
  errored: count,
  tests: z.array(test).readonly(),
  failureKind: failureKind.exactOptional(),
  output: text,
  milliseconds: count,
});

const answer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('attempt'),
    attempt: z.object({ files: z.array(z.object({ path: text, text })).readonly() }),
    form: z.enum(['block', 'files', 'search-replace']),
    kept: texts.exactOptional(),
  }),
  z.object({
    kind: z.literal('unparsable'),
    problem: z.enum([
      'empty',
      'no-block',
      'unclosed-block',
      'several-blocks',
      'not-a-target',
      'search-not-found',
      'search-ambiguous',
      'malformed-search-replace',
      'unchanged',
      'elided',
      'symbol-missing',
      'unclear',
    ]),
    detail: text,
  }),
]);

const words = z.object({
  instruction: text,
  source: z.enum(['model', 'fallback']),
  critique: z
    .object({
      kind: failureKind,
      quotes: texts,
      rootCause: text,
      attribution: z.enum(['ambiguity', 'capability', 'both']),
      requirements: texts,
      unknowns: texts,
    })
    .exactOptional(),
  calls: z
    .array(
      z.object({
        purpose: z.enum(['critique', 'rewrite', 'critique-and-rewrite']),
        output: text,
        refused: texts,
        milliseconds: count,
      }),
    )
    .readonly(),
});

const rollbackReason = z.enum([
  'not-finite',
  'no-improvement',
  'kl-response',
  'kl-anchors',
  'entropy',
  'weight-norm',
  'zero-gradient',
  'disabled',
]);

/** JSON has neither NaN nor infinity: such a figure was written as null. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const report = z.object({
  accepted: z.boolean(),
  reason: rollbackReason.nullable(),
  solver: z.enum(['one-step', 'gauss-newton']),
  alpha: figure,
  halvings: figure,
  deltaNorm: figure,
  relativeWeightChange: figure,
  logProbBefore: figure,
  logProbAfter: figure,
  klResponse: figure,
  klAnchors: figure,
  entropyBefore: figure,
  entropyAfter: figure,
  cgIterations: figure,
  cgResidual: figure,
  lambda: figure,
  promptTokens: figure,
  responseTokens: figure,
  milliseconds: figure,
});

const weights = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('updated'), report }),
  z.object({ kind: z.literal('rolled-back'), report }),
  z.object({ kind: z.literal('skipped'), why: text }),
]);

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['solved', 'turn-limit', 'stopped']) }),
  z.object({ kind: z.enum(['no-progress', 'blocked']), why: text }),
]);

const scope = z.enum(['failing', 'all', 'confirm']);
const environment = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), snapshot: text, files: texts }),
  z.object({ kind: z.literal('applied'), files: texts }),
  z.object({ kind: z.literal('tests'), scope, command: text }),
  z.object({ kind: z.literal('tested'), scope, passed: count, failed: count, milliseconds: count }),
]);

const message = z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: text });
const range = { symbol: optional.text, firstLine: optional.count, lastLine: optional.count };
const turn = z.int();
/** Not read strictly: another release may know other actions, which are only an offer. */
const actions = z.unknown().transform(knownActions).exactOptional();

/** The fields of every kind of line, apart from `kind` and `t`. */
const fields = {
  session: {
    version: z.literal(1),
    id: text,
    folder: text,
    request: text,
    target: texts.exactOptional(),
    testCommand: optional.text,
    method: z.enum(methods),
    maxTurns: count,
    seed: count,
    promptVersion: count,
    recorded: z.boolean().exactOptional(),
    started: text,
  },
  notice: { message: text, actions },
  detected: { runner: text, command: text, cwd: text, why: text },
  'baseline-run': { run: z.union([z.literal(1), z.literal(2)]) },
  baseline: { verdict, flaky: texts },
  target: { files: z.array(z.object({ path: text, ...range })).readonly(), why: text },
  model: { parameters: count.exactOptional(), contextLength: count, learnt: z.boolean() },
  resumed: { turns: count },
  turn: { turn, messages: z.array(message).readonly(), temperature: count, dropped: texts },
  generated: {
    turn,
    text,
    promptTokens: numbers,
    responseTokens: numbers,
    finish: text,
    seed: count,
    milliseconds: count,
  },
  answer: { turn, answer },
  environment: { turn, event: environment },
  verdict: { turn, verdict, sameAs: optional.count },
  comment: { turn, comment: text },
  words: { turn, words },
  weights: { turn, weights, milliseconds: count },
  finished: { turns: count, outcome, milliseconds: count },
  'nothing-to-fix': { verdict },
  failed: {
    error: z.object({
      code: text,
      what: text,
      why: text,
      remedy: text,
      actions,
      data: z.record(text, z.unknown()).exactOptional(),
    }),
  },
  kept: { learnt: z.object({ version: optional.count, why: optional.text, notices: texts }).exactOptional() },
  undone: {
    restored: texts,
    kept: z.array(z.object({ path: text, why: text, copy: optional.text })).readonly(),
    notices: texts,
  },
} satisfies Record<RecordedEvent['kind'], z.core.$ZodLooseShape>;

/** @public a test asks whether each kind has been seen */
export const recordedKinds = Object.keys(fields) as RecordedEvent['kind'][];

const schemas = new Map(
  Object.entries(fields).map(([kind, shape]) => [kind, z.object({ kind: z.literal(kind), t: z.number(), ...shape })]),
);

/**
 * @returns the event, undefined for a kind that this version does not know, or what is wrong with the line
 */
export function parseEvent(line: unknown): TimedEvent | undefined | { readonly problem: string } {
  const value = withPresentNames(line);
  const head = z.object({ kind: z.string() }).safeParse(value);
  if (!head.success) return { problem: 'it has no kind' };
  const parsed = schemas.get(head.data.kind)?.safeParse(value);
  if (parsed === undefined) return undefined;
  if (parsed.success) return parsed.data as TimedEvent;
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not match'}` };
}

type ReadLine = {
  readonly [K in keyof typeof fields]: z.infer<z.ZodObject<(typeof fields)[K]>> & { readonly kind: K };
};
type WrittenLine = { readonly [K in RecordedEvent['kind']]: Extract<RecordedEvent, { readonly kind: K }> };
type Assignable<A extends B, B> = A;
/**
 * Compile-time proof that what is read is what was written: a forgotten or different field is a type error here.
 * @public
 */
export type SchemaMatches = [Assignable<ReadLine, WrittenLine>, Assignable<WrittenLine, ReadLine>];
