/** A broken rule: where, what is wrong, and what to do about it. */
export interface Violation {
  readonly path: string;
  /** Counted from 1; absent when the whole file is meant. */
  readonly line?: number;
  readonly what: string;
  readonly remedy: string;
}

export function show({ path, line, what, remedy }: Violation): string {
  return `${path}${line === undefined ? '' : `:${line}`}\n  ${what}\n  ${remedy}`;
}
