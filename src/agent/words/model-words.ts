import type { Message } from '../../policy/prompt.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { isGuided } from '../guided.ts';
import { type CriticParts, critiqueAndRewritePrompt, critiquePrompt, rewritePrompt } from '../prompts/critic.ts';
import { stripThinking } from '../text/thinking.ts';
import { type Critic, written } from './critic.ts';
import { formatFields, parseCritique, parseInstruction } from './critique.ts';
import { fallbackInstruction } from './fallback.ts';
import { hasCodeBlock, refusals, repeatsCause, traceable, withAnotherApproach } from './guards.ts';
import { guidedWords } from './guided-words.ts';
import { allowances, commentLiterals, criticParts, firstShortAllowance } from './situation.ts';
import type { Critique, WordsCall, WordsInput, WordsStream } from './words.ts';

export interface WordsOptions {
  /** Models with fewer parameters write critique and instruction in one call. Default 1e9. */
  readonly twoCallsFrom?: number;
  /** Maximum number of tokens of an output. Default 400, or 600 for both in one call. */
  readonly maxTokens?: number;
}

/** An instruction does not fit into fewer tokens than this. */
const fewestTokens = 96;

/**
 * The semantic stream by the model itself, without an adapter and greedily. Its output is parsed and checked; if it is refused,
 * the model is asked once more with a shorter prompt, and if that is refused too, the template takes its place.
 */
export function modelWords(critic: Critic, options: WordsOptions = {}): WordsStream {
  if (isGuided(critic.info)) return guidedWords(critic);
  return async (input, signal) => {
    const context: WordsContext = { critic, options, input, calls: [], signal };
    const { parameters = Number.POSITIVE_INFINITY } = critic.info;
    const apart = parameters >= (options.twoCallsFrom ?? 1e9);
    const made = await (apart ? critiqueThenRewrite(context) : bothAtOnce(context));
    const { critique } = made;
    const common = { calls: context.calls, ...(critique !== undefined && { critique }) };
    if (made.instruction !== undefined) return { instruction: made.instruction, source: 'model', ...common };
    return { instruction: fallback(input, critique), source: 'fallback', ...common };
  };
}

interface WordsContext {
  readonly critic: Critic;
  readonly options: WordsOptions;
  readonly input: WordsInput;
  readonly calls: WordsCall[];
  readonly signal: AbortSignal;
}

interface WordsDraft {
  readonly critique?: Critique;
  readonly instruction?: string;
}

async function critiqueThenRewrite(context: WordsContext): Promise<WordsDraft> {
  const critique = await twice(context, 'critique', critiquePrompt, (output) => {
    const read = readCritique(context.input, output);
    return typeof read === 'string' ? { refused: [read] } : { value: read, refused: [] };
  });
  if (critique === undefined) return {};
  const repeats = repeatsCause(critique, lastCritique(context.input));
  const shown = formatFields(critique);
  const instruction = await twice(
    context,
    'rewrite',
    (parts, style) => rewritePrompt(parts, shown, repeats, style),
    (output) => readInstruction(context.input, output, repeats),
  );
  return { critique, ...(instruction !== undefined && { instruction }) };
}

async function bothAtOnce(context: WordsContext): Promise<WordsDraft> {
  let seen: Critique | undefined;
  const instruction = await twice(context, 'critique-and-rewrite', critiqueAndRewritePrompt, (output) => {
    const read = readCritique(context.input, output);
    if (typeof read === 'string') return { refused: [read] };
    seen = read;
    return readInstruction(context.input, output, repeatsCause(read, lastCritique(context.input)));
  });
  return { ...(seen !== undefined && { critique: seen }), ...(instruction !== undefined && { instruction }) };
}

interface ReadOutcome<T> {
  readonly value?: T;
  readonly refused: readonly string[];
}

