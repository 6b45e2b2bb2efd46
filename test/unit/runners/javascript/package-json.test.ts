import assert from 'node:assert/strict';
import { findRunner } from '../../../../src/runners/javascript/find-runner.ts';
import { parsePackageBin } from '../../../../src/runners/javascript/package-bin.ts';
import { packageManagerOf, parsePackageJson } from '../../../../src/runners/javascript/package-json.ts';
import type { DirectoryView } from '../../../../src/runners/runner.ts';
import { runners } from '../../../../src/runners/runners.ts';

function view(files: Readonly<Record<string, string>>, above: readonly DirectoryView[] = []): DirectoryView {
  return { path: '/nowhere/at/all', names: new Set(Object.keys(files)), read: async (name) => files[name], above };
}

function pack(content: object): Record<string, string> {
  return { 'package.json': JSON.stringify(content) };
}

const found: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    'the script',
    pack({ scripts: { test: 'vitest --watch' }, devDependencies: { jest: '1' } }),
    'vitest: vitest --watch',
  ],
  ['variables', pack({ scripts: { test: 'cross-env A=1 jest' } }), 'jest: A=1 jest'],
  [
    'a script for the shell',
    { ...pack({ scripts: { test: 'mocha *.js' } }), 'pnpm-lock.yaml': '' },
    'mocha: pnpm run test',
  ],
  ['an unknown script', { ...pack({ scripts: { test: 'ava' } }), 'yarn.lock': '' }, 'npm-script: yarn run test'],
  ['another script', pack({ scripts: { 'test:unit': 'jest' } }), 'jest: jest'],
  ['a dependency', pack({ devDependencies: { mocha: '1' } }), 'mocha: npx mocha'],
  ['a section', pack({ jest: {}, devDependencies: { mocha: '1' } }), 'jest: npx jest'],
  ['a file before a dependency', { ...pack({ dependencies: { jest: '1' } }), '.mocharc.yml': '' }, 'mocha: npx mocha'],
  ['a file alone', { 'vitest.config.mts': '' }, 'vitest: npx vitest'],
  ['the placeholder', pack({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }), '-'],
  ['nothing', pack({}), '-'],
  ['no JSON', { 'package.json': '{' }, '-'],
];

describe('findRunner', () => {
  for (const [what, files, expected] of found) {
    it(what, async () => {
      const runner = await findRunner(view(files), runners);
      assert.equal(
        runner === undefined ? '-' : `${runner.runner ?? 'npm-script'}: ${runner.executable.join(' ')}`,
        expected,
      );
    });
  }

  it('says what it leaves out', async () => {
    const runner = await findRunner(view(pack({ scripts: { test: 'eslint . && vitest && tsc' } })), runners);
    assert.equal(
      runner?.why,
      'the script "test" of package.json is `eslint . && vitest && tsc`; of it, `eslint . && tsc` is not run.',
    );
  });
});

describe('package.json', () => {
  it('believes nothing of its shape', () => {
    for (const text of ['[]', '3', 'null', '{"scripts":3,"dependencies":[]}', '{"scripts":{"test":3}}', '']) {
      const parsed = parsePackageJson(text);
      assert.deepEqual(parsed?.scripts ?? {}, {});
    }
    assert.deepEqual(parsePackageJson('\uFEFF{"scripts":{"test":"a"}}')?.scripts, { test: 'a' });
  });

  it('finds the package manager, the nearest first', async () => {
    const root = view({ ...pack({ packageManager: 'pnpm@9.1.0' }), 'yarn.lock': '' });
    assert.equal(await packageManagerOf(view(pack({}), [root])), 'pnpm');
    assert.equal(await packageManagerOf(view({ ...pack({}), 'bun.lock': '' }, [root])), 'bun');
    assert.equal(await packageManagerOf(view({ ...pack({}), 'package-lock.json': '' }, [root])), 'npm');
    assert.equal(await packageManagerOf(view(pack({ packageManager: 'evil@1' }))), 'npm');
  });

  it('lets the command of a package lead nowhere else', () => {
    assert.equal(parsePackageBin('{"bin":"./cli.js"}', 'x'), './cli.js');
    assert.equal(parsePackageBin('{"bin":{"x":"bin/x.mjs"}}', 'x'), 'bin/x.mjs');
    for (const bin of ['../other/x.js', '/etc/x', 'C:\\x', 'a/../../x', 3, null]) {
      assert.equal(parsePackageBin(JSON.stringify({ bin: { x: bin } }), 'x'), undefined);
    }
    assert.equal(parsePackageBin('{"bin":{"x":"a"}}', 'y'), undefined);
  });
});
