const keptLines = 200;
const maxLine = 2000;

/** The last lines a process printed, on however many streams, kept for the error that may follow. */
export class LastWords {
  readonly #lines: string[] = [];
  readonly #partials = new Map<string, string>();

  append(stream: 'stdout' | 'stderr', text: string): void {
    const pieces = ((this.#partials.get(stream) ?? '') + text).split(/\r?\n/);
    this.#partials.set(stream, (pieces.pop() ?? '').slice(-maxLine));
    for (const line of pieces) this.#push(line);
  }

  /** Oldest first; unfinished lines count. */
  lines(): string[] {
    const unfinished = [...this.#partials.values()].filter((line) => line.trim() !== '');
    return [...this.#lines, ...unfinished].slice(-keptLines);
  }

  #push(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(line.slice(0, maxLine));
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
