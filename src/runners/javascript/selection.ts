import type { TestResult } from '../../agent/verdict.ts';
import { idSeparator } from '../formats/results.ts';
import type { Selection } from '../runner.ts';
import type { RunnerCommand } from './script-runner.ts';

/** Which tests to run, for runners that choose by file and by a regular expression over names. */
export interface Choice {
  /** Relative to the workspace folder, with `/`; empty when some test's file is not known. */
  readonly files: readonly string[];
  /** Matches the full names, their parts joined by spaces. */
  readonly fullNames: string;
  /** Matches the tests' own titles. */
  readonly titles: string;
}

/** Longer patterns do not fit into every system's command line; then all tests of the files run. */
const maximumPatternLength = 8000;

/** A title may itself contain the separator of ids. */
const between = '\\s+(?:›\\s+)?';

/**
 * @param choosing options with which the command chooses tests itself, which another choice would contradict
 * @returns undefined when all tests are to run, or names cannot say which
 */
export function choiceOf(
  selection: Selection,
  command?: Pick<RunnerCommand, 'direct' | 'args'>,
  choosing?: RegExp,
): Choice | undefined {
  // cmd.exe has no way to quote every pattern.
  if (process.platform === 'win32' && command?.direct === false) return undefined;
  if (selection.kind === 'all' || selection.tests.length === 0) return undefined;
  if (choosing !== undefined && command?.args.some((word) => choosing.test(word))) return undefined;
  const { tests } = selection;
  const files = new Set(tests.map(({ file }) => file));
  const known = [...files].filter((file) => file !== undefined);
  const paths = new Set(tests.map(titlesOf));
  const fullNames = alternatives([...paths].map((titles) => titles.split('\n')));
  const titles = alternatives([...paths].map((path) => path.split('\n').slice(-1)));
  if (fullNames.length > maximumPatternLength || tests.some(isCut)) return undefined;
  return { files: known.length === files.size ? known : [], fullNames, titles };
}

/** A title so long that only its ends are known. */
function isCut({ id }: TestResult): boolean {
  return / characters left out …/.test(id);
}

/** The parts of a test's name, by lines. */
function titlesOf({ id, file, name }: TestResult): string {
  const start = file === undefined ? '' : `${file}${idSeparator}`;
  const path = id.startsWith(start) ? id.slice(start.length) : id;
  const end = path.lastIndexOf(name);
  // A number after the name distinguishes tests of the same name; to the runner they are the same.
  const groups =
    end <= 0
      ? []
      : path
          .slice(0, end)
          .split(idSeparator)
          .filter((part) => part !== '');
  return [...groups, name].join('\n');
}

function alternatives(names: readonly (readonly string[])[]): string {
  const patterns = new Set(names.map((titles) => titles.map(pattern).join(between)));
  return `^\\s*(?:${[...patterns].join('|')})\\s*$`;
}

/** Names do not distinguish spaces from line feeds. */
function pattern(title: string): string {
  return title
    .split(/\s+/)
    .map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('\\s+');
}
