import type { TargetFile, Task } from '../task.ts';
import { type FencedBlock, fencedBlocks } from '../text/fences.ts';
import type { Answer, AnswerProblem } from './answer.ts';
import { isBalanced } from './balance.ts';
import { bareCode } from './bare-code.ts';
import { defines, definitionsIn, plainName } from './definitions.ts';
import { fitBlock } from './fit.ts';
import { type Label, labelOf, languageTag, lineLabel } from './labels.ts';
import { canBe, onlyShows } from './languages.ts';
import { answerLines, linesOf, sameText, textLike, withoutBlankEnds } from './lines.ts';
import { applyEdits, applySearchReplace, type Edit, hasSearchReplace } from './search-replace.ts';
import type { Syntax } from './syntax.ts';
import { hunksOf, isUnifiedDiff } from './unified-diff.ts';
import { unwrapped } from './unwrap.ts';

/** Answers are cut off at this number of characters; a model's context is far smaller. */
const longestAnswer = 8_000_000;
/** With more blocks than this, the model was in a loop. */
const mostBlocks = 100;

/**
 * What a model's answer does to the target. Never throws; takes time linear in the answer.
 * @param text without thinking ({@link stripThinking})
 * @param ended whether the model ended the answer itself, so that a block without its closing fence can be whole
 * @param syntax the parser of the targets' languages; without it definitions are found by their indentation
 */
export function parseAnswer(text: string, task: Task, ended = false, syntax?: Syntax): Answer {
  const lines = answerLines(text.slice(0, longestAnswer));
  if (lines.every((line) => line.trim() === '')) return unparsable('empty', 'The answer is empty.');
  if (hasSearchReplace(lines)) {
    const edited = applySearchReplace(lines, task);
    if (edited.kind === 'problem') return unparsable(edited.problem, edited.detail);
    return attempt(edited.texts, 'search-replace');
  }
  const written = fencedBlocks(lines).filter(({ lines }) => lines.some((line) => line.trim() !== ''));
  if (written.length > mostBlocks) {
    return unparsable('several-blocks', `The answer has ${written.length} code blocks.`);
  }
  const fenced = written.map((block) => unwrapped(block, task.targets));
  const diffs = fenced.filter((block) => isUnifiedDiff(block.lines));
  if (diffs.length > 0) return ofDiffs(diffs, task);
  const blocks = labelled(fenced, lines, task);
  const ofOthers = blocks.find((block) => block.label.kind === 'other');
  if (ofOthers?.label.kind === 'other') {
    return unparsable('not-a-target', `A code block is for ${ofOthers.label.path}, which may not be changed.`);
  }
  const choice = blocks.length === 0 ? bare(lines, task) : chosen(blocks, task);
  if ('kind' in choice) return choice;

  const texts = new Map<TargetFile, string>();
  const kept: string[] = [];
  for (const [target, block] of choice) {
    if (!block.closed && !(ended && isBalanced(block.lines.join('\n')))) {
      return unparsable('unclosed-block', `The code block for ${target.path} is not closed: the answer was cut off.`);
    }
    const fitted = fitBlock(target, block.lines, syntax);
    if (fitted.kind === 'problem') return unparsable(fitted.problem, fitted.detail);
    texts.set(target, fitted.text);
    kept.push(...(fitted.kept ?? []));
  }
  return attempt(texts, texts.size > 1 ? 'files' : 'block', kept);
}

/** Every hunk is looked for by its lines, because models count lines wrongly. */
function ofDiffs(diffs: readonly FencedBlock[], task: Task): Answer {
  const edits = diffs.flatMap((block) =>
    hunksOf(block.lines).map(({ path, search, replace }): Edit => {
      const label: Label = path === undefined ? { kind: 'none' } : lineLabel(path, task.targets, task.neighbours);
      return { label, search, replace };
    }),
  );
  const edited = applyEdits(edits, task, (index) => `Hunk ${index + 1} of the diff`);
  if (edited.kind === 'problem') return unparsable(edited.problem, edited.detail);
  return attempt(edited.texts, 'search-replace');
}

interface Block {
  readonly lines: readonly string[];
  readonly language: string;
  readonly label: Label;
  readonly closed: boolean;
}

type Choice = ReadonlyMap<TargetFile, Pick<Block, 'lines' | 'closed'>>;

function unparsable(problem: AnswerProblem, detail: string): Answer {
  return { kind: 'unparsable', problem, detail };
}

/** The blocks that may be meant for a target, with what they say about themselves. */
function labelled(fenced: readonly FencedBlock[], lines: readonly string[], task: Task): readonly Block[] {
  let previousEnd = -1;
  const all = fenced.map((block) => {
    const before = textBefore(lines, block, previousEnd);
    previousEnd = block.lastLine;
    const { label, lines: body } = labelOf(block, before, task.targets, task.neighbours);
    return { lines: body, language: languageTag(block.info), label, closed: block.closed };
  });
  return all.filter((block) => {
    if (block.lines.every((line) => line.trim() === '')) return false;
    if (block.label.kind === 'target') return true;
    // A block that shows the content of a neighbour, such as the test, changes nothing.
    if (block.label.kind === 'other') return !quotes(block, task);
    return !onlyShows(block.language) || task.targets.some((target) => canBe(block.language, target.language));
  });
}

