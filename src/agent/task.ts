import type { Verdict } from './verdict.ts';

/** One file that an attempt may change, as the model sees it: line feeds only, no byte-order mark. */
export interface TargetFile {
  /** Relative to the workspace folder, with `/`; unique within a task. */
  readonly path: string;
  readonly text: string;
  /** Tag of a fenced block in this language: `js`, `ts`, `python`, `go`, `rust`, …; '' when unknown. */
  readonly language: string;
  /** What a single block without a path replaces; absent = the whole file. Lines count from 1 and include the last. */
  readonly focus?: { readonly symbol: string; readonly firstLine: number; readonly lastLine: number };
}

/** A file that helps to understand the target and may not be changed, such as the failing test. */
export interface Neighbour {
  readonly path: string;
  readonly text: string;
  readonly language: string;
}

/** What a session has to do. */
export interface Task {
  readonly id: string;
  /** The developer's first request, x_1; never refined. */
  readonly request: string;
  /** At least one; every attempt is a change of these texts, not of an earlier attempt. */
  readonly targets: readonly TargetFile[];
  /** Most useful first. */
  readonly neighbours: readonly Neighbour[];
  /** The verdict on the unchanged target; absent where no tests were run (benchmarks). */
  readonly baseline?: Verdict;
}

/** The new text of every changed target file, whole, with line feeds. */
export interface Attempt {
  readonly files: readonly { readonly path: string; readonly text: string }[];
}
