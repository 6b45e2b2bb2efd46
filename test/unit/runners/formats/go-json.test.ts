import assert from 'node:assert/strict';
import { GoEvents, withoutProgress } from '../../../../src/runners/formats/go-json.ts';

function read(...lines: readonly (string | object)[]) {
  const events = new GoEvents();
  for (const line of lines) events.push(typeof line === 'string' ? line : JSON.stringify({ Package: 'p', ...line }));
  return events.packages();
}
const run = (Test: string) => ({ Action: 'run', Test });
const end = (Action: string, Test?: string) => ({ Action, ...(Test && { Test }), Elapsed: 0.5 });

describe('go test -json', () => {
  it('gives tests their results, times and output', () => {
    const [found] = read(
      run('TestA'),
      { Action: 'output', Test: 'TestA', Output: '=== RUN   TestA\n' },
      { Action: 'output', Test: 'TestA', Output: '    a_test.go:3: no\n' },
      { Action: 'output', Test: 'TestA', Output: '--- FAIL: TestA (0.50s)\n' },
      end('fail', 'TestA'),
      run('TestB'),
      end('pass', 'TestB'),
      run('TestC'),
      end('skip', 'TestC'),
      end('fail'),
    );
    assert.equal(found?.status, 'failed');
    assert.deepEqual(
      found?.tests.map(({ name, status, milliseconds }) => [name, status, milliseconds]),
      [
        ['TestA', 'failed', 500],
        ['TestB', 'passed', 500],
        ['TestC', 'skipped', 500],
      ],
    );
    assert.equal(withoutProgress(found?.tests[0]?.output ?? ''), '    a_test.go:3: no\n');
  });

  it('believes the worse of two results, and none without a start', () => {
    const [found] = read(
      run('TestA'),
      end('pass', 'TestA'),
      end('fail', 'TestA'),
      end('pass', 'TestForged'),
      end('pass', 'TestA'),
    );
    assert.deepEqual(
      found?.tests.map(({ name, status }) => [name, status]),
      [['TestA', 'failed']],
    );
  });

  it('knows what did not end', () => {
    const [found] = read(run('TestA'));
    assert.equal(found?.status, undefined);
    assert.equal(found?.tests[0]?.status, undefined);
  });

  it('knows a package that was not built, before and since Go 1.24', () => {
    const [older] = read('FAIL\tp [build failed]');
    assert.deepEqual([older?.path, older?.status, older?.broken], ['p', 'failed', true]);
    const [newer] = read(
      { Package: undefined, ImportPath: 'p [p.test]', Action: 'build-output', Output: './a.go:3:5: undefined: x\n' },
      { Package: undefined, ImportPath: 'p [p.test]', Action: 'build-fail' },
      { Action: 'start' },
      { Action: 'output', Output: 'FAIL\tp [build failed]\n' },
      { Action: 'fail', Elapsed: 0, FailedBuild: 'p [p.test]' },
    );
    assert.deepEqual([newer?.path, newer?.status, newer?.broken], ['p', 'failed', true]);
    assert.match(newer?.output ?? '', /undefined: x/);
  });

  it('passes over lines that are no events', () => {
    assert.deepEqual(read('', 'hello', '{"Action":', '{}', '{"Action":5}', 'null'), []);
  });

  it('keeps a bounded part of what a test prints', () => {
    const events = new GoEvents();
    events.push(JSON.stringify({ Package: 'p', ...run('TestA') }));
    for (let line = 0; line < 1000; line++) {
      events.push(JSON.stringify({ Package: 'p', Action: 'output', Test: 'TestA', Output: `${'x'.repeat(1000)}\n` }));
    }
    events.push(JSON.stringify({ Package: 'p', Action: 'output', Test: 'TestA', Output: '    a_test.go:3: last\n' }));
    const output = events.packages()[0]?.tests[0]?.output ?? '';
    assert.ok(output.length < 70_000);
    assert.match(output, /a_test\.go:3: last\n$/);
  });
});
