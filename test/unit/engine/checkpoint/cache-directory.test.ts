import assert from 'node:assert/strict';
import { defaultCacheDirectory } from '../../../../src/engine/checkpoint/cache.ts';

describe('default cache directory', () => {
  const cases: [string, Record<string, string>, NodeJS.Platform, string, string][] = [
    ['Linux', {}, 'linux', '/home/a', '/home/a/.cache/retune'],
    ['Linux with XDG_CACHE_HOME', { XDG_CACHE_HOME: '/big/cache' }, 'linux', '/home/a', '/big/cache/retune'],
    ['a relative XDG_CACHE_HOME', { XDG_CACHE_HOME: 'cache' }, 'linux', '/home/a', '/home/a/.cache/retune'],
    ['an empty XDG_CACHE_HOME', { XDG_CACHE_HOME: '' }, 'linux', '/home/a', '/home/a/.cache/retune'],
    ['macOS', { XDG_CACHE_HOME: '/x' }, 'darwin', '/Users/a', '/Users/a/Library/Caches/retune'],
    ['Windows', { LOCALAPPDATA: 'D:\\Local' }, 'win32', 'C:\\Users\\a', 'D:\\Local\\retune\\Cache'],
    ['Windows without LOCALAPPDATA', {}, 'win32', 'C:\\Users\\a', 'C:\\Users\\a\\AppData\\Local\\retune\\Cache'],
    ['RETUNE_CACHE', { RETUNE_CACHE: '/r', XDG_CACHE_HOME: '/x' }, 'linux', '/home/a', '/r'],
    ['RETUNE_CACHE on Windows', { RETUNE_CACHE: 'E:\\r', LOCALAPPDATA: 'D:\\Local' }, 'win32', 'C:\\a', 'E:\\r'],
  ];
  for (const [name, environment, platform, home, expected] of cases) {
    it(`follows ${name}`, () => {
      assert.equal(defaultCacheDirectory(environment, platform, home), expected);
    });
  }
});
