import { ByteReader, EndOfBytes } from './byte-reader.ts';

/** What a GGUF file says of itself in its metadata. */
export type GgufMetadata = ReadonlyMap<string, number | string>;

/** Versions 2 and 3 are told apart from other files. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const magic = 0x46554747;
/** Vocabularies take some megabytes. */
const maxHeaderBytes = 64 << 20;
const maxPairs = 10_000;
const maxTextBytes = 1000;
const maxDepth = 4;

/** By number of the type in the file. */
const textType = 8;
const arrayType = 9;
const scalarBytes: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const wholeNumbers: Readonly<Record<number, (reader: ByteReader) => number>> = {
  0: (reader) => reader.u8(),
  4: (reader) => reader.u32(),
  5: (reader) => reader.u32() | 0,
  10: (reader) => reader.u64(),
};

/**
 * Whole numbers and short texts of a file's metadata; lists and everything else are skipped.
 * What is damaged or too long ends the reading, and what was read so far is what the file says.
 * @returns undefined when it is no GGUF file
 * @throws of the system
 */
export function readGgufMetadata(path: string): GgufMetadata | undefined {
  using reader = new ByteReader(path, maxHeaderBytes);
  const found = new Map<string, number | string>();
  let isGguf = false;
  try {
    const version = reader.u32() === magic ? reader.u32() : 0;
    if (version !== 2 && version !== 3) return undefined;
    isGguf = true;
    reader.u64();
    const pairs = Math.min(reader.u64(), maxPairs);
    for (let pair = 0; pair < pairs; pair++) {
      const key = reader.text(maxTextBytes);
      const value = readValue(reader, reader.u32());
      if (value !== undefined) found.set(key, value);
    }
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return isGguf ? found : undefined;
}

function readValue(reader: ByteReader, type: number): number | string | undefined {
  if (type === textType) return reader.text(maxTextBytes);
  const whole = wholeNumbers[type];
  if (whole !== undefined) return whole(reader);
  if (type === arrayType) skipArray(reader, 0);
  else reader.skip(bytesOf(type));
  return undefined;
}

function skipArray(reader: ByteReader, depth: number): void {
  const type = reader.u32();
  const length = reader.u64();
  if (type !== textType && type !== arrayType) {
    reader.skip(bytesOf(type) * length);
    return;
  }
  if (depth === maxDepth) throw new EndOfBytes();
  for (let index = 0; index < length; index++) {
    if (type === textType) reader.skip(reader.u64());
    else skipArray(reader, depth + 1);
  }
}

function bytesOf(type: number): number {
  const bytes = scalarBytes[type];
  if (bytes === undefined) throw new EndOfBytes();
  return bytes;
}
