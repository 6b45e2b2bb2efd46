import { closeSync, openSync, readSync } from 'node:fs';

const windowBytes = 256 * 1024;

/** A file ended, or goes on beyond what may be read of it, where a value was expected. */
export class EndOfBytes extends Error {}

/** Reads little-endian values one after another from the beginning of a file, through a window of bounded size. */
export class ByteReader {
  readonly #file: number;
  readonly #limit: number;
  readonly #window = Buffer.alloc(windowBytes);
  /** Offsets in the file: of the window, of its end, and of the next value. */
  #start = 0;
  #end = 0;
  #at = 0;

  /** @param limit maximum number of bytes from the beginning that are read */
  constructor(path: string, limit: number) {
    this.#file = openSync(path, 'r');
    this.#limit = limit;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  u8(): number {
    return this.#window.readUInt8(this.#next(1));
  }

  u32(): number {
    return this.#window.readUInt32LE(this.#next(4));
  }

  /** Exact up to 2^53. */
  u64(): number {
    const at = this.#next(8);
    return this.#window.readUInt32LE(at) + this.#window.readUInt32LE(at + 4) * 2 ** 32;
  }

  /** A length in bytes, then UTF-8. What is longer than `longest` is skipped, and comes back as ''. */
  text(longest: number): string {
    const length = this.u64();
    if (length > longest || length > windowBytes) {
      this.skip(length);
      return '';
    }
    const at = this.#next(length);
    return this.#window.toString('utf8', at, at + length);
  }

  /** @throws EndOfBytes */
  skip(bytes: number): void {
    if (this.#at + bytes > this.#limit) throw new EndOfBytes();
    this.#at += bytes;
  }

  /** @returns where in the window the next bytes are. @throws EndOfBytes */
  #next(bytes: number): number {
    const at = this.#at;
    this.skip(bytes);
    if (at < this.#start || at + bytes > this.#end) this.#fill(at);
    if (at + bytes > this.#end) throw new EndOfBytes();
    return at - this.#start;
  }

  #fill(at: number): void {
    this.#start = at;
    this.#end = at + readSync(this.#file, this.#window, 0, windowBytes, at);
  }
}
