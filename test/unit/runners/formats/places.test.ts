import assert from 'node:assert/strict';
import path from 'node:path';
import { withoutFolder, workspacePath } from '../../../../src/runners/formats/places.ts';

describe('paths printed by tools', () => {
  const posix = { folder: '/w/app', cwd: '/w/app/pkg' };
  const windows = { folder: 'C:\\w\\app', cwd: 'C:\\w\\app\\pkg' };

  const cases: readonly (readonly [string, string | undefined])[] = [
    ['/w/app/src/a.js', 'src/a.js'],
    ['src/a.js', 'pkg/src/a.js'],
    ['./a.js', 'pkg/a.js'],
    ['../a.js', 'a.js'],
    ['file:///w/app/src/a%20b.js', 'src/a b.js'],
    ['/w/application/a.js', undefined],
    ['../../other/a.js', undefined],
    ['/etc/passwd', undefined],
    ['file:///etc/passwd', undefined],
    ['node:internal/process', 'pkg/node:internal/process'],
    ['/w/app/node_modules/x/a.js', undefined],
    ['/w/app/.venv/lib/a.py', undefined],
    ['/w/app/.git/config', undefined],
    ['<frozen importlib._bootstrap>', undefined],
    ['<string>', undefined],
    ['/w/app', undefined],
    ['', undefined],
    ['a\0b', undefined],
    ['a\nb', undefined],
    ['file://%', undefined],
    ['..a/b.js', 'pkg/..a/b.js'],
    ['x'.repeat(2000), undefined],
  ];
  for (const [printed, expected] of cases) {
    it(`${JSON.stringify(printed.slice(0, 40))} → ${expected}`, () => {
      assert.equal(workspacePath(printed, posix, path.posix), expected);
    });
  }

  it('understands drives, backslashes and URLs of Windows', () => {
    assert.equal(workspacePath('C:\\w\\app\\src\\a.js', windows, path.win32), 'src/a.js');
    assert.equal(workspacePath('src\\a.js', windows, path.win32), 'pkg/src/a.js');
    assert.equal(workspacePath('file:///C:/w/app/src/a.js', windows, path.win32), 'src/a.js');
    assert.equal(workspacePath('D:\\w\\app\\a.js', windows, path.win32), undefined);
  });

  it('takes the folder out of a text', () => {
    const text = 'in /w/app/src/a.js and file:///w/app/b.js, not /w/apple';
    assert.equal(withoutFolder(text, posix), 'in src/a.js and b.js, not /w/apple');
    assert.equal(withoutFolder('/a', { folder: '/', cwd: '/' }), '/a');
  });
});
