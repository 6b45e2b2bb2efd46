import type { Encoding } from './encoding.ts';

export type LineEnding = '\n' | '\r\n' | '\r';

/** A text file as it lies on disk: what the model sees, and all that must survive an edit. */
export interface TextFile {
  /** Relative to the workspace folder, with `/`; used in errors only. */
  readonly path: string;
  /** Line feeds only, no byte-order mark. */
  readonly text: string;
  readonly encoding: Encoding;
  /** What a new line gets: the most frequent ending; `\n` when there is none. */
  readonly ending: LineEnding;
  /** One for each line feed of `text`; absent when all are `ending`. */
  readonly endings?: readonly LineEnding[];
  /** Permission bits. */
  readonly mode: number;
  /** Of the bytes, as lower-case hexadecimal. */
  readonly sha256: string;
}
