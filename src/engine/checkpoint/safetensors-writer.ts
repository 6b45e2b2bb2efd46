import { writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import { bytesPerElement, type FloatType, fromFloat32 } from './dtype-conversion.ts';
import { lengthBytes } from './safetensors-header.ts';

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the shape says. */
  readonly data: Float32Array;
  /** How the values are stored; F32 by default, otherwise rounded to nearest even. */
  readonly dtype?: FloatType;
}

/** Tensor bytes begin at a multiple of eight, as other libraries expect. */
const alignment = 8;

/**
 * Writes a safetensors file atomically (temporary file, sync, rename); an existing file is replaced or left as it was.
 * @param metadata free text; transformers and PEFT expect `{format: 'pt'}`
 * @throws RangeError when a shape does not fit its data or two tensors have one name; the system's error when writing fails
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const sorted = [...tensors].sort(
    (a, b) => bytesPerElement[b.dtype ?? 'F32'] - bytesPerElement[a.dtype ?? 'F32'] || (a.name < b.name ? -1 : 1),
  );
  const header = encodeHeader(sorted, metadata);
  await writeFileAtomically(path, async (file) => {
    await writeFully(file, header, 0);
    let position = header.byteLength;
    for (const tensor of sorted) {
      const bytes = fromFloat32(tensor.dtype ?? 'F32', tensor.data);
      await writeFully(file, bytes, position);
      position += bytes.byteLength;
    }
  });
}

/** Length and JSON of the header; `tensors` in the order of their bytes. */
function encodeHeader(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const names = new Set(['__metadata__']);
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  let begin = 0;
  for (const { name, shape, data, dtype = 'F32' } of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new RangeError(`Tensor ${name} has ${data.length} values, but its shape is [${shape.join(', ')}]`);
    }
    if (names.has(name)) throw new RangeError(`Two tensors are named ${name}`);
    names.add(name);
    const end = begin + elements * bytesPerElement[dtype];
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
    begin = end;
  }
  // Entries are joined by hand because an object would reorder names that look like numbers.
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const bytes = new TextEncoder().encode(json);
  const padded = Math.ceil(bytes.byteLength / alignment) * alignment;
  const header = new Uint8Array(lengthBytes + padded).fill(0x20, lengthBytes);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(bytes, lengthBytes);
  return header;
}
