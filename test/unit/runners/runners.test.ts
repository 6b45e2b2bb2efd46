import assert from 'node:assert/strict';
import { givenCommand, runners } from '../../../src/runners/runners.ts';

describe('the rows of runners', () => {
  it('have names that can stand in records and file names, each once', () => {
    const names = runners.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    for (const name of names) assert.match(name, /^[a-z]+(?:-[a-z]+)*$/);
  });

  it('each test some language, are known by some file, and protect files; the given command protects them all', () => {
    for (const { name, languages, manifests, protects } of runners) {
      if (name === givenCommand.name) continue;
      assert.ok(languages.length > 0 && languages.every((extension) => /^\.\w+$/.test(extension)), name);
      assert.ok(manifests.length > 0, name);
      assert.ok(protects.length > 0, name);
      assert.deepEqual(
        protects.filter((glob) => !givenCommand.protects.includes(glob)),
        [],
      );
    }
  });

  it('keep apart what is typed: no command line belongs to two of them', () => {
    const lines = ['pytest -x', 'python3 -m unittest', 'go test', 'cargo test', 'cargo nextest run', 'mvn test'];
    for (const line of lines) assert.equal(runners.filter(({ typed }) => typed?.line.test(line)).length, 1, line);
  });
});
