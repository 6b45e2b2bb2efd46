import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProtectOptions, protect } from '../../../../src/runners/protection/protected.ts';
import { nodePackage, type TemporaryProject, temporaryProject } from '../temporary-project.ts';

const files = {
  'package.json': nodePackage,
  'package-lock.json': '{}',
  'src/sum.js': 'export const sum = 1;',
  'test/sum.test.js': 'test one',
  'packages/b/package.json': nodePackage,
  'packages/b/src/b.js': '',
  'packages/b/test/b.test.js': '',
  'checks/odd-name.js': 'named by the report',
};

describe('protected files', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject(files);
  });
  afterEach(() => project.remove());

  const open = async (options: ProtectOptions = {}, target?: string) =>
    protect(
      await project.detect(target),
      [{ id: 'x', name: 'x', file: 'checks/odd-name.js', status: 'passed' }],
      options,
    );
  const remove = (path: string): void => rmSync(join(project.folder, path));
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], { cwd: project.folder, stdio: 'ignore' });
  };

  it('nothing has changed when nothing has, nor when a target has', async () => {
    const found = await open();
    assert.deepEqual(await found.changed(), []);
    project.write({ 'src/sum.js': 'export const sum = 2;', 'src/new.js': '' });
    assert.deepEqual(await found.changed(), []);
    assert.ok(found.complete);
    assert.ok(found.paths.has('test/sum.test.js'));
    assert.ok(!found.paths.has('src/sum.js'));
  });

  for (const [what, change, changed] of [
    ['a test is edited', () => project.write({ 'test/sum.test.js': 'test two' }), ['test/sum.test.js']],
    ['a test is gone', () => remove('test/sum.test.js'), ['test/sum.test.js']],
    ['a test is added', () => project.write({ 'test/new.test.js': '' }), ['test/new.test.js']],
    ['a test is added in a new folder', () => project.write({ 'a/b/new.test.js': '' }), ['a/b/new.test.js']],
    ['a lock file is edited', () => project.write({ 'package-lock.json': '{"x":1}' }), ['package-lock.json']],
    ['a configuration is added', () => project.write({ 'tsconfig.json': '{}' }), ['tsconfig.json']],
    ['a file named by the report is edited', () => project.write({ 'checks/odd-name.js': '' }), ['checks/odd-name.js']],
    ['Git is told to ignore', () => project.write({ '.gitignore': '*' }), ['.gitignore']],
  ] as const) {
    it(`sees when ${what}, again and again`, async () => {
      const found = await open();
      change();
      assert.deepEqual(await found.changed(), changed);
      assert.deepEqual(await found.changed(), changed);
    });
  }

  it('sees an edit that keeps size and times', async () => {
    const path = join(project.folder, 'test/sum.test.js');
    utimesSync(path, 1000, 1000);
    const found = await open();
    writeFileSync(path, 'test two');
    utimesSync(path, 1000, 1000);
    assert.deepEqual(await found.changed(), ['test/sum.test.js']);
  });

  it('a file that was written again as it was has not changed', async () => {
    const found = await open();
    project.write({ 'test/sum.test.js': 'other' });
    project.write({ 'test/sum.test.js': files['test/sum.test.js'] });
    assert.deepEqual(await found.changed(), []);
  });

  it('sees a test that became a link, without following it', async () => {
    const found = await open();
    const outside = join(project.folder, '..', 'outside.js');
    writeFileSync(outside, files['test/sum.test.js']);
    remove('test/sum.test.js');
    symlinkSync(outside, join(project.folder, 'test/sum.test.js'));
    assert.deepEqual(await found.changed(), ['test/sum.test.js']);
  });

  it('from a package looks at the folders above it, but not into their other packages', async () => {
    const found = await open({}, 'packages/b/src/b.js');
    assert.ok(found.paths.has('package-lock.json'));
    assert.ok(!found.paths.has('test/sum.test.js'));
    project.write({ 'package-lock.json': '{"x":1}', 'test/sum.test.js': 'other', 'packages/.npmrc': '' });
    assert.deepEqual(await found.changed(), ['package-lock.json', 'packages/.npmrc']);
  });

  it('leaves out what was allowed, and what the tests write', async () => {
    const ignore = ['package-lock.json', 'test/out/*.json'];
    const found = await open({ except: ['test/sum.test.js'], ignore });
    project.write({ 'test/sum.test.js': 'other', 'package-lock.json': '{"x":1}', 'test/out/123.json': '' });
    assert.deepEqual(await found.changed(), []);
    project.write({ 'test/out/evil.test.js': '' });
    assert.deepEqual(await found.changed(), ['test/out/evil.test.js']);
  });

  it('does not look into installed packages, nor into what Git ignores', async () => {
    git('init');
    project.write({ '.gitignore': 'dist/\n', 'dist/test/a.test.js': '', 'node_modules/x/x.test.js': '' });
    const found = await open();
    project.write({ 'dist/test/a.test.js': 'x', 'dist/test/b.test.js': '', 'node_modules/x/x.test.js': 'x' });
    project.write({ 'node_modules/x/y.test.js': '', 'packages/dist/c.test.js': '' });
    assert.deepEqual(await found.changed(), []);
    project.write({ 'test/d.test.js': '' });
    assert.deepEqual(await found.changed(), ['test/d.test.js']);
  });

  it('a report cannot name what lies outside the folder', async () => {
    const outside = [{ id: 'x', name: 'x', file: '../../../etc/passwd', status: 'passed' } as const];
    const found = await protect(await project.detect(), outside);
    assert.ok([...found.paths].every((path) => !path.includes('..')));
  });

  it('is quick in a large workspace', async () => {
    for (let folder = 0; folder < 200; folder++) {
      mkdirSync(join(project.folder, `src/${folder}`));
      for (let file = 0; file < 50; file++) writeFileSync(join(project.folder, `src/${folder}/${file}.js`), '');
      writeFileSync(join(project.folder, `src/${folder}/x.test.js`), 'x');
    }
    const found = await open();
    assert.equal([...found.paths].filter((path) => path.startsWith('src/')).length, 200);
    const times: number[] = [];
    for (let time = 0; time < 5; time++) {
      const before = process.cpuUsage();
      assert.deepEqual(await found.changed(), []);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    // 10,000 files, of which only folders and tests are looked at. Ms of processor time.
    assert.ok(Math.min(...times) < 50, times.join());
  });
});
