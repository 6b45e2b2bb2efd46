import { beginsIn, isOfCode, isOfMachine, missingModule, namesFile, namesPlace } from './error-text.ts';
import { isSyntaxError } from './failure-kind.ts';

/** What is different from when the baseline was measured. */
export interface Changes {
  /** Target files that the attempt changed, relative to the workspace folder. */
  readonly targets: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  /** What else may be the cause, as the beginning of a sentence: `src/b.js changed since the tests ran first`, `The disk is full`. */
  readonly other?: string;
}

/** One account of what kept tests from running that ran at the baseline. */
export interface Trouble {
  /** All that is said about it; paths in the workspace folder are relative to it. */
  readonly text: string;
  /** The text is what a process printed before its end, which may say anything. */
  readonly printed?: boolean;
  readonly compiler?: boolean;
  /**
   * What it takes to blame the attempt, where there is another explanation: that a place in it is named, or a syntax error in it
   * (where the same could not be run before either, if only at times).
   */
  readonly needs?: 'place' | 'syntax-error';
}

/**
 * `proven`: the error is in what the attempt changed. `suspected`: nothing else changed, but nothing says where it is, so it has
 * to be seen twice.
 */
export type Blame = 'proven' | 'suspected';

/** Whether the attempt caused any of these; undefined when something else may have. */
export function blame(troubles: readonly Trouble[], changes: Changes): Blame | undefined {
  const all = troubles.map((trouble) => blameFor(trouble, changes));
  return all.includes('proven') ? 'proven' : all.find((one) => one !== undefined);
}

function blameFor({ text, printed, compiler, needs }: Trouble, changes: Changes): Blame | undefined {
  const files = changes.targets.map(({ path }) => path);
  const named = namesFile(text, files, printed);
  // Code that cannot be parsed is wrong whatever else happened.
  if (isSyntaxError(text) && beginsIn(text, files)) return 'proven';
  if (needs === 'syntax-error' || changes.other !== undefined || files.length === 0 || isOfMachine(text))
    return undefined;
  const module = missingModule(text);
  if (module !== undefined && !isNewImport(module, changes)) return undefined;
  if (named) return 'proven';
  if (needs === 'place') return undefined;
  return printed || compiler || isOfCode(text) || !namesPlace(text) ? 'suspected' : undefined;
}

const importing = /\b(?:import|require|require_relative|from|use|mod|load|extern|include)\b/;

/** Whether the attempt mentions a module that the original did not import: another one that is missing was removed by someone. */
function isNewImport(module: string, { targets }: Changes): boolean {
  const mention = new RegExp(`(?<![\\w$])${module.replaceAll(/[^\w]/g, '\\$&')}(?![\\w$])`);
  return targets.some(({ before, after }) => {
    const old = before.split('\n');
    if (old.some((line) => importing.test(line) && mention.test(line))) return false;
    const known = new Set(old);
    return after.split('\n').some((line) => !known.has(line) && mention.test(line));
  });
}
