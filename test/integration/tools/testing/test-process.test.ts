import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestProcess } from '../../../../tools/testing/test-process.ts';

describe('a process that runs tests', () => {
  let directory: string;
  let tests: TestProcess;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'retune-test-process-'));
    tests = new TestProcess({ GIVEN: 'value' }, 300);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const run = (text: string) => {
    const file = path.join(directory, `${Math.random()}.mjs`);
    writeFileSync(file, text);
    return tests.run(file);
  };
  const counts = ({ passed, failed, skipped }: Awaited<ReturnType<TestProcess['run']>>) => [passed, failed, skipped];

  it('counts what comes of each file’s tests, says what failed, and ends', async () => {
    const first = await run(`
      it('passes', () => { if (process.env.GIVEN !== 'value') throw new Error(); });
      it('fails', () => { throw new Error('no such luck'); });
      it('is skipped');`);
    assert.deepEqual([counts(first), first.crashed], [[1, 1, 1], false]);
    assert.match(first.texts.join('\n'), /✗ fails[\s\S]*no such luck/);
    assert.deepEqual(counts(await run(`it('passes', () => {});`)), [1, 0, 0]);
    assert.equal(await tests.end(), undefined);
  });

  it('a file that cannot be loaded fails alone', async () => {
    const broken = await run('import "./nowhere.mjs";');
    assert.deepEqual([counts(broken), broken.crashed], [[0, 1, 0], false]);
    assert.match(broken.texts.join('\n'), /cannot be loaded[\s\S]*nowhere\.mjs/);
    assert.deepEqual(counts(await run(`it('passes', () => {});`)), [1, 0, 0]);
    assert.equal(await tests.end(), undefined);
  });

  for (const [how, code, word] of [
    ['exits', 'process.exit(0)', /crashed: exit code 0/],
    ['aborts', 'process.kill(process.pid, "SIGKILL")', /crashed: SIGKILL/],
  ] as const) {
    it(`a test that ${how} is a failure, and loses nothing that came before`, async () => {
      const crashed = await run(
        `it('passes', () => {}); it('dies', () => { ${code}; return new Promise(() => {}); });`,
      );
      assert.deepEqual([counts(crashed), crashed.crashed], [[1, 1, 0], true]);
      assert.match(crashed.texts.join('\n'), word);
    });
  }

  it('a rejection that nobody handles is a failure', async () => {
    const result = await run(`
      it('leaves one', () => {
        void Promise.reject(new Error('nobody looked'));
        return new Promise(() => {});
      });`);
    assert.deepEqual(counts(result), [0, 1, 0]);
    assert.match(result.texts.join('\n'), /nobody looked/);
    assert.equal(await tests.end(), undefined);
  });

  it('is told of when it does not end by itself', async () => {
    await run(`it('leaves a timer', () => void setInterval(() => {}, 1000));`);
    assert.match((await tests.end()) ?? '', /still open: .*Timeout/);
  });

  it('is told of when it crashes between two files, or at its end', async () => {
    await run(`it('leaves a bomb', () => void setTimeout(() => { throw new Error('late'); }, 50));`);
    assert.match((await tests.end()) ?? '', /crashed at its end: exit code/);
  });
});
