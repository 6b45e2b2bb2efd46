/**
 * The head of a GGUF version 3 file: magic, counts, metadata, tensor table, padding. The tensors' bytes follow, each at a
 * multiple of 32 from the end of the head. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export type ValueToWrite =
  | { readonly uint32: number }
  | { readonly float32: number }
  | { readonly string: string }
  | { readonly bool: boolean }
  | { readonly strings: readonly string[] }
  | { readonly int32s: readonly number[] };

export interface TensorToPlace {
  readonly name: string;
  /** ggml's order: the contiguous dimension first. */
  readonly dimensions: readonly number[];
  /** ggml's number; see `types.ts`. */
  readonly type: number;
  readonly bytes: number;
}

export interface GgufHead {
  readonly head: Uint8Array;
  /** Offsets of the tensors from the start of the file. */
  readonly offsets: readonly number[];
  readonly fileBytes: number;
}

const alignment = 32;
const align = (offset: number) => Math.ceil(offset / alignment) * alignment;

export function ggufHead(
  metadata: Readonly<Record<string, ValueToWrite>>,
  tensors: readonly TensorToPlace[],
): GgufHead {
  const out = new Writer();
  out.raw(new TextEncoder().encode('GGUF'));
  out.u32(3);
  out.u64(tensors.length);
  out.u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    out.string(key);
    writeValue(out, value);
  }
  const relative: number[] = [];
  let end = 0;
  for (const tensor of tensors) {
    const offset = align(end);
    relative.push(offset);
    end = offset + tensor.bytes;
    out.string(tensor.name);
    out.u32(tensor.dimensions.length);
    for (const size of tensor.dimensions) out.u64(size);
    out.u32(tensor.type);
    out.u64(offset);
  }
  out.raw(new Uint8Array(align(out.length) - out.length));
  const head = out.finish();
  // llama.cpp reads whole padded tensors, so the file ends on the alignment too.
  return { head, offsets: relative.map((offset) => head.length + offset), fileBytes: align(head.length + end) };
}

function writeValue(out: Writer, value: ValueToWrite): void {
  if ('uint32' in value) {
    out.u32(4);
    out.u32(value.uint32);
  } else if ('float32' in value) {
    out.u32(6);
    out.f32(value.float32);
  } else if ('bool' in value) {
    out.u32(7);
    out.raw(Uint8Array.of(value.bool ? 1 : 0));
  } else if ('string' in value) {
    out.u32(8);
    out.string(value.string);
  } else if ('strings' in value) {
    out.u32(9);
    out.u32(8);
    out.u64(value.strings.length);
    for (const item of value.strings) out.string(item);
  } else {
    out.u32(9);
    out.u32(5);
    out.u64(value.int32s.length);
    for (const item of value.int32s) out.u32(item);
  }
}

class Writer {
  #bytes = Buffer.alloc(1 << 16);
  length = 0;

  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.length));
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.length);
    this.length += value.length;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#bytes.writeUInt32LE(value >>> 0, this.length);
    this.length += 4;
  }

  u64(value: number): void {
    this.#reserve(8);
    this.#bytes.writeBigUInt64LE(BigInt(value), this.length);
    this.length += 8;
  }

  f32(value: number): void {
    this.#reserve(4);
    this.#bytes.writeFloatLE(value, this.length);
    this.length += 4;
  }

  string(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.u64(bytes.length);
    this.raw(bytes);
  }

  #reserve(extra: number): void {
    if (this.length + extra <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.length + extra));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}
