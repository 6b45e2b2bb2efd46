import type { Runner } from '../runner.ts';
import { nodeWords, type RecognisedCommand, recognise, type TestFiles } from './command-words.ts';
import { isPlaceholder, type PackageJson } from './package-json.ts';
import { type Command, commandsOf, withoutAssignments } from './script-words.ts';

/** How a script runs a runner. */
export interface RunnerCommand extends RecognisedCommand {
  /** Variables that the script sets for it. */
  readonly env: Readonly<Record<string, string>>;
  /** The words need no shell, and nothing must run before them. */
  readonly direct: boolean;
  /** Command lines that must run before, such as a compiler. */
  readonly before: readonly string[];
  /** The command as the script has it. */
  readonly text: string;
  /** Commands of the script that do not affect the tests and are not run. */
  readonly leftOut: readonly string[];
}

/** Checks of style and types. They change nothing that tests see. */
const harmless =
  /^(?:(?:npx|pnpm|yarn|bunx|npm run|pnpm run|yarn run) )?(?:eslint|biome|prettier|xo|standard|oxlint|tslint|knip|publint|attw|depcheck|(?:tsc|vue-tsc)(?=.*--noEmit)|(?:lint|format|fmt|style|type-?check|types|check-?types|check:types|check:lint|lint:\S*)(?=\s|$))/;

const maximumDepth = 3;

/** Scripts, which may call each other by name. */
type Scripts = Pick<PackageJson, 'scripts'>;

/** What a command may turn out to run. */
export interface Candidates {
  readonly runners: readonly Runner[];
  /** Files with which `node FILE` runs tests. */
  readonly testFiles: TestFiles;
}

/**
 * Finds the one runner in a script.
 * @returns undefined when there is none, more than one, or something that cannot be understood for certain
 */
export function runnerOfScript(
  candidates: Candidates,
  pack: Scripts,
  scriptName: string,
  depth = 0,
): RunnerCommand | undefined {
  const script = pack.scripts[scriptName];
  if (script === undefined || isPlaceholder(script) || depth > maximumDepth) return undefined;
  const commands = commandsOf(script);
  if (commands === undefined) return undefined;
  const found = commands.map((command) => runnerOf(command, candidates, pack, depth));
  const index = found.findIndex((command) => command !== undefined);
  const runner = found[index];
  if (runner === undefined || found.some((other, at) => other !== undefined && at !== index)) return undefined;
  const others = commands.filter((_, at) => at !== index).map(({ text }) => text);
  const needed = commands.slice(0, index).flatMap(({ text }) => (harmless.test(text) ? [] : [text]));
  const hook = pack.scripts[`pre${scriptName}`];
  const before = [...(hook !== undefined && !harmless.test(hook) ? [hook] : []), ...needed, ...runner.before];
  return {
    ...runner,
    before,
    direct: runner.direct && before.length === 0,
    leftOut: [...others.filter((text) => !needed.includes(text)), ...runner.leftOut],
  };
}

function runnerOf(command: Command, candidates: Candidates, pack: Scripts, depth: number): RunnerCommand | undefined {
  const { env, words } = withoutAssignments(command.words);
  const script = otherScript(words);
  if (script !== undefined && pack.scripts[script] !== undefined) {
    const inner = command.plain ? runnerOfScript(candidates, pack, script, depth + 1) : undefined;
    return inner && { ...inner, env: { ...env, ...inner.env } };
  }
  return runnerOfCommand(command, candidates);
}

/** `npm run X`, `npm test`, `yarn X`, with nothing after it. */
function otherScript(words: readonly string[]): string | undefined {
  const [manager, run = '', name, ...rest] = words;
  if (rest.length > 0 || !['npm', 'pnpm', 'yarn', 'bun'].includes(manager ?? '')) return undefined;
  if (run === 'run' || run === 'run-script') return name;
  if (name !== undefined) return undefined;
  if (run === 't') return 'test';
  return run === 'test' || manager === 'pnpm' || manager === 'yarn' ? run : undefined;
}

/** Files that commands of the form `node FILE` run: whether these are tests is for the caller to find out. */
export function nodeFiles(script: string): string[] {
  return (commandsOf(script) ?? []).flatMap(({ words }) => {
    const [program, ...rest] = withoutAssignments(words).words;
    const file = program === 'node' ? nodeWords(rest).positionals[0] : undefined;
    return file === undefined ? [] : [file];
  });
}

/** @returns undefined when the command does not run a known runner */
function runnerOfCommand(command: Command, { runners, testFiles }: Candidates): RunnerCommand | undefined {
  const { env, words } = withoutAssignments(command.words);
  const recognised = recognise(words, runners, testFiles);
  if (recognised === undefined) return undefined;
  const { plain, text } = command;
  return { ...recognised, env, direct: plain, before: [], text, leftOut: [] };
}
