/** One field of a protocol-buffer message: varints as bigint, 32-bit and length-delimited fields as their bytes. */
export interface ProtoField {
  readonly field: number;
  readonly wire: number;
  readonly value: bigint | Uint8Array;
}

/** The fields of a message in their order; the opposite of the product's writer, written from the format's description. */
function readProto(bytes: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('A varint is cut short.');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('A field is cut short.');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = Number(key & 7n);
    if (wire !== 0 && wire !== 2 && wire !== 5) throw new Error(`There is no wire type ${wire} in ONNX files.`);
    const value = wire === 0 ? varint() : take(wire === 5 ? 4 : Number(varint()));
    fields.push({ field: Number(key >> 3n), wire, value });
  }
  return fields;
}

/** Fields by number, each read as what the caller knows it to be. */
export class ProtoMessage {
  readonly #fields: readonly ProtoField[];

  constructor(bytes: Uint8Array) {
    this.#fields = readProto(bytes);
  }

  /** Signed 64-bit numbers of a field, one for each time it stands there. */
  ints(field: number): number[] {
    return this.#values(field, 0).map((value) => Number(BigInt.asIntN(64, value as bigint)));
  }

  floats(field: number): number[] {
    return this.bytes(field, 5).map((value) => new DataView(value.buffer, value.byteOffset).getFloat32(0, true));
  }

  strings(field: number): string[] {
    return this.bytes(field).map((value) => new TextDecoder('utf-8', { fatal: true }).decode(value));
  }

  messages(field: number): ProtoMessage[] {
    return this.bytes(field).map((value) => new ProtoMessage(value));
  }

  bytes(field: number, wire: 2 | 5 = 2): Uint8Array[] {
    return this.#values(field, wire) as Uint8Array[];
  }

  /** Numbers of the fields that are there. */
  get present(): number[] {
    return [...new Set(this.#fields.map(({ field }) => field))].sort((a, b) => a - b);
  }

  #values(field: number, wire: number): (bigint | Uint8Array)[] {
    const found = this.#fields.filter((one) => one.field === field);
    for (const one of found) if (one.wire !== wire) throw new Error(`Field ${field} has the wire type ${one.wire}.`);
    return found.map(({ value }) => value);
  }
}
