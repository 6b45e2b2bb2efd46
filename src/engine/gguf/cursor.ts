import { damagedGguf, truncatedGguf } from './errors.ts';

/** Thrown when a header goes on beyond the bytes that were read; its reader then reads more of the file. */
export class HeaderContinues extends Error {}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads little-endian values one after another from the beginning of a file; nothing is read or allocated beyond its size. */
export class Cursor {
  readonly path: string;
  readonly fileBytes: number;
  readonly #view: DataView;
  #at = 0;

  /** @param bytes the file's first bytes, all of them or only some */
  constructor(path: string, bytes: Uint8Array, fileBytes: number) {
    this.path = path;
    this.fileBytes = fileBytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Byte offset from the start of the file. */
  get at(): number {
    return this.#at;
  }

  /** What the file still holds, whether it was read or not. */
  get left(): number {
    return this.fileBytes - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Exact up to 2^53; above, rounded, which is beyond every size and every file. */
  u64(): number {
    const at = this.#advance(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  i64(): number {
    const at = this.#advance(8);
    return this.#view.getUint32(at, true) + this.#view.getInt32(at + 4, true) * 2 ** 32;
  }

  f32(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A length in bytes, then UTF-8; what is no UTF-8 becomes U+FFFD. */
  text(): string {
    const length = this.u64();
    if (length > this.left) throw this.damaged(`A text of ${length} bytes is longer than the rest of the file`);
    const at = this.#advance(length);
    return decoder.decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length));
  }

  /** @param problem one clause without a full stop */
  damaged(problem: string): Error {
    return damagedGguf(this.path, problem);
  }

  #advance(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.fileBytes) throw truncatedGguf(this.path, at + bytes, this.fileBytes);
    if (at + bytes > this.#view.byteLength) throw new HeaderContinues();
    this.#at += bytes;
    return at;
  }
}
