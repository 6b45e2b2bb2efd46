import assert from 'node:assert/strict';
import type { GenerateRequest } from '../../../../src/policy/generation.ts';
import { forgetting, type Learner } from '../../../../training/forgetting/forgetting.ts';
import { block } from '../../../support/loop.ts';
import { RulePolicy, scriptedBenchmark } from '../../../support/replay.ts';

const never = new AbortController().signal;
const options = { family: 'group-0', fixes: 2, others: 6, limit: 12, split: 'train' } as const;

/** Solves every task without an adapter, and with the adapter `harmful` only those of group 0 (every third one). */
class ForgetfulPolicy extends RulePolicy {
  override async *generate(request: GenerateRequest, signal: AbortSignal) {
    const made = yield* super.generate(request, signal);
    const task = made.responseTokens[0]!;
    const knows = request.adapter?.workspace !== 'harmful' || task % 3 === 0;
    return { ...made, text: block(knows ? 'export const a = 42;' : 'export const a = 1;') };
  }
}

const learner = (name: string, refuses: boolean): Learner & { readonly seen: string[] } => {
  const seen: string[] = [];
  return {
    name,
    seen,
    learn: async ({ task }) => {
      seen.push(task);
      return refuses ? 'kl-anchors' : undefined;
    },
    learnt: async () => ({ workspace: name }),
  };
};

describe('what a model forgets', () => {
  it('is the change of its first attempts at tasks of other families', async () => {
    const [harmless, harmful] = [learner('harmless', true), learner('harmful', false)];
    const result = await forgetting(
      scriptedBenchmark(12),
      new ForgetfulPolicy(),
      [harmless, harmful],
      options,
      () => undefined,
      never,
    );
    assert.deepEqual(harmful.seen, ['task-0', 'task-3'], 'answers to tasks of the family, as many as asked for');
    assert.deepEqual(harmless.seen, harmful.seen, 'all learn the same answers');
    assert.deepEqual(result.before, { own: 1, others: 1 });
    const [first, second] = result.after;
    assert.deepEqual([first?.learner, first?.learnt, first?.others, first?.change], ['harmless', 0, 1, 0]);
    assert.deepEqual([second?.learnt, second?.own, second?.others, second?.change], [2, 1, 0, -1]);
    assert.deepEqual(first?.refused, { 'kl-anchors': 2 });
    assert.equal(result.otherTasks, 6);
  });
  it('cannot be measured for a family that does not exist', async () => {
    const run = forgetting(
      scriptedBenchmark(3),
      new ForgetfulPolicy(),
      [],
      { ...options, family: 'none' },
      () => undefined,
      never,
    );
    await assert.rejects(run, /no tasks in the split train, family none/);
  });
});
