import assert from 'node:assert/strict';
import { parseCargoMessages } from '../../../../src/runners/formats/cargo-messages.ts';
import { panicMessage, parseLibtest, parseLibtestLog } from '../../../../src/runners/formats/libtest.ts';

const text = `
running 4 tests
test tests::later ... ignored, later
test tests::panics - should panic ... ok
test tests::adds ... FAILED
test src/lib.rs - add (line 3) ... ok

failures:

---- tests::adds stdout ----

thread 'tests::adds' (23083) panicked at src/lib.rs:5:58:
assertion \`left == right\` failed
  left: -1
 right: 3
stack backtrace:
   0: rust_begin_unwind
note: Some details are omitted

failures:
    tests::adds

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.06s
`;

describe("Rust's test harness", () => {
  it('text: results, what failed tests printed, and that it is complete', () => {
    const { statuses, outputs, complete } = parseLibtest(text);
    assert.deepEqual(
      [...statuses],
      [
        ['tests::later', 'skipped'],
        ['tests::panics', 'passed'],
        ['tests::adds', 'failed'],
        ['src/lib.rs - add (line 3)', 'passed'],
      ],
    );
    assert.equal(
      panicMessage(outputs.get('tests::adds') ?? ''),
      'assertion `left == right` failed\n  left: -1\n right: 3',
    );
    assert.equal(complete, true);
  });

  it('text: is incomplete without its summary, or with more or fewer results than announced', () => {
    assert.equal(parseLibtest(text.replace(/test result.*/, '')).complete, false);
    assert.equal(parseLibtest(text.replace('running 4', 'running 5')).complete, false);
    assert.equal(parseLibtest(`${text}test tests::forged ... ok\n`).complete, false);
  });

  it('text: a failure is not undone by a line that a test prints', () => {
    assert.equal(parseLibtest(`${text}test tests::adds ... ok\n`).statuses.get('tests::adds'), 'failed');
  });

  it('log: whole lines only', () => {
    const log = 'ok tests::a\nfailed tests::b\nignored tests::c\nfailed: message tests::d\nok tests::cut';
    assert.deepEqual(
      [...parseLibtestLog(log)],
      [
        ['tests::a', 'passed'],
        ['tests::b', 'failed'],
        ['tests::c', 'skipped'],
        ['tests::d', 'failed'],
      ],
    );
  });

  it('panics: the message of several lines, before Rust 1.73 too', () => {
    const older =
      "thread 'a' panicked at 'assertion failed: `(left == right)`\n  left: `-1`,\n right: `3`', src/lib.rs:18:9\nnote: x";
    assert.equal(panicMessage(older), 'assertion failed: `(left == right)`\n  left: `-1`,\n right: `3`');
    assert.equal(panicMessage('no panic'), 'no panic');
  });

  it("cargo's messages: executables, errors, the build's end, and the rest", () => {
    const artifact = (test: boolean, executable: string | null) =>
      JSON.stringify({
        reason: 'compiler-artifact',
        target: { src_path: '/w/src/lib.rs' },
        profile: { test },
        executable,
      });
    const found = parseCargoMessages(
      [
        artifact(false, null),
        artifact(true, '/t/deps/calc-0123456789abcdef'),
        JSON.stringify({
          reason: 'compiler-message',
          target: { src_path: '/w/src/lib.rs' },
          message: { level: 'error', rendered: 'E' },
        }),
        JSON.stringify({
          reason: 'compiler-message',
          target: { src_path: '/w/src/lib.rs' },
          message: { level: 'warning', rendered: 'W' },
        }),
        '{"reason":"build-finished","success":false}',
        '{"reason":"build-fin',
        'running 0 tests',
      ].join('\n'),
    );
    assert.deepEqual([...found.executables], [['calc-0123456789abcdef', '/w/src/lib.rs']]);
    assert.deepEqual(found.errors, [{ source: '/w/src/lib.rs', text: 'E' }]);
    assert.equal(found.built, false);
    assert.equal(found.rest, 'running 0 tests');
  });
});
