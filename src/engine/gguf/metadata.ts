import type { Cursor } from './cursor.ts';
import { badGgufMetadata } from './errors.ts';

/** The key-value pairs at the beginning of a GGUF file. Integers of 64 bits are exact up to 2^53. */
export type GgufValue = number | boolean | string | readonly GgufValue[];

/** By number of the type in the file: how many bytes a value takes at least, and how it is read. */
const scalars: readonly ({ readonly bytes: number; read(cursor: Cursor): number | boolean | string } | undefined)[] = [
  { bytes: 1, read: (cursor) => cursor.u8() },
  { bytes: 1, read: (cursor) => cursor.i8() },
  { bytes: 2, read: (cursor) => cursor.u16() },
  { bytes: 2, read: (cursor) => cursor.i16() },
  { bytes: 4, read: (cursor) => cursor.u32() },
  { bytes: 4, read: (cursor) => cursor.i32() },
  { bytes: 4, read: (cursor) => cursor.f32() },
  { bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  { bytes: 8, read: (cursor) => cursor.text() },
  undefined,
  { bytes: 8, read: (cursor) => cursor.u64() },
  { bytes: 8, read: (cursor) => cursor.i64() },
  { bytes: 8, read: (cursor) => cursor.f64() },
];
const arrayType = 9;
/** Type and length of an array in an array. */
const arrayBytes = 12;
const maxDepth = 4;

/** A key, its type and a value take at least this many bytes. */
export const minPairBytes = 13;

/** @throws RetuneError `gguf.damaged`, `gguf.truncated` */
export function readPairs(cursor: Cursor, count: number): ReadonlyMap<string, GgufValue> {
  const pairs = new Map<string, GgufValue>();
  for (let index = 0; index < count; index++) {
    const key = cursor.text();
    if (pairs.has(key)) throw cursor.damaged(`The metadata names ${quote(key)} twice`);
    pairs.set(key, readValue(cursor, key, cursor.u32(), 0));
  }
  return pairs;
}

function readValue(cursor: Cursor, key: string, type: number, depth: number): GgufValue {
  if (type === arrayType) return readArray(cursor, key, depth);
  const scalar = scalars[type];
  if (scalar === undefined) throw cursor.damaged(`The value of ${quote(key)} has the unknown type ${type}`);
  return scalar.read(cursor);
}

function readArray(cursor: Cursor, key: string, depth: number): readonly GgufValue[] {
  if (depth >= maxDepth) throw cursor.damaged(`The value of ${quote(key)} is nested more than ${maxDepth} deep`);
  const type = cursor.u32();
  const length = cursor.u64();
  const bytes = type === arrayType ? arrayBytes : (scalars[type]?.bytes ?? 1);
  if (length * bytes > cursor.left) {
    throw cursor.damaged(`The list ${quote(key)} of ${length} values is longer than the rest of the file`);
  }
  const values: GgufValue[] = [];
  for (let index = 0; index < length; index++) values.push(readValue(cursor, key, type, depth + 1));
  return values;
}

/** Hostile names are shown escaped and shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** The pairs by key, each checked to be of the kind that is asked for; undefined where a key is absent. */
export class Metadata {
  readonly path: string;
  readonly #pairs: ReadonlyMap<string, GgufValue>;

  /** @param path of the file, for messages only */
  constructor(path: string, pairs: ReadonlyMap<string, GgufValue>) {
    this.path = path;
    this.#pairs = pairs;
  }

  text(key: string): string | undefined {
    return this.#get(key, (value) => typeof value === 'string', 'is no text');
  }

  flag(key: string): boolean | undefined {
    return this.#get(key, (value) => typeof value === 'boolean', 'is neither true nor false');
  }

  number(key: string): number | undefined {
    return this.#get(key, (value): value is number => Number.isFinite(value), 'is no number');
  }

  /** A count, a size or an id. */
  size(key: string): number | undefined {
    return this.#get(key, isSize, 'is no whole number');
  }

  texts(key: string): readonly string[] | undefined {
    return this.#list(key, (item) => typeof item === 'string', 'is no list of texts');
  }

  numbers(key: string): readonly number[] | undefined {
    return this.#list(key, (item) => typeof item === 'number', 'is no list of numbers');
  }

  /** @throws RetuneError `gguf.bad-metadata` when the key is absent */
  required<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw badGgufMetadata(this.path, key, 'is missing');
    return value;
  }

  /** @param problem what the key does, without a full stop, such as "is no text" */
  bad(key: string, problem: string): Error {
    return badGgufMetadata(this.path, key, problem);
  }

  #get<T extends GgufValue>(key: string, is: (value: GgufValue) => value is T, problem: string): T | undefined {
    const value = this.#pairs.get(key);
    if (value !== undefined && !is(value)) throw this.bad(key, problem);
    return value;
  }

  #list<T extends GgufValue>(
    key: string,
    is: (item: GgufValue) => item is T,
    problem: string,
  ): readonly T[] | undefined {
    return this.#get(key, (value): value is readonly T[] => Array.isArray(value) && value.every(is), problem);
  }
}

function isSize(value: GgufValue): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
