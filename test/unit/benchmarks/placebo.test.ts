import assert from 'node:assert/strict';
import type { WeightsStream } from '../../../src/agent/adapt.ts';
import { donationsFor, genericCritique, genericWords, placeboWeights } from '../../../src/benchmarks/placebo.ts';
import { firstTurn } from '../../support/replay-results.ts';
import { failed, wordsInput } from '../../support/words.ts';

const never = new AbortController().signal;
const order = ['a', 'b', 'c', 'd', 'e', 'f'];
const tokens = (id: string) => ({ promptTokens: [id.charCodeAt(0)], responseTokens: [1] });
const firsts = [
  firstTurn('f', 1, -1, { group: 'x', ...tokens('f') }),
  firstTurn('a', 1, -1, { group: 'x', ...tokens('a') }),
  firstTurn('b', 1, -1, { group: 'y', ...tokens('b') }),
  firstTurn('c', 1, 1, { group: 'x', ...tokens('c') }),
  firstTurn('d', 1, null, { group: 'x', ...tokens('d') }),
  firstTurn('e', 2, -1, { group: 'x', ...tokens('e') }),
];
const taken = (task: string, group: string, count: number) => {
  const donations = donationsFor({ task, group, seed: 1 }, order, firsts);
  return Array.from(
    { length: count },
    () => donations.next().value?.promptTokens.map((n) => String.fromCharCode(n))[0],
  );
};

describe('placebos', () => {
  it('take rejected answers to tasks of other groups with the same seed, in order from the task on, around and around', () => {
    assert.deepEqual(taken('b', 'y', 5), ['f', 'a', 'f', 'a', 'f']);
    assert.deepEqual(taken('d', 'z', 4), ['f', 'a', 'b', 'f']);
    assert.deepEqual(taken('a', 'x', 2), ['b', 'b']);
  });
  it('of weights are the same updates from another task’s tokens', async () => {
    const seen: unknown[] = [];
    const real: WeightsStream = async (generation, verdict) => {
      seen.push([generation, verdict]);
      return { kind: 'skipped', why: '' };
    };
    const own = { promptTokens: [9], responseTokens: [9] };
    await placeboWeights(real, donationsFor({ task: 'b', group: 'y', seed: 1 }, order, firsts))(own, failed, never);
    assert.deepEqual(seen.length, 1);
    const [[generation, verdict]] = seen as [[typeof own, unknown]];
    assert.deepEqual(generation.promptTokens, ['f'.charCodeAt(0)]);
    assert.equal(verdict, failed, 'the task’s own verdict decides whether there is an update');
  });
  it('of weights do nothing where no other task was rejected', async () => {
    const real: WeightsStream = async () => assert.fail('there is nothing to compute an update from');
    const weights = await placeboWeights(real, donationsFor({ task: 'a', group: 'x', seed: 3 }, order, firsts))(
      { promptTokens: [1], responseTokens: [1] },
      failed,
      never,
    );
    assert.equal(weights.kind, 'skipped');
  });
  it('of words say the same of every attempt, and withhold nothing that the developer said', async () => {
    const { instruction, calls } = await genericWords(wordsInput({ comment: 'you forgot zero' }), never);
    assert.ok(instruction.startsWith(`${genericCritique}\n\nyou forgot zero`));
    assert.deepEqual(calls, []);
  });
});
