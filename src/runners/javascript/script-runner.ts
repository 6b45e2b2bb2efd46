import { isPlaceholder, type PackageJson } from './package-json.ts';
import { type Command, commandsOf, withoutAssignments } from './script-words.ts';

/** Runners that Retune knows inside a script. */
export type ScriptRunner = 'vitest' | 'jest' | 'mocha' | 'node-test';

/** How a script runs a runner. */
export interface RunnerCommand {
  readonly runner: ScriptRunner;
  /** Variables that the script sets for it. */
  readonly env: Readonly<Record<string, string>>;
  /** Programs around it with their arguments, for example `c8 --all`. */
  readonly wrapper: readonly string[];
  /** The runner's own words: its name (and subcommand), then its arguments. */
  readonly name: readonly string[];
  readonly args: readonly string[];
  /** The words need no shell, and nothing must run before them. */
  readonly direct: boolean;
  /** Command lines that must run before, such as a compiler. */
  readonly before: readonly string[];
  /** The command as it stands in the script. */
  readonly text: string;
  /** Commands of the script that do not bear on the tests and are not run. */
  readonly leftOut: readonly string[];
}

interface Name {
  readonly runner: ScriptRunner;
  readonly words: readonly string[];
}

/** Two-word names first. The name of a program may also be the path of its file. */
const runnerNames: readonly Name[] = [
  { runner: 'jest', words: ['react-scripts', 'test'] },
  { runner: 'jest', words: ['react-app-rewired', 'test'] },
  { runner: 'jest', words: ['craco', 'test'] },
  { runner: 'vitest', words: ['vitest'] },
  { runner: 'jest', words: ['jest'] },
  { runner: 'mocha', words: ['mocha'] },
  { runner: 'mocha', words: ['_mocha'] },
  { runner: 'mocha', words: ['ts-mocha'] },
];

/** Programs that run another one and are not needed for that: what they look up is looked up without them. */
const launchers: readonly (readonly string[])[] = [
  ['npx', '--no-install'],
  ['npx', '--no'],
  ['npx', '-y'],
  ['npx', '--yes'],
  ['npx'],
  ['npm', 'exec', '--'],
  ['pnpm', 'exec'],
  ['yarn', 'exec'],
  ['yarn', 'run'],
  ['bunx'],
  ['pnpm'],
  ['yarn'],
];

/** Programs that measure or prepare, and must stay around the runner. */
const wrappers = new Set(['c8', 'nyc', 'dotenv', 'env-cmd']);

/** Subcommands of vitest that do not run the tests. */
const otherSubcommands = new Set(['bench', 'list', 'init', 'related', 'typecheck']);

/** Checks of style and types. They change nothing that tests see. */
const harmless =
  /^(?:(?:npx|pnpm|yarn|bunx|npm run|pnpm run|yarn run) )?(?:eslint|biome|prettier|xo|standard|oxlint|tslint|knip|publint|attw|depcheck|(?:tsc|vue-tsc)(?=.*--noEmit)|(?:lint|format|fmt|style|type-?check|types|check-?types|check:types|check:lint|lint:\S*)(?=\s|$))/;

const maxDepth = 3;

/**
 * Finds the one runner in a script.
 * @param testFiles files that use node:test, so that `node FILE` runs tests
 * @returns undefined when there is none, more than one, or something that cannot be understood for certain
 */
