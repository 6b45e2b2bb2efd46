import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanText } from '../formats/failure-text.ts';
import type { Runner, RunPlan, TestProject } from '../runner.ts';
import { type DroppedArguments, withOptions, without } from './arguments.ts';
import { commandOf } from './find-runner.ts';
import { installedCommand, scriptPath, workspaceNode } from './installed.ts';
import { type PackageJson, parsePackageJson } from './package-json.ts';
import type { RunnerCommand } from './script-runner.ts';
import { quoted } from './script-words.ts';

/** What Retune changes in a command so that it runs once and leaves a report. */
export interface Changes {
  readonly dropped: DroppedArguments;
  /** Words directly after the runner's name, such as `run`; not used in a command for the shell. */
  readonly first?: readonly string[];
  readonly options: readonly string[];
  /** Options that only our report needs; they are not shown. */
  readonly hidden: readonly string[];
  /** The options come directly after the program's name, not at the end. */
  readonly leading?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly reports: readonly string[];
}

/**
 * The runner's command in a project, read again from where it was detected.
 * @param runners what it may be; default: the project's own runner
 */
export async function runnerCommand(
  project: TestProject,
  runners: readonly Runner[] = [project.runner],
): Promise<RunnerCommand | undefined> {
  return commandOf(project, await packageOf(project.cwd), runners);
}

async function packageOf(directory: string): Promise<PackageJson | undefined> {
  return parsePackageJson(await readFile(path.join(directory, 'package.json'), 'utf8').catch(() => undefined));
}

/** The words after the runner's name that stay. */
export function keptWords({ args }: RunnerCommand, changes: Pick<Changes, 'dropped'>): string[] {
  return without(args, changes.dropped);
}

/** Runs a command with changes: without a shell where the words allow it. */
export async function planOf(project: TestProject, command: RunnerCommand, changes: Changes): Promise<RunPlan> {
  const { cwd } = project;
  const env = { PATH: await scriptPath(cwd), ...changes.env };
  const { reports } = changes;
  if (!command.direct) {
    const line = (options: readonly string[]): string => shellLine(command, changes, options);
    const all = [...changes.options, ...changes.hidden];
    return {
      display: shown(line(changes.options)),
      argv: [line(all)],
      shell: true,
      env: { ...env, ...literal(command.env) },
      reports,
    };
  }
  const words = (options: readonly string[]): string[] => {
    const kept = keptWords(command, changes);
    if (changes.leading) return [...options, ...kept];
    return [...(changes.first ?? []), ...withOptions(kept, options)];
  };
  const display = [...command.wrapper, ...command.name, ...words(changes.options)].join(' ');
  const argv = [...(await program(cwd, command)), ...words([...changes.options, ...changes.hidden])];
  return { display: shown(display), argv, env: { ...env, ...command.env }, reports };
}

/** For when package.json no longer contains what was detected: runs it without a report. */
export async function planWithoutReport(project: TestProject): Promise<RunPlan> {
  const line = project.commandLine;
  const env = { PATH: await scriptPath(project.cwd) };
  if (line !== undefined) return { display: shown(line), argv: [line], shell: true, env, reports: [] };
  return { display: shown(project.executable.join(' ')), argv: project.executable, env, reports: [] };
}

async function program(cwd: string, { wrapper, name, package: pack }: RunnerCommand): Promise<string[]> {
  const node = await workspaceNode(cwd);
  const [outer = '', ...rest] = [...wrapper, ...name];
  if (outer === 'node') return [node, ...rest];
  const command = outer.replace(/^.*[\\/]/, '').replace(/\.[cm]?js$/, '');
  const file = await installedCommand(cwd, command, wrapper.length === 0 ? pack : undefined);
  // Not installed: the attempt to start it says so, with the path where it should be.
  return file === undefined ? [path.join(cwd, 'node_modules', '.bin', command), ...rest] : [node, file, ...rest];
}

/** Without the variables that only the shell can expand; they are in the command's text. */
function literal(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !/[$`%]/.test(value)));
}

/** What must run before, then the command's own text, in which only whole options are removed and added. */
function shellLine({ before, text, name }: RunnerCommand, changes: Changes, options: readonly string[]): string {
  const put = options.map((word) => quoted(word)).join(' ');
  const kept = withoutInText(text, changes.dropped, name.at(-1) ?? '');
  const program = name[0] ?? '';
  const start = kept.search(new RegExp(`(?<=^|\\s)${escaped(program)}(?=\\s|$)`)) + program.length;
  const end = / -- /.exec(kept)?.index ?? kept.length;
  const at = changes.leading ? start : end;
  return [...before, `${kept.slice(0, at)} ${put}${kept.slice(at)}`].join(' && ');
}

function withoutInText(text: string, { flags, valued, first = [] }: DroppedArguments, name: string): string {
  const value = `(?:"[^"]*"|'[^']*'|\\S+)`;
  const patterns = [
    ...flags.map((flag) => `\\s${flag}(?:=${value})?(?=\\s|$)`),
    ...valued.map((option) => `\\s${option}(?:=|\\s+)${value}(?=\\s|$)`),
    ...first.map((word) => `(?<=(?:^|[\\s/\\\\])${escaped(name)})\\s+${word}(?=\\s|$)`),
  ];
  return patterns.reduce((rest, pattern) => rest.replaceAll(new RegExp(pattern, 'g'), ''), text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function shown(line: string): string {
  return cleanText(line, 300).replaceAll('\n', ' ');
}
