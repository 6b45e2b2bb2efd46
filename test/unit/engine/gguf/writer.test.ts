import assert from 'node:assert/strict';
import { ggufName } from '../../../../src/engine/gguf/names.ts';
import { ggufHead, type ValueToWrite } from '../../../../src/engine/gguf/writer.ts';
import { tensors } from '../../../../tools/bench/shape.ts';

/** Reads a head back by the format's description. */
class Reader {
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u32 = () => this.#take(4, (at) => this.#view.getUint32(at, true));
  i32 = () => this.#take(4, (at) => this.#view.getInt32(at, true));
  f32 = () => this.#take(4, (at) => this.#view.getFloat32(at, true));
  u8 = () => this.#take(1, (at) => this.#view.getUint8(at));
  u64 = () => Number(this.#take(8, (at) => this.#view.getBigUint64(at, true)));

  string(): string {
    const length = this.u64();
    const bytes = Uint8Array.from({ length }, () => this.u8());
    return new TextDecoder().decode(bytes);
  }

  value(type = this.u32()): unknown {
    switch (type) {
      case 4:
        return this.u32();
      case 5:
        return this.i32();
      case 6:
        return this.f32();
      case 7:
        return this.u8() === 1;
      case 8:
        return this.string();
      case 9: {
        const item = this.u32();
        return Array.from({ length: this.u64() }, () => this.value(item));
      }
      default:
        throw new Error(`Value type ${type} at ${this.at}`);
    }
  }

  #take<T>(bytes: number, read: (at: number) => T): T {
    const value = read(this.at);
    this.at += bytes;
    return value;
  }
}

describe('GGUF head', () => {
  const metadata: Record<string, ValueToWrite> = {
    'general.architecture': { string: 'qwen2' },
    count: { uint32: 24 },
    theta: { float32: 1_000_000 },
    flag: { bool: true },
    tokens: { strings: ['Ġa', '', '中'] },
    types: { int32s: [1, -3, 5] },
  };
  const described = [
    { name: 'first', dimensions: [32, 3], type: 8, bytes: 102 },
    { name: 'second', dimensions: [7], type: 0, bytes: 28 },
    { name: 'third', dimensions: [32], type: 2, bytes: 18 },
  ];
  const { head, offsets, fileBytes } = ggufHead(metadata, described);

  it('reads back: magic, version, counts, metadata, tensors', () => {
    const reader = new Reader(head);
    assert.equal(String.fromCharCode(reader.u8(), reader.u8(), reader.u8(), reader.u8()), 'GGUF');
    assert.equal(reader.u32(), 3);
    assert.equal(reader.u64(), described.length);
    const pairs = reader.u64();
    const read = Object.fromEntries(Array.from({ length: pairs }, () => [reader.string(), reader.value()]));
    assert.deepEqual(read, {
      'general.architecture': 'qwen2',
      count: 24,
      theta: 1_000_000,
      flag: true,
      tokens: ['Ġa', '', '中'],
      types: [1, -3, 5],
    });
    for (const [i, tensor] of described.entries()) {
      assert.equal(reader.string(), tensor.name);
      const dimensions = Array.from({ length: reader.u32() }, () => reader.u64());
      assert.deepEqual(dimensions, tensor.dimensions);
      assert.equal(reader.u32(), tensor.type);
      assert.equal(head.length + reader.u64(), offsets[i], 'table offsets count from the end of the head');
    }
    assert.ok(head.length - reader.at < 32, 'only padding follows');
    assert.ok(head.subarray(reader.at).every((byte) => byte === 0));
  });

  it('aligns the head and every tensor to 32 bytes, without overlap', () => {
    assert.equal(head.length % 32, 0);
    assert.deepEqual(
      offsets.map((offset) => offset - head.length),
      [0, 128, 160],
    );
    assert.equal(fileBytes, head.length + 192);
  });

  it('has a llama.cpp name for every tensor of the shape, each once', () => {
    const names = tensors().map(({ name }) => ggufName(name));
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 2 + 24 * 12);
    assert.equal(ggufName('model.layers.3.self_attn.k_proj.bias'), 'blk.3.attn_k.bias');
    assert.throws(() => ggufName('model.layers.3.self_attn.k_proj.zero'), /GGUF has no name/);
  });
});
