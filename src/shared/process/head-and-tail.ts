/** Text of any length in bounded memory: the beginning and the end are kept, what lies between is only counted. */
export class HeadAndTail {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head: string[] = [];
  #headLength = 0;
  #tail: string[] = [];
  #tailLength = 0;
  #dropped = 0;

  /** @param limit number of characters to keep, a quarter of them from the beginning */
  constructor(limit: number) {
    this.#headLimit = Math.floor(limit / 4);
    this.#tailLimit = limit - this.#headLimit;
  }

  push(text: string): void {
    const room = this.#headLimit - this.#headLength;
    if (room > 0) {
      const part = text.slice(0, room);
      this.#head.push(part);
      this.#headLength += part.length;
    }
    if (text.length <= room) return;
    const rest = room > 0 ? text.slice(room) : text;
    this.#tail.push(rest);
    this.#tailLength += rest.length;
    while (this.#tailLength - this.#tail[0]!.length >= this.#tailLimit) {
      const gone = this.#tail.shift()!.length;
      this.#tailLength -= gone;
      this.#dropped += gone;
    }
  }

  /** Characters left out of {@link text}. */
  get omitted(): number {
    return this.#dropped + Math.max(0, this.#tailLength - this.#tailLimit);
  }

  /** The whole text, or both ends with a line between them that says how much is missing. */
  text(): string {
    const head = this.#head.join('');
    const tail = this.#tail.join('');
    if (this.omitted === 0) return head + tail;
    return `${head}\n[… ${this.omitted} characters left out …]\n${tail.slice(-this.#tailLimit)}`;
  }
}
