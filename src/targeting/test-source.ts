import type { TestResult } from '../agent/verdict.ts';
import { crateOf, moduleFile } from './imports/rust.ts';
import { languageOf } from './languages.ts';
import type { Lookup } from './lookup.ts';
import type { Declaration } from './outline.ts';
import { isTestPath } from './test-paths.ts';

/** Where a test is: its file, and the parts of the file that belong to it; no parts = they were not found. */
export interface TestSource {
  readonly path: string;
  readonly blocks: readonly Declaration[];
  /** Text of the blocks, or of the whole file. */
  readonly text: string;
}

export async function sourceOfTest(test: TestResult, lookup: Lookup): Promise<TestSource | undefined> {
  const path = await fileOfTest(test, lookup);
  const file = path === undefined ? undefined : await lookup.text(path);
  if (path === undefined || !file) return undefined;
  const { declared } = await lookup.outline(path);
  const lines = file.text.split('\n');
  const blocks = withoutNested(blocksOf(test, path, declared));
  const text = blocks.map(({ firstLine, lastLine }) => lines.slice(firstLine - 1, lastLine).join('\n')).join('\n');
  return { path, blocks, text: blocks.length > 0 ? text : file.text };
}

/** Rust keeps unit tests in the file that they test, so being the test's file does not rule a file out. */
export function isTestFile(path: string, test: TestResult): boolean {
  return isTestPath(path) || (path === test.file && languageOf(path)?.fence !== 'rust');
}

/**
 * What the report says, or else the first frame in a test, or else the file that the name of the test's class or module means.
 */
async function fileOfTest(test: TestResult, lookup: Lookup): Promise<string | undefined> {
  const frames = test.failure?.frames ?? [];
  const rust = await rustFile(test, lookup);
  if (rust !== undefined) return rust;
  const said = [test.file, ...frames.filter(({ path }) => isTestPath(path)).map(({ path }) => path)];
  for (const path of said) if (path !== undefined && (await lookup.isFile(path))) return path;
  for (const name of test.id.slice(0, 500).match(/[\p{L}_][\p{L}\p{N}_]*(?:(?:\.|::)[\p{L}_][\p{L}\p{N}_]*)+/gu) ??
    []) {
    for (const path of filesNamed(name)) if (await lookup.isFile(path)) return path;
  }
  return frames[0]?.path;
}

/** A report names the root of the crate; the test is in the module that its name begins with. */
async function rustFile(test: TestResult, lookup: Lookup): Promise<string | undefined> {
  if (test.file === undefined || languageOf(test.file)?.fence !== 'rust' || isTestPath(test.file)) return undefined;
  for (const { path, line } of test.failure?.frames ?? []) if (await isInlineTest(path, line, lookup)) return path;
  const crate = await crateOf(test.file, lookup);
  const parts = test.name.split('::').slice(0, 12);
  for (let length = parts.length - 1; crate && length > 0; length--) {
    const path = await moduleFile(parts.slice(0, length), crate, lookup);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** Whether a line belongs to the tests that Rust keeps in the file that they test. */
export async function isInlineTest(path: string, line: number, lookup: Lookup): Promise<boolean> {
  if (languageOf(path)?.fence !== 'rust') return false;
  const { declared } = await lookup.outline(path);
  return declared.some(
    ({ kind, name, firstLine, lastLine }) =>
      kind === 'class' && /^tests?$/.test(name) && firstLine <= line && line <= lastLine,
  );
}

/** `com.shop.CartTest` or `cart::tests::adds`, with one part after another left out. */
function filesNamed(name: string): string[] {
  const rust = name.includes('::');
  const parts = name.split(/\.|::/).slice(0, 12);
  const paths: string[] = [];
  for (let length = parts.length; length > 0; length--) {
    const path = parts.slice(0, length).join('/');
    const places = rust
      ? [`src/${path}.rs`, `src/${path}/mod.rs`, `tests/${path}.rs`]
      : [`src/test/java/${path}.java`, `app/src/test/java/${path}.java`, `${path}.py`, `${path}.cs`];
    paths.push(...places);
  }
  if (rust) paths.push('src/lib.rs', 'src/main.rs');
  return paths;
}

function blocksOf(test: TestResult, path: string, declared: readonly Declaration[]): Declaration[] {
  const lines = (test.failure?.frames ?? []).filter((frame) => frame.path === path).map(({ line }) => line);
  const byLine = lines.flatMap((line) => enclosingTest(declared, line) ?? []);
  return byLine.length > 0 ? byLine : byName(test, declared);
}

function enclosingTest(declared: readonly Declaration[], line: number): Declaration | undefined {
  const around = declared.filter((one) => one.firstLine <= line && line <= one.lastLine);
  return around.findLast(({ kind }) => kind === 'test') ?? around.findLast(({ kind }) => kind === 'function');
}

function byName(test: TestResult, declared: readonly Declaration[]): Declaration[] {
  const tests = declared.filter(({ kind }) => kind === 'test');
  const exact = tests.filter(({ name }) => name === test.name);
  if (exact.length > 0) return exact;
  const filled = tests.filter(({ name }) => isFilled(name, test.name));
  if (filled.length > 0) return filled;
  // `TestSum/negative`, `test_sum[1-2]`, `tests::sums`, `sums(int)`: the function is the last name that exists.
  const words = `${test.id} ${test.name}`.split(/[^\p{L}\p{N}_$]+/u);
  const functions = declared.filter(({ kind, depth }) => kind === 'function' && depth === 0);
  for (const word of words.toReversed()) {
    const found = functions.filter(({ name }) => name === word);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Whether a name comes from the title of a table of tests: `adds %i and ${b}`. Searched part by part, because a regular
 * expression with many gaps takes forever on a hostile name.
 */
function isFilled(title: string, name: string): boolean {
  const parts = title.split(/%[a-zA-Z#]|\$\{[^}]*\}|\$[\w.]+/);
  const last = parts.at(-1)!;
  if (parts.length < 2 || !name.startsWith(parts[0]!) || !name.endsWith(last)) return false;
  let from = parts[0]!.length;
  for (const part of parts.slice(1, -1)) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}

function withoutNested(blocks: readonly Declaration[]): Declaration[] {
  const unique = [...new Set(blocks)];
  return unique.filter(
    (one) =>
      !unique.some((other) => other !== one && other.firstLine <= one.firstLine && one.lastLine <= other.lastLine),
  );
}
