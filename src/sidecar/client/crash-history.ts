/** Tells a bad moment from a crash loop: `limit` crashes within `windowMs`. */
export class CrashHistory {
  readonly limit: number;
  readonly windowMs: number;
  #times: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** @returns whether this crash completes a loop. `now` in milliseconds. */
  add(now: number): boolean {
    this.#times = [...this.#times.filter((time) => now - time < this.windowMs), now];
    return this.#times.length >= this.limit;
  }

  get count(): number {
    return this.#times.length;
  }

  clear(): void {
    this.#times = [];
  }
}
