/**
 * The part of the protocol-buffer wire format that an ONNX file needs: varints, 32-bit floats and length-delimited fields.
 * https://protobuf.dev/programming-guides/encoding/
 */
export class ProtoWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** The message written so far (a view; copy it to keep it beyond the next write). */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * int32, int64, enum and bool fields.
   * @throws RangeError for a number that is not whole
   */
  int(field: number, value: number | bigint): this {
    if (typeof value === 'number' && !Number.isInteger(value)) {
      throw new RangeError(`Field ${field} takes whole numbers, not ${value}.`);
    }
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  message(field: number, write: (child: ProtoWriter) => void): this {
    const child = new ProtoWriter();
    write(child);
    return this.bytes(field, child.finish());
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0 && value <= 0x7fffffff) {
      let rest = value;
      while (rest > 0x7f) {
        this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      this.#bytes[this.#length++] = rest;
      return;
    }
    // Negative numbers are encoded as their 64-bit two's complement, ten bytes long.
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra));
    grown.set(this.finish());
    this.#bytes = grown;
  }
}

const utf8 = new TextEncoder();
