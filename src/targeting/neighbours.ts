import type { Neighbour } from '../agent/task.ts';
import type { Verdict } from '../agent/verdict.ts';
import { failingTests } from './candidates.ts';
import { languageOf } from './languages.ts';
import type { Lookup } from './lookup.ts';
import type { Declaration } from './outline.ts';
import type { TargetSource } from './target-source.ts';
import { isTestPath } from './test-paths.ts';
import { sourceOfTest } from './test-source.ts';
import { importsOf } from './uses.ts';

/** Limits in characters, and in numbers of files; the prompt has a budget of its own. */
const limits = { wholeTest: 6000, test: 12_000, tests: 3, signatures: 2000, modules: 5 };

/** The failing tests, then what the target imports, as signatures. */
export async function neighboursOf(
  files: readonly TargetSource[],
  baseline: Verdict | undefined,
  lookup: Lookup,
): Promise<Neighbour[]> {
  const targets = new Set(files.map(({ path }) => path));
  return [...(await testNeighbours(targets, baseline, lookup)), ...(await moduleNeighbours(files, targets, lookup))];
}

async function testNeighbours(
  targets: ReadonlySet<string>,
  baseline: Verdict | undefined,
  lookup: Lookup,
): Promise<Neighbour[]> {
  const blocks = new Map<string, Set<Declaration>>();
  for (const test of baseline ? failingTests(baseline) : []) {
    const source = await sourceOfTest(test, lookup);
    if (!source || targets.has(source.path)) continue;
    const known = blocks.get(source.path) ?? new Set();
    for (const block of source.blocks) known.add(block);
    blocks.set(source.path, known);
  }
  const neighbours: Neighbour[] = [];
  for (const [path, ofFile] of [...blocks].slice(0, limits.tests)) {
    const text = (await lookup.text(path))?.text ?? '';
    const short = text.length <= limits.wholeTest ? text : await excerpt(path, text, ofFile, lookup);
    neighbours.push({ path, text: short, language: languageOf(path)?.fence ?? '' });
  }
  return neighbours;
}

/** Imports and set-up, then only the failing tests; omissions are marked. */
async function excerpt(path: string, text: string, blocks: ReadonlySet<Declaration>, lookup: Lookup): Promise<string> {
  const lines = text.split('\n');
  const { declared } = await lookup.outline(path);
  const wanted = new Set<number>();
  const add = (first: number, last: number, most: number) => {
    for (let line = first; line <= Math.min(last, first + most - 1); line++) wanted.add(line);
  };
  add(1, (declared[0]?.firstLine ?? 30) - 1, 30);
  for (const block of blocks) {
    for (const outer of declared) {
      if (outer === block || outer.firstLine > block.firstLine || outer.lastLine < block.lastLine) continue;
      const inner = declared.find(
        ({ firstLine, lastLine }) => firstLine > outer.firstLine && lastLine <= outer.lastLine,
      );
      add(outer.firstLine, (inner?.firstLine ?? outer.firstLine + 1) - 1, 20);
    }
    add(block.firstLine, block.lastLine, 80);
  }
  const out: string[] = [];
  let previous = 0;
  let size = 0;
  for (const line of [...wanted].sort((a, b) => a - b)) {
    if (line > lines.length || size > limits.test) break;
    if (line !== previous + 1) out.push(comment(path, '…'));
    out.push(lines[line - 1]!.slice(0, 400));
    size += out.at(-1)!.length + 1;
    previous = line;
  }
  if (previous < lines.length) out.push(comment(path, '…'));
  return `${out.join('\n')}\n`;
}

async function moduleNeighbours(
  files: readonly TargetSource[],
  targets: ReadonlySet<string>,
  lookup: Lookup,
): Promise<Neighbour[]> {
  const neighbours = new Map<string, Neighbour>();
  for (const { path, file } of files) {
    const counts = wordCounts(file.text);
    for (const { path: imported, names } of await importsOf(path, lookup)) {
      if (neighbours.size >= limits.modules) break;
      if (targets.has(imported) || neighbours.has(imported) || isTestPath(imported)) continue;
      const { declared } = await lookup.outline(imported);
      // The import itself is the first occurrence of a name.
      const used = names.some(({ local }) =>
        local === '*' ? declared.some(({ name }) => counts.has(name)) : (counts.get(local) ?? 0) > 1,
      );
      if (!used) continue;
      const text = signatures(imported, declared);
      neighbours.set(imported, { path: imported, text, language: languageOf(imported)?.fence ?? '' });
    }
  }
  return [...neighbours.values()];
}

/** Without strings, because the path of an import mostly contains the name as well. */
function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const code = text.replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '');
  for (const [word] of code.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function signatures(path: string, declared: readonly Declaration[]): string {
  const lines = [comment(path, 'signatures only')];
  let size = 0;
  for (const { kind, qualified, depth, signature } of declared) {
    if (kind === 'test' || depth > 0) continue;
    const line = '  '.repeat(qualified.split('.').length - 1) + signature;
    size += line.length + 1;
    if (size > limits.signatures) {
      lines.push(comment(path, '…'));
      break;
    }
    lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}

function comment(path: string, text: string): string {
  return ['python', 'ruby', 'bash'].includes(languageOf(path)?.fence ?? '') ? `# ${text}` : `// ${text}`;
}
