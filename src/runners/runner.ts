import type { TestResult, Verdict } from '../agent/verdict.ts';
import type { ProcessEnd } from '../shared/process/run-process.ts';

/** The tests of one package: what was detected (or named with `--test`), and how to run all of it once. */
export interface TestProject {
  readonly runner: Runner;
  /** Workspace folder and the directory the command runs in; absolute, symlinks resolved. */
  readonly folder: string;
  readonly cwd: string;
  /** The manifest that decided, relative to the folder; '' for `--test`. */
  readonly manifest: string;
  /** One sentence: what was detected from what. */
  readonly why: string;
  /** Detected executable and leading arguments, for example `['npx', 'vitest']`; the runner adds what a run needs. */
  readonly executable: readonly string[];
  /** A command line as typed by the developer, run by the shell; only for the runner `command`. */
  readonly commandLine?: string;
}

export type Selection = { readonly kind: 'all' } | { readonly kind: 'only'; readonly tests: readonly TestResult[] };

/** One spawn: an argument list (never a shell line, but for `command`), and where its report will be. */
export interface RunPlan {
  /** As shown to the developer. */
  readonly display: string;
  readonly argv: readonly string[];
  readonly shell?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Report files, absolute; made fresh by the run. Empty = the report is on stdout. */
  readonly reports: readonly string[];
}

/** What a runner's report says, whatever its format. */
export interface TestReport {
  readonly tests: readonly TestResult[];
  /** Errors outside any test: a file that does not compile or load, a collection error. */
  readonly problems: readonly { readonly where: string; readonly message: string }[];
}

/** One test runner: everything that Retune knows of it stands in one file, and its row in `runners.ts`. */
export interface Runner {
  /** Also in records, JSON and the names of folders with fixtures. */
  readonly name: string;
  /** File extensions of what it tests, with their dot. */
  readonly languages: readonly string[];
  /** Names of files that show that it is used, most telling first; that it really is used is for `detect` to say. */
  readonly manifests: readonly RegExp[];
  /** What it is recognised by, in words, for the message that no tests were found. */
  readonly looksFor?: string;
  /** Only for runners of JavaScript. */
  readonly inPackage?: InPackage;
  /** Only for runners whose command line can be recognised without a package.json. */
  readonly typed?: TypedCommand;
  /**
   * Looks at one directory (the caller walks upwards).
   * @param runners all runners, in order of precedence
   * @returns undefined when this runner does not test this directory.
   */
  detect(directory: DirectoryView, runners: readonly Runner[]): Promise<Detected | undefined>;
  /**
   * @param scratch an empty directory outside the workspace for report files
   * @returns undefined when this runner cannot run a selection (the caller then runs all)
   */
  plan(project: TestProject, selection: Selection, scratch: string): Promise<RunPlan | undefined>;
  /** @returns undefined when there is no complete, fresh report. */
  read(project: TestProject, plan: RunPlan, end: ProcessEnd): Promise<TestReport | undefined>;
  /**
   * Files whose change would change what the tests mean: tests, snapshots, configuration, lock files; globs relative to
   * `cwd`, besides the files named in reports.
   */
  readonly protects: readonly string[];
}

/** What a runner says of a directory that it tests. */
export type Detected = Pick<TestProject, 'why' | 'executable'>;

/** How a runner of JavaScript shows in a package: in the words of its scripts, its configuration and its dependencies. */
export interface InPackage {
  /** Commands that start it. */
  readonly commands?: readonly PackageCommand[];
  /** Subcommands with which it does something else than run the tests. */
  readonly otherSubcommands?: readonly string[];
  /** The option of Node's own that starts it, such as `--test`. */
  readonly nodeOption?: string;
  /** Names of its configuration files; without, the package's configuration and dependencies say nothing of it. */
  readonly configuration?: RegExp;
  /** The key at the top of package.json that configures it. */
  readonly key?: string;
  /** Whether a file that a script runs with `node FILE` is a test of this runner. */
  isTest?(file: string): Promise<boolean>;
  /** Recognises it by the test files of a package that has nothing else to say; the last resort. */
  byTestFiles?(directory: string): Promise<Detected | undefined>;
}

export interface PackageCommand {
  /** The name of a program, which may also be given as the path of its file, and the subcommand that belongs to it. */
  readonly words: readonly string[];
  /** The package that brings the program, when it has another name. */
  readonly package?: string;
}

/** A command line, given with `--test`, whose meaning a runner keeps. */
export interface TypedCommand {
  /** Matches the words, joined by single blanks. */
  readonly line: RegExp;
  /** Words from the start that the runner takes for its executable; it adds the rest of the line itself. Default: all. */
  readonly words?: number;
}

/** One directory while detecting: reads are cached, nothing is executed. */
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
}
