import type { TargetFile } from '../agent/task.ts';
import type { TextFile } from '../files/edits/text-file.ts';
import type { Candidate } from './candidates.ts';
import { lineBeyondEnd, symbolAmbiguous, symbolMissing } from './errors.ts';
import { declarationsNamed, type Focus, focusAt, focusOn, mediumFileLines, nearestNames } from './focus.ts';
import { languageOf } from './languages.ts';
import type { Lookup } from './lookup.ts';
import type { Declaration } from './outline.ts';
import type { TargetSpec } from './target-spec.ts';

/** A file that attempts may change, as it lies on disk and as the model sees it. */
export interface TargetSource {
  /** Relative to the workspace folder, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly file: TextFile;
  readonly target: TargetFile;
}

export function targetSource(absolute: string, file: TextFile, focus: Focus | undefined): TargetSource {
  const language = languageOf(file.path)?.fence ?? '';
  const target = { path: file.path, text: file.text, language, ...(focus !== undefined && { focus }) };
  return { path: file.path, absolute, file, target };
}

/** The focus that the developer asked for by a line or a name. */
export async function askedFocus(spec: TargetSpec, file: TextFile, lookup: Lookup): Promise<Focus | undefined> {
  const { declared } = await lookup.outline(file.path);
  if (spec.line !== undefined) {
    const lines = lineCount(file);
    // Editors also number the empty line after the final line feed, and the cursor is often there.
    const last = file.text.endsWith('\n') ? lines + 1 : lines;
    if (spec.line < 1 || spec.line > last) throw lineBeyondEnd(file.path, spec.line, lines);
    return focusAt(declared, spec.line);
  }
  if (spec.symbol === undefined) return undefined;
  const found = onlyImplementation(declarationsNamed(declared, spec.symbol).filter(({ kind }) => kind !== 'test'));
  if (found.length > 1) {
    const places = found.slice(0, 10).map(({ qualified, line }) => ({ name: qualified, line }));
    throw symbolAmbiguous(file.path, spec.symbol, places);
  }
  if (found.length === 1) return focusOn(declared, found[0]!);
  const parsed = languageOf(file.path)?.grammar !== undefined;
  throw symbolMissing(file.path, spec.symbol, nearestNames(declared, spec.symbol), parsed);
}

/** Of a type and its `impl`, or of the parts of a class, the longest is meant. */
function onlyImplementation(found: readonly Declaration[]): readonly Declaration[] {
  if (!found.every(({ kind }) => kind === 'class')) return found;
  return found.toSorted((a, b) => b.lastLine - b.firstLine - (a.lastLine - a.firstLine)).slice(0, 1);
}

/**
 * The focus that the failing tests suggest: the function of the innermost stack frame, or else what the tests use most.
 * @param wholeUpTo maximum number of lines of a file that is given as a whole anyway
 */
export async function suggestedFocus(
  candidate: Candidate | undefined,
  file: TextFile,
  wholeUpTo: number,
  lookup: Lookup,
): Promise<Focus | undefined> {
  const lines = lineCount(file);
  if (!candidate || lines <= wholeUpTo) return undefined;
  const { declared } = await lookup.outline(file.path);
  for (const line of candidate.lines) {
    const focus = focusAt(declared, line);
    if (focus) return focus;
  }
  const most = Math.max(...candidate.symbols.values());
  const best = [...candidate.symbols].filter(([, count]) => count === most).map(([symbol]) => symbol);
  const foci = best.flatMap((symbol) => {
    const one = declarationsNamed(declared, symbol)[0];
    const focus = one && focusOn(declared, one);
    return focus ? [focus] : [];
  });
  if (foci.length <= 1) return foci[0];
  return commonClass(foci, declared) ?? (lines <= mediumFileLines ? undefined : foci[0]);
}

/** The smallest class around all of them, unless it is too long. */
function commonClass(foci: readonly Focus[], declared: readonly Declaration[]): Focus | undefined {
  const first = Math.min(...foci.map(({ firstLine }) => firstLine));
  const last = Math.max(...foci.map(({ lastLine }) => lastLine));
  const around = declared.filter(
    ({ kind, alone, firstLine, lastLine }) => kind === 'class' && alone && firstLine <= first && last <= lastLine,
  );
  const found = around.at(-1);
  return found && found.lastLine - found.firstLine < mediumFileLines ? focusOn(declared, found) : undefined;
}

function lineCount({ text }: TextFile): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
