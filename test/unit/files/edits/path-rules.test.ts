import assert from 'node:assert/strict';
import { isGitFolder, pathSegments } from '../../../../src/files/edits/path-rules.ts';

describe('path rules', () => {
  it('accept what is a path of the workspace', () => {
    assert.deepEqual(pathSegments('src/a.js', 'linux'), ['src', 'a.js']);
    assert.deepEqual(pathSegments('./src//a.js', 'linux'), ['src', 'a.js']);
    assert.deepEqual(pathSegments('src\\sub/a.js', 'win32'), ['src', 'sub', 'a.js']);
    assert.deepEqual(pathSegments('aux.c', 'linux'), ['aux.c']);
    assert.deepEqual(pathSegments('.github/x.yml', 'win32'), ['.github', 'x.yml']);
    assert.deepEqual(pathSegments('console.js', 'win32'), ['console.js']);
    assert.deepEqual(pathSegments('..a/b..', 'linux'), ['..a', 'b..']);
  });

  const refused: readonly [path: string, problem: string, platforms: readonly NodeJS.Platform[]][] = [
    ['', 'empty', ['linux', 'win32']],
    ['./.', 'empty', ['linux', 'win32']],
    ['a\0b', 'character', ['linux', 'win32']],
    ['a\nb', 'character', ['linux', 'win32']],
    ['/etc/passwd', 'absolute', ['linux', 'win32']],
    ['C:\\x.js', 'absolute', ['linux', 'win32']],
    ['C:/x.js', 'absolute', ['linux', 'win32']],
    ['C:x.js', 'absolute', ['win32']],
    ['\\\\server\\share\\x', 'absolute', ['linux', 'win32']],
    ['\\\\?\\C:\\x', 'absolute', ['linux', 'win32']],
    ['//server/share/x', 'absolute', ['linux', 'win32']],
    ['\\x.js', 'absolute', ['win32']],
    ['../x.js', 'parent', ['linux', 'win32']],
    ['a/../../x.js', 'parent', ['linux', 'win32']],
    ['a/../b.js', 'parent', ['linux', 'win32']],
    ['a\\..\\..\\x.js', 'parent', ['win32']],
    ['.git/config', 'git', ['linux', 'win32']],
    ['sub/.Git/hooks/x', 'git', ['linux', 'win32']],
    ['.git./config', 'git', ['linux', 'win32']],
    ['.g\u200cit/config', 'git', ['linux', 'win32']],
    ['GIT~1/config', 'git', ['linux', 'win32']],
    ['.git::$INDEX_ALLOCATION/config', 'git', ['linux', 'win32']],
    ['src/con', 'reserved-name', ['win32']],
    ['src/AUX.js', 'reserved-name', ['win32']],
    ['com¹.txt', 'reserved-name', ['win32']],
    ['lpt9 .txt', 'reserved-name', ['win32']],
    ['a.js:hidden', 'stream', ['win32']],
    ['a.js.', 'trailing', ['win32']],
    ['a /b.js', 'trailing', ['win32']],
    ['a?.js', 'character', ['win32']],
    [`${'x'.repeat(256)}.js`, 'too-long', ['linux', 'win32']],
    ['a/'.repeat(3000), 'too-long', ['linux', 'win32']],
  ];
  for (const [path, problem, platforms] of refused) {
    it(`refuse ${JSON.stringify(path.slice(0, 40))} as ${problem}`, () => {
      for (const platform of platforms) assert.equal(pathSegments(path, platform), problem, platform);
    });
  }

  it('know names that only look like .git', () => {
    for (const name of ['.gitignore', '.github', 'git', 'git~2', '.git2']) assert.equal(isGitFolder(name), false, name);
  });
});
