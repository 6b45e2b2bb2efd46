import type { PackageCommand, Runner } from '../runner.ts';

/** The words of a command that runs a runner. */
export interface RecognisedCommand {
  /** The runner's name. */
  readonly runner: string;
  /** Programs around it with their arguments, for example `c8 --all`. */
  readonly wrapper: readonly string[];
  /** The runner's own words: its program (and subcommand), then its arguments. */
  readonly name: readonly string[];
  readonly args: readonly string[];
  /** The package that brings the program, when it has another name. */
  readonly package?: string;
}

/** Files that Node runs as tests, with the name of their runner; as written in the script. */
export type TestFiles = ReadonlyMap<string, string>;

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

/** @returns undefined when the words, which begin with a program, do not run one of the runners */
export function recognise(
  all: readonly string[],
  runners: readonly Runner[],
  testFiles: TestFiles,
): RecognisedCommand | undefined {
  const { wrapper, words } = unwrapped(withoutLauncher(all), runners);
  const found = named(words, runners) ?? runByNode(words, runners, testFiles);
  return found && { ...found, wrapper };
}

function withoutLauncher(words: readonly string[]): readonly string[] {
  const launcher = launchers.find((start) => start.every((word, index) => words[index] === word));
  return launcher === undefined ? words : words.slice(launcher.length);
}

/** Separates `c8 --all` from `mocha test` in `c8 --all mocha test`. */
function unwrapped(
  words: readonly string[],
  runners: readonly Runner[],
): { readonly wrapper: readonly string[]; readonly words: readonly string[] } {
  if (!wrappers.has(words[0] ?? '')) return { wrapper: [], words };
  const isProgram = (word: string): boolean => word === 'node' || named([word], runners) !== undefined;
  const start = words.findIndex((word, index) => index > 0 && isProgram(word));
  if (start < 0) return { wrapper: [], words };
  return { wrapper: words.slice(0, start), words: words.slice(start) };
}

type KnownCommand = Omit<RecognisedCommand, 'wrapper'>;

function named(words: readonly string[], runners: readonly Runner[]): KnownCommand | undefined {
  for (const { name: runner, inPackage } of runners) {
    const command = inPackage?.commands?.find((candidate) => begins(words, candidate));
    if (command === undefined) continue;
    const { length } = command.words;
    const args = words.slice(length);
    if (inPackage?.otherSubcommands?.includes(args[0] ?? '')) return undefined;
    const { package: pack } = command;
    return { runner, name: words.slice(0, length), args, ...(pack !== undefined && { package: pack }) };
  }
  return undefined;
}

/** The name of a program may also be the path of its file. */
function begins(words: readonly string[], command: PackageCommand): boolean {
  return command.words.every((word, index) => word === (index === 0 ? programName(words[0]) : words[index]));
}

function programName(word = ''): string {
  return word.replace(/^.*[\\/]/, '').replace(/\.(?:[cm]?js|cmd)$/, '');
}

/** `node --test`, `tsx --test`, `node … node_modules/.bin/jest`, and a test file that is run by Node. */
function runByNode(
  words: readonly string[],
  runners: readonly Runner[],
  testFiles: TestFiles,
): KnownCommand | undefined {
  const [program, ...rest] = words;
  if (program !== 'node' && program !== 'tsx') return undefined;
  const { options, positionals } = nodeWords(rest);
  const byOption = runners.find(({ inPackage }) => options.includes(inPackage?.nodeOption ?? ''))?.name;
  const runner = byOption ?? testFiles.get(positionals[0] ?? '');
  if (runner !== undefined) return { runner, name: [program], args: rest };
  const inner = program === 'node' ? named(positionals, runners) : undefined;
  return inner && { ...inner, name: [program, ...options, ...inner.name] };
}

/** Options of Node that take the next word as their value. */
const withValue = new Set([
  ...['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--env-file'],
  ...['--env-file-if-exists', '--test-name-pattern', '--test-skip-pattern', '--test-reporter', '--test-shard'],
  ...['--test-reporter-destination', '--test-concurrency', '--test-timeout', '--watch-path', '--stack-trace-limit'],
  ...['--test-coverage-include', '--test-coverage-exclude', '--test-isolation', '--max-old-space-size'],
]);

/** Node's own options with their values, and what follows them: a file and its arguments. */
export function nodeWords(words: readonly string[]): {
  readonly options: readonly string[];
  readonly positionals: readonly string[];
} {
  let at = 0;
  while (at < words.length && words[at]!.startsWith('-')) at += withValue.has(words[at]!) ? 2 : 1;
  return { options: words.slice(0, at), positionals: words.slice(at) };
}