export function runnerOfScript(
  pack: PackageJson,
  scriptName: string,
  testFiles: ReadonlySet<string> = new Set(),
  depth = 0,
): RunnerCommand | undefined {
  const script = pack.scripts[scriptName];
  if (script === undefined || isPlaceholder(script) || depth > maxDepth) return undefined;
  const commands = commandsOf(script);
  if (commands === undefined) return undefined;
  const found = commands.map((command) => runnerOf(command, pack, testFiles, depth));
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

function runnerOf(
  command: Command,
  pack: PackageJson,
  testFiles: ReadonlySet<string>,
  depth: number,
): RunnerCommand | undefined {
  const { env, words } = withoutAssignments(command.words);
  const script = otherScript(words);
  if (script !== undefined && pack.scripts[script] !== undefined) {
    const inner = command.plain ? runnerOfScript(pack, script, testFiles, depth + 1) : undefined;
    return inner && { ...inner, env: { ...env, ...inner.env } };
  }
  return runnerOfCommand(command, testFiles);
}

/** `npm run X`, `npm test`, `yarn X`, with nothing behind it. */
function otherScript(words: readonly string[]): string | undefined {
  const [manager, run = '', name, ...rest] = words;
  if (rest.length > 0 || !['npm', 'pnpm', 'yarn', 'bun'].includes(manager ?? '')) return undefined;
  if (run === 'run' || run === 'run-script') return name;
  if (name !== undefined) return undefined;
  if (run === 't') return 'test';
  return run === 'test' || manager === 'pnpm' || manager === 'yarn' ? run : undefined;
}

/** Files that commands of the form `node FILE` run: whether these use node:test is for the caller to find out. */
export function nodeFiles(script: string): string[] {
  return (commandsOf(script) ?? []).flatMap(({ words }) => {
    const [program, ...rest] = withoutAssignments(words).words;
    const file = program === 'node' ? nodeWords(rest).positionals[0] : undefined;
    return file === undefined ? [] : [file];
  });
}

/** @returns undefined when the command does not run a known runner */
function runnerOfCommand(command: Command, testFiles: ReadonlySet<string>): RunnerCommand | undefined {
  const { env, words: all } = withoutAssignments(command.words);
  const { wrapper, words } = unwrapped(withoutLauncher(all));
  const known = namedRunner(words) ?? nodeTest(words, testFiles);
  if (known === undefined) return undefined;
  const { plain, text } = command;
  const before: string[] = [];
  return {
    runner: known.runner,
    env,
    wrapper,
    name: known.name,
    args: known.args,
    direct: plain,
    before,
    text,
    leftOut: [],
  };
}

function withoutLauncher(words: readonly string[]): readonly string[] {
  const launcher = launchers.find((start) => start.every((word, index) => words[index] === word));
  return launcher === undefined ? words : words.slice(launcher.length);
}

/** Separates `c8 --all` from `mocha test` in `c8 --all mocha test`. */
function unwrapped(words: readonly string[]): { wrapper: readonly string[]; words: readonly string[] } {
  if (!wrappers.has(words[0] ?? '')) return { wrapper: [], words };
  const start = words.findIndex((word, index) => index > 0 && (word === 'node' || namedRunner([word]) !== undefined));
  if (start < 0) return { wrapper: [], words };
  return { wrapper: words.slice(0, start), words: words.slice(start) };
}

interface Known {
  readonly runner: ScriptRunner;
  readonly name: readonly string[];
  readonly args: readonly string[];
}

function namedRunner(words: readonly string[]): Known | undefined {
  const found = runnerNames.find((candidate) =>
    candidate.words.every((word, index) => word === (index === 0 ? programName(words[0]) : words[index])),
  );
  if (found === undefined) return undefined;
  const args = words.slice(found.words.length);
  if (found.runner === 'vitest' && otherSubcommands.has(args[0] ?? '')) return undefined;
  return { runner: found.runner, name: words.slice(0, found.words.length), args };
}

function programName(word = ''): string {
  return word.replace(/^.*[\\/]/, '').replace(/\.(?:[cm]?js|cmd)$/, '');
}

/** Options of Node that take the next word as their value. */
const withValue = new Set([
  ...['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--env-file'],
  ...['--env-file-if-exists', '--test-name-pattern', '--test-skip-pattern', '--test-reporter', '--test-shard'],
  ...['--test-reporter-destination', '--test-concurrency', '--test-timeout', '--watch-path', '--stack-trace-limit'],
  ...['--test-coverage-include', '--test-coverage-exclude', '--test-isolation', '--max-old-space-size'],
]);

/** `node --test`, `tsx --test`, `node … node_modules/.bin/jest`, and, where the caller knows, a test file run by node. */
function nodeTest(words: readonly string[], testFiles: ReadonlySet<string>): Known | undefined {
  const [program, ...rest] = words;
  if (program !== 'node' && program !== 'tsx') return undefined;
  const { options, positionals } = nodeWords(rest);
  if (options.includes('--test') || testFiles.has(positionals[0] ?? ''))
    return { runner: 'node-test', name: [program], args: rest };
  const inner = program === 'node' ? namedRunner(positionals) : undefined;
  return inner && { ...inner, name: [program, ...options, ...inner.name] };
}

/** Node's own options with their values, and what follows them: a file and its arguments. */
export function nodeWords(words: readonly string[]): { options: readonly string[]; positionals: readonly string[] } {
  let at = 0;
  while (at < words.length && words[at]!.startsWith('-')) at += withValue.has(words[at]!) ? 2 : 1;
  return { options: words.slice(0, at), positionals: words.slice(at) };
}
