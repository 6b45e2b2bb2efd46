import type { AnswerForm } from '../prompts/attempt.ts';
import type { TargetFile, Task } from '../task.ts';
import { definedOn, plainName } from './definitions.ts';
import { linesOf } from './lines.ts';

/**
 * The format that constrains an answer while it is generated, so that it can be read whatever the model
 * would write around it: the model continues
 * the prefix, and the stop strings end it.
 */
export interface AnswerFormat {
  readonly prefix: string;
  readonly stop: readonly string[];
  /** What the stop string has cut off. */
  readonly suffix: string;
}

/** @returns undefined where an answer has more than one place to begin: it is then read out of what the model writes. */
export function answerFormat({ targets }: Pick<Task, 'targets'>, form: AnswerForm): AnswerFormat | undefined {
  const [target] = targets;
  if (form !== 'block' || target === undefined || targets.length > 1) return undefined;
  const fence = '`'.repeat(Math.max(3, longestFence(target.text) + 1));
  return { prefix: `${fence}${target.language}\n${beginning(target)}`, stop: [`\n${fence}\n`], suffix: `\n${fence}` };
}

/** Of the fences that stand at the beginning of a line, which an answer would have to repeat. */
function longestFence(text: string): number {
  return Math.max(2, ...[...text.matchAll(/^ {0,3}(`{3,})/gm)].map(([, ticks]) => ticks!.length));
}

/**
 * The target's own beginning, without which small models begin with whatever code they saw: the head of its first definition
 * up to the name, because all that follows may be what is wrong. Nothing where no line can be relied on.
 */
function beginning(target: TargetFile): string {
  const lines = shownLines(target);
  const wanted = target.focus === undefined ? undefined : plainName(target.focus.symbol);
  if (wanted !== undefined) return headUpTo(lines.find((line) => definedOn(line) === wanted) ?? '', wanted);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const name = definedOn(first);
  return name === undefined ? firstWord(first) : headUpTo(first, name);
}

function shownLines({ text, focus }: TargetFile): readonly string[] {
  const lines = linesOf(text);
  return focus === undefined ? lines : lines.slice(focus.firstLine - 1, focus.lastLine);
}

/** `export function add` of `export function add(a, b) {`. */
function headUpTo(line: string, name: string): string {
  const at = line.indexOf(name);
  return at < 0 ? '' : line.slice(0, at + name.length);
}

/** `import`, `"""`, `//`, `package`: what an edit of a whole file keeps nearly always. */
function firstWord(line: string): string {
  return /^\s*\S+/.exec(line)?.[0] ?? '';
}
