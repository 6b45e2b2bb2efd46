import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isUsage } from '../../../../src/cli/errors.ts';
import { detectTests } from '../../../../src/runners/detection/detect.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { nodePackage, type TemporaryProject, temporaryProject } from '../temporary-project.ts';

describe('detecting the tests', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject({
      'package.json': nodePackage,
      'src/a.js': '',
      'packages/b/package.json': nodePackage,
      'packages/b/src/deep/b.js': '',
      'tools/pytest.ini': '[pytest]\n',
      'tools/tool.py': '',
      'tools/test_tool.py': 'def test_it(): pass\n',
      'tools/sub/other.py': '',
    });
  });
  afterEach(() => project.remove());

  for (const [target, cwd, manifest, runner] of [
    [undefined, '.', 'package.json', 'node-test'],
    ['src/a.js', '.', 'package.json', 'node-test'],
    ['src', '.', 'package.json', 'node-test'],
    ['src/a.js:3', '.', 'package.json', 'node-test'],
    ['src/a.js:total', '.', 'package.json', 'node-test'],
    ['packages/b/src/deep/b.js', 'packages/b', 'packages/b/package.json', 'node-test'],
    ['packages/b', 'packages/b', 'packages/b/package.json', 'node-test'],
    ['tools/sub/other.py', 'tools', 'tools/pytest.ini', 'pytest'],
  ] as const) {
    it(`from ${target ?? 'the folder'} finds ${manifest}`, async () => {
      const found = await project.detect(target);
      assert.deepEqual(
        { runner: found.runner.name, folder: found.folder, cwd: found.cwd, manifest: found.manifest },
        { runner, folder: project.folder, cwd: join(project.folder, cwd), manifest },
      );
      assert.match(found.why, /\w.*\.$/);
    });
  }

  it('in one directory the language of the target decides', async () => {
    project.write({ 'pytest.ini': '[pytest]\n', 'test_root.py': 'def test_it(): pass\n', 'root.py': '' });
    assert.equal((await project.detect('root.py')).runner.name, 'pytest');
    assert.equal((await project.detect('src/a.js')).runner.name, 'node-test');
  });

  it('a command of the developer is taken as it is', async () => {
    const found = await detectTests(project.folder, { command: '  make check ' });
    assert.deepEqual(
      { runner: found.runner.name, cwd: found.cwd, commandLine: found.commandLine, manifest: found.manifest },
      { runner: 'command', cwd: project.folder, commandLine: 'make check', manifest: '' },
    );
  });

  it('resolves symbolic links of the folder, and refuses targets outside it', async () => {
    const link = `${project.folder}-link`;
    symlinkSync(project.folder, link, 'junction');
    assert.equal((await detectTests(link, {})).folder, project.folder);
    symlinkSync(join(project.folder, '..'), join(project.folder, 'up'), 'junction');
    for (const target of ['..', '/', 'up', '../scratch']) {
      await assert.rejects(detectTests(project.folder, { target }), isUsage, target);
    }
  });

  for (const [what, folder, request] of [
    ['a folder that does not exist', 'gone', {}],
    ['a file instead of a folder', 'package.json', {}],
    ['a target that does not exist', '.', { target: 'gone.js' }],
    ['an empty command', '.', { command: ' ' }],
  ] as const) {
    it(`refuses ${what}`, () => assert.rejects(detectTests(join(project.folder, folder), request), isUsage));
  }

  it('says what it looked for, and what there is further down', async () => {
    const bare = temporaryProject({
      'readme.md': '',
      'services/api/go.mod': 'module x\n',
      'node_modules/x/package.json': '{}',
    });
    try {
      await assert.rejects(bare.detect(), (error) => {
        assert.ok(error instanceof RetuneError);
        assert.equal(error.code, 'tests.not-found');
        assert.match(
          error.message,
          /looked for vitest; .* a test script in package\.json; .*go\.mod; Cargo\.toml; pytest\.ini.*; pom\.xml/,
        );
        assert.match(error.message, /there is services\/api\/go\.mod\./);
        assert.doesNotMatch(error.message, /node_modules/);
        assert.deepEqual(error.actions, [
          { kind: 'option', option: 'target' },
          { kind: 'option', option: 'testCommand', value: 'npm test' },
        ]);
        return true;
      });
    } finally {
      bare.remove();
    }
  });
});
