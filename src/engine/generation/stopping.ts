export interface StoppedText {
  /** Text that can no longer be part of a stop string. */
  readonly text: string;
  /** Whether a stop string was found; everything after `text` is then dropped. */
  readonly stopped: boolean;
}

/**
 * Cuts a stream of text before the first stop string in it. The stop string that is complete first wins; of two that
 * end at the same place, the longer. The outcome does not depend on how the text is split into pieces.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  /** The end of the text so far, as far as it is the beginning of a stop string. */
  #held = '';
  #stopped = false;

  /** @param stops none of them empty */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  push(piece: string): StoppedText {
    if (this.#stopped) return { text: '', stopped: true };
    if (piece === '' || this.#stops.length === 0) return { text: piece, stopped: false };
    const text = this.#held + piece;
    const start = this.#find(text);
    if (start >= 0) {
      this.#stopped = true;
      this.#held = '';
      return { text: text.slice(0, start), stopped: true };
    }
    const held = this.#beginningAtEnd(text);
    this.#held = text.slice(text.length - held);
    return { text: text.slice(0, text.length - held), stopped: false };
  }

  /** The text still held back, when no more will follow. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  #find(text: string): number {
    let start = -1;
    let end = Infinity;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      if (at < 0) continue;
      const stopEnd = at + stop.length;
      if (stopEnd < end || (stopEnd === end && at < start)) {
        start = at;
        end = stopEnd;
      }
    }
    return start;
  }

  /** Length of the longest end of the text that is the beginning of a stop string. */
  #beginningAtEnd(text: string): number {
    const longest = Math.max(...this.#stops.map((stop) => stop.length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (this.#stops.some((stop) => stop.length > length && stop.startsWith(end))) return length;
    }
    return 0;
  }
}
