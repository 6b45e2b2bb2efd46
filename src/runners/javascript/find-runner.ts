import path from 'node:path';
import type { DirectoryView, TestProject } from '../runner.ts';
import { importsNodeTest, nodeTestFile } from './node-test-files.ts';
import { isPlaceholder, type PackageJson, packageJsonOf, packageManagerOf } from './package-json.ts';
import { nodeFiles, type RunnerCommand, runnerOfScript, type ScriptRunner } from './script-runner.ts';

/** What an adapter's `detect` returns, and for which adapter. */
export interface FoundRunner {
  readonly runner: ScriptRunner | 'npm-script';
  readonly why: string;
  readonly executable: readonly string[];
}

/** Scripts that may hold the tests, best first. */
const testScripts = ['test', 'test:unit', 'unit'];

const configFiles: readonly (readonly [ScriptRunner, RegExp])[] = [
  ['vitest', /^(?:vitest\.(?:config|workspace)|vitest\.\w+\.config)\.(?:[cm]?[jt]s|json)$/],
  ['jest', /^jest\.config\.(?:[cm]?[jt]s|json)$/],
  ['mocha', /^\.mocharc(?:\.(?:[cm]?js|jsonc?|ya?ml))?$/],
];

/**
 * How the JavaScript tests of one directory are run: by its test script, else by the runner that it configures or depends
 * on, else by Node's own runner when test files import it.
 */
export async function findRunner(directory: DirectoryView): Promise<FoundRunner | undefined> {
  const pack = await packageJsonOf(directory);
  if (pack === undefined) return byConfiguration(directory, undefined);
  const name = testScripts.find((script) => pack.scripts[script] !== undefined && !isPlaceholder(pack.scripts[script]));
  if (name !== undefined) return byScript(directory, pack, name);
  return (await byConfiguration(directory, pack)) ?? byTestFiles(directory);
}

/** What the adapter of `runner` says of a directory: undefined when another adapter is the one for it. */
export async function findOwn(
  directory: DirectoryView,
  runner: FoundRunner['runner'],
): Promise<FoundRunner | undefined> {
  const found = await findRunner(directory);
  return found?.runner === runner ? found : undefined;
}

async function byScript(directory: DirectoryView, pack: PackageJson, name: string): Promise<FoundRunner> {
  const script = pack.scripts[name] ?? '';
  const command = runnerOfScript(pack, name, await testFilesIn(directory.path, script));
  const manager = await packageManagerOf(directory);
  const says = `the script "${name}" of package.json is \`${script}\``;
  if (command === undefined) {
    return { runner: 'npm-script', why: `${says}, which is run as it is.`, executable: [manager, 'run', name] };
  }
  const without = command.leftOut.length === 0 ? '' : `; of it, \`${command.leftOut.join(' && ')}\` is not run`;
  return {
    runner: command.runner,
    why: `${says}${without}.`,
    executable: command.direct ? typed(command) : [manager, 'run', name],
  };
}

/** The words of a command as they were typed, without a launcher. */
function typed({ env, wrapper, name, args }: RunnerCommand): string[] {
  return [...Object.entries(env).map(([key, value]) => `${key}=${value}`), ...wrapper, ...name, ...args];
}

/** Files in `node FILE` that are tests. */
async function testFilesIn(directory: string, script: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const file of nodeFiles(script)) {
    if (!path.isAbsolute(file) && (await importsNodeTest(path.join(directory, file)))) found.add(file);
  }
  return found;
}

async function byConfiguration(
  directory: DirectoryView,
  pack: PackageJson | undefined,
): Promise<FoundRunner | undefined> {
  for (const [runner, pattern] of configFiles) {
    const file = [...directory.names].find((name) => pattern.test(name));
    if (file !== undefined) return { runner, why: `there is a ${file}.`, executable: ['npx', runner] };
  }
  for (const [runner] of configFiles) {
    const key = pack?.configures.has(runner as 'jest' | 'mocha') ? `a "${runner}" section` : undefined;
    const dependency = pack?.depends.has(runner) ? `${runner} among the dependencies` : undefined;
    const found = key ?? dependency;
    if (found !== undefined) return { runner, why: `package.json has ${found}.`, executable: ['npx', runner] };
  }
  return undefined;
}

async function byTestFiles(directory: DirectoryView): Promise<FoundRunner | undefined> {
  const file = await nodeTestFile(directory.path);
  if (file === undefined) return undefined;
  return { runner: 'node-test', why: `${file} imports node:test.`, executable: ['node', '--test'] };
}

/** The command of a project that was detected above, or typed by the developer. */
export async function commandOf(
  project: TestProject,
  pack: PackageJson | undefined,
): Promise<RunnerCommand | undefined> {
  const [manager = '', run, script] = project.executable;
  const fromScript = project.commandLine === undefined && script !== undefined && run === 'run';
  const name = fromScript && /^(?:npm|pnpm|yarn|bun)$/.test(manager) ? script : asTyped;
  const line = project.commandLine ?? project.executable.map(quotedWord).join(' ');
  const scripts: Record<string, string> = { ...pack?.scripts, [asTyped]: line };
  const known = { scripts, depends: new Set<string>(), configures: new Set<'jest' | 'mocha'>() };
  return runnerOfScript(known, name, await testFilesIn(project.cwd, scripts[name] ?? ''));
}

/** A script of this name cannot stand in a package.json that anybody can run. */
const asTyped = '\0typed';

/** So that it is read again as one word; words that came out of a plain command hold at most one kind of quote. */
function quotedWord(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word}"` : `'${word}'`;
}