/** The nearest non-empty one of the two lines before a block. */
function textBefore(lines: readonly string[], block: FencedBlock, previousEnd: number): string {
  for (let index = block.firstLine - 1; index > previousEnd && index >= block.firstLine - 2; index--) {
    if (lines[index]!.trim() !== '') return lines[index]!;
  }
  return '';
}

function quotes(block: Block, task: Task): boolean {
  const text = block.lines.join('\n').trim();
  return task.neighbours.some((neighbour) => neighbour.text.includes(text));
}

function chosen(blocks: readonly Block[], task: Task): Choice | Answer {
  const choice = new Map<TargetFile, Block>();
  for (const target of task.targets) {
    const own = blocks.filter((block) => block.label.kind === 'target' && block.label.target === target);
    const one = theOne(own, target);
    if (one === 'several') {
      return unparsable('several-blocks', `${own.length} code blocks are for ${target.path}; one is needed.`);
    }
    if (one !== undefined) choice.set(target, one);
  }
  if (choice.size > 0) return choice;

  const free = blocks.filter((block) => block.label.kind === 'none');
  if (task.targets.length === 1) {
    const one = theOne(free, task.targets[0]!);
    if (one === 'several') {
      return unparsable(
        'several-blocks',
        `The answer has ${free.length} code blocks, and it is not clear which one is meant.`,
      );
    }
    return new Map(one === undefined ? [] : [[task.targets[0]!, one]]);
  }
  // Without paths, the definitions of each block must show which file it is for.
  for (const block of free) {
    const fits = task.targets.filter((target) => canBe(block.language, target.language) && isFor(block, target));
    if (fits.length !== 1 || choice.has(fits[0]!)) {
      return unparsable('several-blocks', 'A code block does not say which of the files it is for.');
    }
    choice.set(fits[0]!, block);
  }
  return choice;
}

/**
 * The block for a target among several: the only one in its language, or that defines its symbol, or that differs from the old
 * text.
 */
function theOne(blocks: readonly Block[], target: TargetFile): Block | 'several' | undefined {
  let rest = distinct(blocks);
  const filters: readonly ((block: Block) => boolean)[] = [
    (block) => block.language !== '' && canBe(block.language, target.language),
    (block) => isFor(block, target),
    (block) => !isOldText(block, target),
  ];
  for (const filter of filters) {
    if (rest.length <= 1) break;
    const some = rest.filter(filter);
    if (some.length > 0) rest = some;
  }
  return rest.length > 1 ? 'several' : rest[0];
}

function distinct(blocks: readonly Block[]): readonly Block[] {
  const seen = new Map<string, Block>();
  for (const block of blocks) {
    const key = block.lines.join('\n').trim();
    if (!seen.has(key)) seen.set(key, block);
  }
  return [...seen.values()];
}

/** Whether a block defines what a block for this target must define. */
function isFor(block: Block, target: TargetFile): boolean {
  const own = target.focus === undefined ? undefined : plainName(target.focus.symbol);
  if (own !== undefined && defines(block.lines, own)) return true;
  if (own !== undefined && defines(linesOf(target.text), own)) return false;
  const names = new Set(definitionsIn(linesOf(target.text)).map((definition) => definition.name));
  return definitionsIn(block.lines).some((definition) => definition.indent === 0 && names.has(definition.name));
}

/** A part of the target as it is, which models quote before they change it. */
function isOldText(block: Block, target: TargetFile): boolean {
  const part = withoutBlankEnds(block.lines).map((line) => line.trim());
  const whole = linesOf(target.text).map((line) => line.trim());
  for (let at = whole.indexOf(part[0]!); at >= 0; at = whole.indexOf(part[0]!, at + 1)) {
    if (part.every((line, index) => line === whole[at + index])) return true;
  }
  return false;
}

function bare(lines: readonly string[], task: Task): Choice | Answer {
  const found = task.targets.flatMap((target) => {
    const code = bareCode(lines, target);
    return code === undefined ? [] : [[target, { lines: code, closed: true }] as const];
  });
  if (found.length === 1) return new Map(found);
  return unparsable('no-block', 'The answer has no code block; the code must stand in one fenced block.');
}

function attempt(
  texts: ReadonlyMap<TargetFile, string>,
  form: 'block' | 'files' | 'search-replace',
  kept: readonly string[] = [],
): Answer {
  const files = [...texts]
    .filter(([target, text]) => !sameText(linesOf(text), linesOf(target.text)))
    .map(([target, text]) => ({ path: target.path, text: textLike(target.text, linesOf(text)) }));
  if (files.length > 0) return { kind: 'attempt', attempt: { files }, form, ...(kept.length > 0 && { kept }) };
  const paths = [...texts.keys()].map((target) => target.path).join(', ');
  return unparsable('unchanged', paths === '' ? 'The answer changes nothing.' : `${paths} would stay as it is.`);
}
