import assert from 'node:assert/strict';
import type { Verdict } from '../../../src/agent/verdict.ts';
import { logLine } from '../../../src/extension/session/log-line.ts';
import { outcomeText } from '../../../src/extension/session/outcome.ts';
import { advance, atStart, progressText, type Translate } from '../../../src/extension/session/progress.ts';
import type { FixEvent } from '../../../src/workspace/session/fix-events.ts';

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
  const token: FixEvent = { kind: 'token', turn: 1, text: 'a' };
  const cases: readonly (readonly [string, readonly FixEvent[]])[] = [
    ['Looking for the tests', []],
    ['Running the tests as they are', [{ kind: 'baseline-run', run: 1 }]],
    ['Opening the model (2 passed, 2 failed before)', [baseline]],
    ['Attempt 1 of 5: Writing an attempt (2 tokens)', [baseline, phase('generating'), token, token]],
    [
      'Attempt 1 of 5: Running the tests (2 passed, 2 failed before)',
      [baseline, phase('generating'), token, phase('evaluating')],
    ],
    ['Attempt 2 of 5: Waiting for your comment', [phase('asking', 2)]],
    ['Attempt 2 of 5: Writing an attempt', [phase('generating'), token, phase('generating', 2)]],
  ];
  for (const [text, events] of cases) it(text, () => assert.equal(shown(events), text));

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
  it('asks to keep only what passed', () => {
    assert.match(outcomeText({ kind: 'solved' }, { ...verdict, passed: 4 }, t), /all 4 tests pass\. Keep/);
    for (const outcome of [
      { kind: 'turn-limit' },
      { kind: 'stopped' },
      { kind: 'no-progress', why: 'Same.' },
      undefined,
    ] as const) {
      assert.doesNotMatch(outcomeText(outcome, verdict, t), /Keep/);
    }
  });
});
