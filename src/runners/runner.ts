import type { TestResult, Verdict } from '../agent/verdict.ts';
import type { ProcessEnd } from '../shared/process/run-process.ts';

export const runners = [
  'vitest',
  'jest',
  'mocha',
  'node-test',
  'npm-script',
  'pytest',
  'unittest',
  'go-test',
  'cargo-test',
  'cargo-nextest',
  'dotnet-test',
  'maven',
  'gradle',
  'command',
] as const;
export type RunnerName = (typeof runners)[number];

/** The tests of one package: what was detected (or named with `--test`), and how to run all of it once. */
export interface TestProject {
  readonly runner: RunnerName;
  /** Workspace folder and the directory the command runs in; absolute, symlinks resolved. */
  readonly folder: string;
  readonly cwd: string;
  /** The manifest that decided, relative to the folder; '' for `--test`. */
  readonly manifest: string;
  /** One sentence: what was detected from what. */
  readonly why: string;
  /** Detected executable and leading arguments, for example `['npx', 'vitest']`; adapters add what a run needs. */
  readonly executable: readonly string[];
  /** A command line as typed by the developer, run by the shell; only for `runner: 'command'`. */
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

/** One runner: everything Retune knows of it stands in one file. */
export interface RunnerAdapter {
  readonly name: RunnerName;
  /**
   * Looks at one directory (the caller walks upwards).
   * @returns undefined when this runner does not test this directory.
   */
  detect(directory: DirectoryView): Promise<Omit<TestProject, 'folder' | 'cwd' | 'manifest'> | undefined>;
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