/** Asks, and if the output is refused, asks once more with the shorter prompt. */
async function twice<T>(
  context: WordsContext,
  purpose: WordsCall['purpose'],
  prompt: (parts: CriticParts, style: { readonly short: boolean }) => readonly Message[],
  read: (output: string) => ReadOutcome<T>,
): Promise<T | undefined> {
  for (const short of [false, true]) {
    const output = await ask(context, purpose, (parts) => prompt(parts, { short }), short);
    // The call is already recorded with the reason: there is no room for a shorter prompt either.
    if (output === undefined) return undefined;
    const { value, refused } = read(output.text);
    context.calls.push({ purpose, output: output.text, refused, milliseconds: output.milliseconds });
    if (value !== undefined && refused.length === 0) return value;
  }
  return undefined;
}

/** One generation with as much of the situation as there is room for; undefined when there is no room for even the least. */
async function ask(
  { critic, options, input, calls, signal }: WordsContext,
  purpose: WordsCall['purpose'],
  prompt: (parts: CriticParts) => readonly Message[],
  short: boolean,
): Promise<{ readonly text: string; readonly milliseconds: number } | undefined> {
  const wanted = options.maxTokens ?? (purpose === 'critique-and-rewrite' ? 600 : 400);
  const { contextLength } = critic.info;
  let least = Number.POSITIVE_INFINITY;
  for (const [level, allowance] of allowances.entries()) {
    if (short && level < firstShortAllowance) continue;
    const messages = prompt(criticParts(input, allowance));
    const tokens = await critic.countTokens({ messages }, signal);
    throwIfCancelled(signal, 'Writing the instruction');
    least = Math.min(least, tokens);
    const room = contextLength - tokens;
    const last = level === allowances.length - 1;
    if (room < (last ? Math.min(wanted, fewestTokens) : wanted)) continue;
    return generated(critic, messages, Math.min(wanted, room), signal);
  }
  const why = `context too small: the shortest prompt takes ${least} of ${contextLength} tokens`;
  calls.push({ purpose, output: '', refused: [why], milliseconds: 0 });
  return undefined;
}

function generated(critic: Critic, messages: readonly Message[], maxTokens: number, signal: AbortSignal) {
  // Thinking would use up the few tokens of an output; templates that do not know this variable ignore it.
  const templateVariables = { enable_thinking: false };
  return written(critic, { prompt: { messages }, sampling: { temperature: 0 }, maxTokens, templateVariables }, signal);
}

/** The critique, or why it is refused. */
function readCritique(input: WordsInput, output: string): Critique | string {
  const { answer } = stripThinking(output);
  const known = input.answer.kind === 'unparsable' ? 'format' : input.verdict.failureKind;
  const critique = parseCritique(answer, known);
  if (critique === undefined) return 'no critique: a line "Cause:" is missing';
  const fields = answer.split(/<instruction>/i, 1)[0]!;
  if (hasCodeBlock(fields)) return 'the critique contains a code block';
  return traceable(critique, sourcesOf(input));
}

function readInstruction(input: WordsInput, output: string, repeats: boolean): ReadOutcome<string> {
  const written = parseInstruction(stripThinking(output).answer);
  if (written === undefined) return { refused: ['no instruction: the tag <instruction> is missing'] };
  const previous = input.earlier.at(-1)?.instruction;
  const refused = refusals(written, { literals: commentLiterals(input), previous });
  return { value: withAnotherApproach(written, repeats), refused };
}

/** Everything that quotes and requirements may come from. */
function sourcesOf(input: WordsInput): string {
  const parts = criticParts(input, allowances[0]!);
  return [
    parts.request,
    ...parts.targets.flatMap(({ title, text }) => [title, text]),
    parts.attempt.text,
    parts.evidence,
    parts.comment,
  ].join('\n');
}

function lastCritique(input: WordsInput): Critique | undefined {
  return input.earlier.at(-1)?.critique;
}

function fallback(input: WordsInput, critique: Critique | undefined): string {
  return fallbackInstruction(input, critique !== undefined && repeatsCause(critique, lastCritique(input)));
}
