import assert from 'node:assert/strict';
import { circles } from '../../../../tools/check/circles.ts';
import { missingPaths } from '../../../../tools/check/documents.ts';
import { figuresOf, figureViolations } from '../../../../tools/check/figures.ts';
import { layerViolations } from '../../../../tools/check/layers.ts';
import { mirrorViolations } from '../../../../tools/check/mirror.ts';
import { phrasesIn } from '../../../../tools/check/phrases.ts';
import { parse, readSources, type Source } from '../../../../tools/check/source.ts';

const lines = (sources: readonly Source[]) => layerViolations(sources).map(({ path, line }) => `${path}:${line}`);

describe('the rules of npm run check', () => {
  it('know every way to import', () => {
    const { imports } = parse(
      'src/a/b.ts',
      `import { type A, b } from './c.ts';
import type { D } from '../d.ts';
export * from './e.ts';
export type { F } from './f.ts';
import './g.ts';
import fs from 'node:fs';
const late = await import('./h.ts');
type I = import('./i.ts').I;
`,
    );
    assert.deepEqual(
      imports.map(({ to, line, typeOnly }) => [to, line, typeOnly]).sort((a, b) => Number(a[1]) - Number(b[1])),
      [
        ['src/a/c.ts', 1, false],
        ['src/d.ts', 2, true],
        ['src/a/e.ts', 3, false],
        ['src/a/f.ts', 4, true],
        ['src/a/g.ts', 5, false],
        ['node:fs', 6, false],
        ['src/a/h.ts', 7, false],
        ['src/a/i.ts', 8, true],
      ],
    );
  });

  it('refuse an arrow upwards, between folders and inside the engine, types included', () => {
    assert.deepEqual(
      lines([
        parse('src/shared/a.ts', `import '../agent/loop.ts';`),
        parse('src/engine/graph/b.ts', `\nimport type { X } from '../runtime/x.ts';`),
        parse('src/engine/checkpoint/c.ts', `import { y } from '../graph/y.ts';`),
        parse('src/session/d.ts', `import '../sidecar/client/client.ts';`),
        parse('src/cli/e.ts', `import '../engine/runtime/open-model.ts';`),
        parse('src/extension/f.ts', `import '../cli/main.ts';`),
        parse('src/benchmarks/g.ts', `import '../../tools/test.ts';`),
      ]),
      [
        'src/shared/a.ts:1',
        'src/engine/graph/b.ts:2',
        'src/engine/checkpoint/c.ts:1',
        'src/session/d.ts:1',
        'src/cli/e.ts:1',
        'src/extension/f.ts:1',
        'src/benchmarks/g.ts:1',
      ],
    );
  });

  it('allow an arrow downwards and one inside a folder', () => {
    assert.deepEqual(
      lines([
        parse('src/cli/a.ts', `import '../session/s.ts'; import './commands/c.ts'; import '../shared/errors/e.ts';`),
        parse('src/engine/runtime/b.ts', `import '../checkpoint/x.ts'; import 'onnxruntime-node';`),
        parse('test/unit/c.test.ts', `import '../../src/engine/runtime/x.ts';`),
      ]),
      [],
    );
  });

  it('refuse a folder that no row knows, and modules where they do not belong', () => {
    assert.deepEqual(
      lines([
        parse('src/misc/a.ts', ''),
        parse('src/agent/b.ts', `import 'node:fs';`),
        parse('src/session/c.ts', `import 'vscode';`),
        parse('src/cli/d.ts', `import 'onnxruntime-node';`),
      ]),
      ['src/misc/a.ts:undefined', 'src/agent/b.ts:1', 'src/session/c.ts:1', 'src/cli/d.ts:1'],
    );
  });

  it('find circles of any length, and each once', () => {
    const edges = { a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], f: ['a'], g: ['g', 'missing'] };
    assert.deepEqual(circles(new Map(Object.entries(edges))).sort(), [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('want tests at the path of what they test', () => {
    const tests = ['test/unit/engine/graph/a.test.ts', 'test/integration/session/fix/b.test.ts'];
    const stray = ['test/unit/replay/c.test.ts', 'test/unit/d.test.ts', 'test/integration/tools/nothing/e.test.ts'];
    assert.deepEqual(
      mirrorViolations([...tests, ...stray].map((path) => parse(path, ''))).map(({ path }) => path),
      ['test/unit/replay', 'test/unit', 'test/integration/tools/nothing'],
    );
  });

  it('count bytes and the lines of functions, and refuse misleading folders', () => {
    const long = `function f() {\n${'  call();\n'.repeat(20)}}\n`;
    const short = 'const g = () => {\n  call();\n};\n';
    const one = parse('src/runners/target/a.ts', `${long}${short}${short}`);
    assert.deepEqual([figuresOf([one]).medianFunction, figuresOf([one]).p90Function], [3, 22]);
    assert.deepEqual(
      figureViolations([one]).map(({ path }) => path),
      ['src/runners/target/a.ts'],
    );
    const large = parse('src/runners/b.ts', `// ${'x'.repeat(14_000)}\n`);
    assert.equal(
      figureViolations([large]).some(({ path }) => path === 'src/runners/b.ts'),
      true,
    );
  });

  it('refuse phrases that nobody would write, and say what to write', () => {
    const text = 'fine\n// Tokens are told at most so often, ms.\nWhich file to change could not be found out.\n';
    const found = phrasesIn({ path: 'a.ts', text });
    assert.deepEqual(
      found.map(({ line }) => line),
      [2, 3],
    );
    assert.match(found[1]!.remedy, /could not be determined/);
  });

  it('find files that documents name and that are not there', () => {
    const known = new Set(['src/engine/graph/tape.ts', 'test/unit/engine/graph/builder.test.ts', 'src/agent']);
    const text = '`graph/tape.ts` `tape.ts` `src/agent/`\n`unit/engine/graph/builder`\n`graph/type.ts` and `tests/x`';
    assert.deepEqual(missingPaths(text, known), [
      { line: 3, name: 'graph/type.ts' },
      { line: 3, name: 'tests/x' },
    ]);
  });

  it('read every file of the project', () => {
    const paths = new Set(readSources().map(({ path }) => path));
    assert.ok(paths.has('src/cli/main.ts') && paths.has('test/unit/tools/check/rules.test.ts'));
    assert.ok(![...paths].some((path) => path.includes('node_modules') || path.includes('/fixtures/')));
  });
});
