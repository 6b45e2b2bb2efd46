import assert from 'node:assert/strict';
import { findTarget } from '../../../src/targeting/find-target.ts';
import { test, verdict, workspace } from './workspace.ts';

const never = new AbortController().signal;

describe('hostile files and reports', () => {
  const hostile: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly name: string }>> =
    {
      'a title with many gaps': {
        files: { 'a.test.js': `import { a } from './a.js';\nit.each([])('${'%s'.repeat(5000)}!', () => a());\n` },
        name: '%s'.repeat(20_000),
      },
      'empty lines': {
        files: { 'a.test.js': "import { a } from './a.js';\n", 'a.js': '\n'.repeat(900_000) },
        name: 'x',
      },
      'a use in a use in a use': {
        files: {
          'Cargo.toml': '[package]\nname = "a"\n',
          'tests/a.rs': `use ${'a::{'.repeat(3000)}b${'}'.repeat(3000)};\n`,
        },
        name: 'x',
      },
      'imports that go round': {
        files: {
          'a.test.js': "import { a } from './a.js';\nit('x', () => a());\n",
          'a.js': "export * from './b.js';\nexport const other = 1;\n",
          'b.js': "export * from './a.js';\n",
        },
        name: 'x',
      },
      'thousands of imports': {
        files: { 'a.test.js': Array.from({ length: 5000 }, (_, i) => `import { a${i} } from './f${i}';\n`).join('') },
        name: 'x',
      },
      'an identifier without end': { files: { 'a.test.js': '' }, name: 'x'.repeat(200_000) },
    };
  for (const [what, { files, name }] of Object.entries(hostile)) {
    it(`do no harm: ${what}`, async () => {
      const { folder, remove } = workspace({ 'a.js': 'export const a = 1;\n', ...files });
      const before = process.cpuUsage();
      try {
        const file = Object.keys(files).find((path) => path.includes('test'));
        await findTarget(folder, 'a.js', verdict(test(file, name), test(undefined, name)), never);
        const frames = [
          '../a.js:1',
          '/etc/passwd:1',
          'a.js:999999999',
          '.git/config:1',
          'a\0.js:1',
          `${'x/'.repeat(5000)}:1`,
        ];
        const { files: found } = await findTarget(
          folder,
          undefined,
          verdict(test(undefined, name, 'failed', frames)),
          never,
        );
        assert.deepEqual(
          found.map(({ path }) => path),
          ['a.js'],
        );
        const { user, system } = process.cpuUsage(before);
        assert.ok(user + system < 20e6, `${user + system} µs`);
      } finally {
        remove();
      }
    });
  }
});
