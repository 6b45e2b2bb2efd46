import path from 'node:path';
import type { Detection, DirectoryView, Runner, TestProject } from '../runner.ts';
import { isPlaceholder, type PackageJson, packageJsonOf, packageManagerOf } from './package-json.ts';
import { type Candidates, nodeFiles, type RunnerCommand, runnerOfScript } from './script-runner.ts';

/** How the tests of a package are run. */
export interface FoundRunner extends Detection {
  /** The name of a runner; undefined for a script in which none was recognised. */
  readonly runner: string | undefined;
}

/** Scripts that may hold the tests, best first. */
const testScripts = ['test', 'test:unit', 'unit'];

/**
 * How the JavaScript tests of one directory are run: by its test script, else by the runner that it configures or depends
 * on, else by one that its test files show.
 * @param runners in order of precedence; those that are not of JavaScript do not matter
 */
export async function findRunner(
  directory: DirectoryView,
  runners: readonly Runner[],
): Promise<FoundRunner | undefined> {
  const pack = await packageJsonOf(directory);
  if (pack === undefined) return byConfiguration(directory, undefined, runners);
  const name = testScripts.find((script) => pack.scripts[script] !== undefined && !isPlaceholder(pack.scripts[script]));
  if (name !== undefined) return byScript(directory, pack, name, runners);
  return (await byConfiguration(directory, pack, runners)) ?? byTestFiles(directory, runners);
}

/** What was found, if it is the runner of this name. */
export async function findOwn(
  directory: DirectoryView,
  runners: readonly Runner[],
  name: FoundRunner['runner'],
): Promise<Detection | undefined> {
  const found = await findRunner(directory, runners);
  return found?.runner === name ? found : undefined;
}

async function byScript(
  directory: DirectoryView,
  pack: PackageJson,
  name: string,
  runners: readonly Runner[],
): Promise<FoundRunner> {
  const script = pack.scripts[name] ?? '';
  const command = runnerOfScript(await candidatesFor(script, directory.path, runners), pack, name);
  const manager = await packageManagerOf(directory);
  const reason = `the script "${name}" of package.json is \`${script}\``;
  if (command === undefined) {
    return { runner: undefined, why: `${reason}, which is run as it is.`, executable: [manager, 'run', name] };
  }
  const without = command.leftOut.length === 0 ? '' : `; of it, \`${command.leftOut.join(' && ')}\` is not run`;
  return {
    runner: command.runner,
    why: `${reason}${without}.`,
    executable: command.direct ? typed(command) : [manager, 'run', name],
  };
}

/** The words of a command as they were typed, without a launcher. */
function typed({ env, wrapper, name, args }: RunnerCommand): string[] {
  return [...Object.entries(env).map(([key, value]) => `${key}=${value}`), ...wrapper, ...name, ...args];
}

/** The runners, with those files in `node FILE` that are tests of theirs. */
async function candidatesFor(script: string, directory: string, runners: readonly Runner[]): Promise<Candidates> {
  const testFiles = new Map<string, string>();
  for (const file of nodeFiles(script)) {
    if (path.isAbsolute(file)) continue;
    for (const { name, inPackage } of runners) {
      if (await inPackage?.isTest?.(path.join(directory, file))) testFiles.set(file, name);
    }
  }
  return { runners, testFiles };
}

async function byConfiguration(
  directory: DirectoryView,
  pack: PackageJson | undefined,
  runners: readonly Runner[],
): Promise<FoundRunner | undefined> {
  for (const { name, inPackage } of runners) {
    const file = [...directory.names].find((entry) => inPackage?.configuration?.test(entry));
    if (file !== undefined) return { runner: name, why: `there is a ${file}.`, executable: ['npx', name] };
  }
  for (const { name, inPackage } of runners) {
    if (inPackage?.configuration === undefined) continue;
    const { key } = inPackage;
    const section = key !== undefined && pack?.keys.has(key) ? `a "${key}" section` : undefined;
    const found = section ?? (pack?.depends.has(name) ? `${name} among the dependencies` : undefined);
    if (found !== undefined) return { runner: name, why: `package.json has ${found}.`, executable: ['npx', name] };
  }
  return undefined;
}

async function byTestFiles(
  { path: home }: DirectoryView,
  runners: readonly Runner[],
): Promise<FoundRunner | undefined> {
  for (const { name, inPackage } of runners) {
    const found = await inPackage?.byTestFiles?.(home);
    if (found !== undefined) return { ...found, runner: name };
  }
  return undefined;
}

/** The command of a project that was detected above, or given by the developer, if it runs one of these runners. */
export async function commandOf(
  project: TestProject,
  pack: PackageJson | undefined,
  runners: readonly Runner[],
): Promise<RunnerCommand | undefined> {
  const [manager = '', run, script] = project.executable;
  const fromScript = project.commandLine === undefined && script !== undefined && run === 'run';
  const name = fromScript && /^(?:npm|pnpm|yarn|bun)$/.test(manager) ? script : asTyped;
  const line = project.commandLine ?? project.executable.map(quotedWord).join(' ');
  const scripts: Record<string, string> = { ...pack?.scripts, [asTyped]: line };
  return runnerOfScript(await candidatesFor(scripts[name] ?? '', project.cwd, runners), { scripts }, name);
}

/** A script of this name cannot occur in a package.json that anybody can run. */
const asTyped = '\0typed';

/** So that it is read again as one word; words that came out of a plain command hold at most one kind of quote. */
function quotedWord(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word}"` : `'${word}'`;
}
