/** This many consecutive repetitions of the same lines are no longer an answer; real code has tables of data, but not of one row. */
const repetitions = 8;
/** Longest group of lines that is looked for. */
const longestPeriod = 12;
/** Lines of closing brackets repeat in good code; a group must say something. */
const fewestLetters = 12;

/** Watches an answer as it grows for lines that repeat without end, which small models do after a failure. */
export class RunawayWatch {
  readonly #lines: string[] = [];
  /** What the target itself repeats, such as a table of equal rows, may be repeated. */
  readonly #allowed: ReadonlySet<string>;
  #rest = '';

  constructor(targets: readonly string[]) {
    const lines = targets.flatMap((text) => text.split('\n').map((line) => line.trim()));
    const counts = Map.groupBy(lines, (line) => line);
    this.#allowed = new Set([...counts].filter(([, all]) => all.length >= repetitions).map(([line]) => line));
  }

  /** @returns true as soon as the answer only repeats itself */
  push(text: string): boolean {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop()!;
    for (const line of parts) {
      this.#lines.push(line.trim());
      if (this.#repeats()) return true;
    }
    return false;
  }

  #repeats(): boolean {
    for (let period = 1; period <= longestPeriod; period++) if (this.#repeatsBy(period)) return true;
    return false;
  }

  #repeatsBy(period: number): boolean {
    const lines = this.#lines;
    const start = lines.length - period * repetitions;
    if (start < 0) return false;
    for (let at = start; at < lines.length - period; at++) if (lines[at] !== lines[at + period]) return false;
    const group = lines.slice(-period);
    if (group.every((line) => this.#allowed.has(line))) return false;
    return group.join('').replace(/[^\p{L}\p{N}]/gu, '').length >= fewestLetters;
  }
}
