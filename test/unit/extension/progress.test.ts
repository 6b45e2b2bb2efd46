import assert from 'node:assert/strict';
import type { Verdict } from '../../../src/agent/verdict.ts';
import { logLine } from '../../../src/extension/session/log-line.ts';
import { outcomeText } from '../../../src/extension/session/outcome-text.ts';
import { advance, atStart, progressText, type Translate, withTokens } from '../../../src/extension/session/progress.ts';
import type { FixEvent } from '../../../src/session/fix-events.ts';

const t: Translate = (message, ...values) => message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));

const verdict: Verdict = {
  reward: -1,
  reason: 'tests-failed',
  detail: '1 of 4 tests failed.',
  passed: 2,
  failed: 1,
  skipped: 0,
  errored: 1,
  tests: [],
  output: '',
  milliseconds: 10,
};

const shown = (events: readonly FixEvent[]): string => progressText(events.reduce(advance, atStart), 5, t);

describe('progress of a session', () => {
  const baseline: FixEvent = { kind: 'baseline', verdict, flaky: [] };
  const phase = (name: 'generating' | 'evaluating' | 'asking', turn = 1): FixEvent => ({
    kind: 'phase',
    turn,
    phase: name,
  });
  const cases: readonly (readonly [string, readonly FixEvent[]])[] = [
    ['Looking for the tests', []],
    ['Running the tests before any change', [{ kind: 'baseline-run', run: 1 }]],
    ['Opening the model (2 passed, 2 failed before)', [baseline]],
    ['Attempt 1 of 5: Writing an attempt (2 passed, 2 failed before)', [baseline, phase('generating')]],
    [
      'Attempt 1 of 5: Running the tests (2 passed, 2 failed before)',
      [baseline, phase('generating'), phase('evaluating')],
    ],
    ['Attempt 2 of 5: Waiting for your comment', [phase('asking', 2)]],
  ];
  for (const [text, events] of cases) it(text, () => assert.equal(shown(events), text));

  it('counts tokens of one answer', () => {
    const writing = withTokens(advance(atStart, phase('generating')), 7);
    assert.equal(progressText(writing, 5, t), 'Attempt 1 of 5: Writing an attempt (7 tokens)');
    assert.equal(progressText(advance(writing, phase('generating', 2)), 5, t), 'Attempt 2 of 5: Writing an attempt');
  });

  it('stays the same object when an event says nothing new, so that nothing is repainted', () => {
    assert.equal(advance(atStart, { kind: 'notice', message: 'x' }), atStart);
  });
});

describe('the log', () => {
  it('says what a verdict was', () => {
    const line = logLine({ kind: 'verdict', turn: 2, verdict, sameAs: 1 });
    assert.equal(
      line?.text,
      'Turn 2: r = −1; 2 passed, 1 failed, 1 errored, 0 skipped. 1 of 4 tests failed. (the same attempt as in turn 1)',
    );
    assert.match(
      logLine({ kind: 'verdict', turn: 1, verdict: { ...verdict, reward: null } })?.text ?? '',
      /r undefined/,
    );
  });

  it('says how the failing tests ended before all were run', () => {
    const event = { kind: 'tested', scope: 'failing', passed: 1, failed: 2, milliseconds: 30 } as const;
    assert.deepEqual(logLine({ kind: 'environment', turn: 2, event }), {
      level: 'info',
      text: 'Turn 2: the tests that failed before: 1 passed, 2 failed in 30 ms',
    });
  });

  it('leaves out what only animates', () => {
    assert.equal(logLine({ kind: 'token', turn: 1, text: 'a' }), undefined);
    assert.equal(logLine({ kind: 'prefill', turn: 1, done: 1, total: 2 }), undefined);
  });

  it('gives the reason for a rollback and for skipping', () => {
    const weights = { kind: 'skipped', why: 'no reward' } as const;
    assert.match(
      logLine({ kind: 'weights', turn: 1, weights, milliseconds: 1 })?.text ?? '',
      /unchanged \(no reward\)/,
    );
  });
});

describe('the end of a session', () => {
  const unsolved = [
    { kind: 'turn-limit' },
    { kind: 'stopped' },
    { kind: 'no-progress', why: 'Same.' },
    undefined,
  ] as const;

  it('asks to keep what passed', () => {
    assert.match(outcomeText({ kind: 'solved' }, { ...verdict, passed: 4 }, ['a.js'], t), /all 4 tests pass\. Keep/);
  });

  it('names the files that hold an attempt that did not pass, if any', () => {
    for (const outcome of unsolved) {
      assert.match(outcomeText(outcome, verdict, ['a.js', 'b.js'], t), /The last attempt is in a\.js, b\.js\.$/);
      assert.doesNotMatch(outcomeText(outcome, verdict, [], t), /attempt is in|Keep/);
    }
  });
});
