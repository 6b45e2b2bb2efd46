import type { TestResult, Verdict } from '../agent/verdict.ts';
import type { ProcessEnd } from '../shared/process/run-process.ts';

/** How the tests of one package are run: as detected, or by a command that the developer gave. */
export interface TestProject {
  readonly runner: Runner;
  /** Workspace folder and the directory the command runs in; absolute, symlinks resolved. */
  readonly folder: string;
  readonly cwd: string;
  /** The manifest that decided, relative to the folder; '' where there is none, as with a given command. */
  readonly manifest: string;
  /** One sentence: what was detected from what. */
  readonly why: string;
  /** Detected executable and leading arguments, for example `['npx', 'vitest']`; the runner adds what a run needs. */
  readonly executable: readonly string[];
  /** A command line as typed by the developer, run by the shell; only for the runner `command`. */
  readonly commandLine?: string;
}

export type Selection = { readonly kind: 'all' } | { readonly kind: 'only'; readonly tests: readonly TestResult[] };

/** How one process is started: an argument list (with `shell`, one line for the shell), and where its report will be. */
export interface RunPlan {
  /** As shown to the developer. */
  readonly display: string;
  readonly argv: readonly string[];
  readonly shell?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Report files, absolute, which each run writes again. Empty = the report is on stdout. */
  readonly reports: readonly string[];
}

/** What a runner's report says, whatever its format. */
export interface TestReport {
  readonly tests: readonly TestResult[];
  readonly problems: readonly Problem[];
}

/** An error outside any test: a file that does not compile or load, a collection error. */
export interface Problem {
  /** What could not be run: a file, a package; '' when the report does not say it. */
  readonly where: string;
  readonly message: string;
  /** What the message leaves out: the stack, the whole text. Paths are relative to the workspace folder where they lie in it. */
  readonly details?: string;
  /** A compiler refused the code, which depends on nothing but the code. */
  readonly compiler?: true;
}

/** A test runner. Everything that Retune knows about it is in one file, which `runners.ts` lists. */
export interface Runner {
  /** Also in records, JSON and the names of folders with fixtures. */
  readonly name: string;
  /** File extensions of what it tests, with their dot. */
  readonly languages: readonly string[];
  /** Names of files that show its use, most telling first; `detect` decides whether it really is used. */
  readonly manifests: readonly RegExp[];
  /** By what it is recognised, for the message that no tests were found. */
  readonly looksFor?: string;
  /** Only for JavaScript runners. */
  readonly inPackage?: InPackage;
  /** Only for runners whose command line can be recognised without a package.json. */
  readonly typed?: TypedCommand;
  /**
   * Looks at one directory (the caller walks upwards).
   * @param runners all runners, in order of precedence
   * @returns undefined when this runner does not test this directory.
   */
  detect(directory: DirectoryView, runners: readonly Runner[]): Promise<Detection | undefined>;
  /**
   * @param scratch an empty directory outside the workspace for report files
   * @returns undefined when this runner cannot run a selection (the caller then runs all)
   */
  plan(project: TestProject, selection: Selection, scratch: string): Promise<RunPlan | undefined>;
  /** @returns undefined when there is no complete, fresh report. */
  read(project: TestProject, plan: RunPlan, end: ProcessEnd): Promise<TestReport | undefined>;
  /**
   * Files whose change would change what the tests mean: tests, snapshots, configuration, lock files; globs relative to
   * `cwd`. The files named in reports are protected anyway.
   */
  readonly protects: readonly string[];
}

/** What a runner says of a directory that it tests. */
export type Detection = Pick<TestProject, 'why' | 'executable'>;

/** How a JavaScript runner is recognised in a package: by its scripts, its configuration and its dependencies. */
interface InPackage {
  /** Commands that start it. */
  readonly commands?: readonly PackageCommand[];
  /** Subcommands with which it does something other than running the tests. */
  readonly otherSubcommands?: readonly string[];
  /** The option of Node's own that starts it, such as `--test`. */
  readonly nodeOption?: string;
  /** Names of its configuration files. Without this pattern, it is not looked for in configuration and dependencies. */
  readonly configuration?: RegExp;
  /** The key at the top of package.json that configures it. */
  readonly key?: string;
  /** Whether a file that a script runs with `node FILE` is a test of this runner. */
  isTest?(file: string): Promise<boolean>;
  /** Recognises it by the test files of a package, when nothing else shows how its tests are run. */
  byTestFiles?(directory: string): Promise<Detection | undefined>;
}

export interface PackageCommand {
  /** The name of a program, which may also be given as the path of its file, and the subcommand that belongs to it. */
  readonly words: readonly string[];
  /** The package that brings the program, when it has another name. */
  readonly package?: string;
}

/** A command line given by the developer that a runner can run with its own options added. */
interface TypedCommand {
  /** Matches the words, joined by single blanks. */
  readonly line: RegExp;
  /** Words from the start that the runner takes for its executable; it adds the rest of the line itself. Default: all. */
  readonly words?: number;
}

/** One directory during detection: reads are cached, nothing is executed. */
export interface DirectoryView {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  /** undefined when it does not exist or is larger than 1 MiB. */
  read(name: string): Promise<string | undefined>;
  /** Directories above up to the workspace folder, nearest first. */
  readonly above: readonly DirectoryView[];
}

export interface TestRun {
  /** What was really run: all, where the runner cannot run a selection. */
  readonly selection: Selection;
  readonly plan: RunPlan;
  readonly end: ProcessEnd;
  readonly report: TestReport | undefined;
}

/** Two runs of the unchanged workspace. */
export interface Baseline {
  /** Of the second run, failures first; flaky tests are named in `flaky`. */
  readonly verdict: Verdict;
  /** Ids of tests whose status differed between the runs. */
  readonly flaky: readonly string[];
  readonly hung: boolean;
  readonly tests: readonly TestResult[];
  /** Protected files that the runs themselves write (`protect`'s option `ignore`). */
  readonly rewritten: readonly string[];
  /** Of the second run; absent when it did not end by itself. */
  readonly exitCode?: number;
}
