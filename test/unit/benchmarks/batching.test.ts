import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { openLanes } from '../../../src/benchmarks/batching.ts';
import type { GenerateRequest, Generation } from '../../../src/policy/generation.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { ScriptedPolicy } from '../../support/scripted-policy.ts';

const never = (): AbortSignal => new AbortController().signal;
const asks = (text: string): GenerateRequest => ({ prompt: { messages: [{ role: 'user', content: text }] } });

/** Answers with the question, and notes what was asked together. */
class EchoPolicy extends ScriptedPolicy {
  readonly batches: string[][] = [];

  constructor() {
    super({ answers: [] });
  }

  override async *generate(request: GenerateRequest, signal: AbortSignal): ReturnType<Policy['generate']> {
    const content = textOf(request);
    this.batches.push([content]);
    yield { kind: 'token', id: 0, text: content };
    if (content === 'impossible') throw new Error('The context is too short.');
    return echo(content, signal);
  }

  override async generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal) {
    const texts = requests.map(textOf);
    this.batches.push(texts);
    if (texts.includes('impossible')) throw new Error('The context is too short.');
    await delay(5);
    return texts.map((text) => echo(text, signal));
  }
}

function textOf({ prompt }: GenerateRequest): string {
  return 'messages' in prompt ? prompt.messages[0]!.content : '';
}

function echo(text: string, signal: AbortSignal): Generation {
  return {
    text,
    promptTokens: [],
    responseTokens: [],
    finish: signal.aborted ? 'cancelled' : 'stop-token',
    seed: 0,
    timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
  };
}

async function answerOf(policy: Policy, text: string, signal = never()): Promise<string> {
  const events = policy.generate(asks(text), signal);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value.text;
  }
}

describe('lanes of a policy', () => {
  it('generate together when all of them wait, each getting its own answer', async () => {
    const policy = new EchoPolicy();
    const lanes = openLanes(policy, 3);
    const first = answerOf(lanes[0]!.policy, 'a');
    await delay(5);
    assert.deepEqual(policy.batches, [], 'the others may still ask');
    const rest = [answerOf(lanes[1]!.policy, 'b'), answerOf(lanes[2]!.policy, 'c')];
    assert.deepEqual(await Promise.all([first, ...rest]), ['a', 'b', 'c']);
    assert.deepEqual(policy.batches, [['a', 'b', 'c']]);
  });

  it('do not wait for lanes that have ended, and the last one generates as if it were alone', async () => {
    const policy = new EchoPolicy();
    const lanes = openLanes(policy, 3);
    const answers = [answerOf(lanes[0]!.policy, 'a'), answerOf(lanes[1]!.policy, 'b')];
    lanes[2]!.end();
    assert.deepEqual(await Promise.all(answers), ['a', 'b']);
    lanes[1]!.end();
    assert.equal(await answerOf(lanes[0]!.policy, 'c'), 'c');
    assert.deepEqual(policy.batches, [['a', 'b'], ['c']]);
  });

  it('fail alone: a request that cannot be answered does not take the others with it', async () => {
    const policy = new EchoPolicy();
    const lanes = openLanes(policy, 2);
    const [bad, good] = await Promise.allSettled([
      answerOf(lanes[0]!.policy, 'impossible'),
      answerOf(lanes[1]!.policy, 'b'),
    ]);
    assert.equal(bad.status, 'rejected');
    assert.deepEqual(good, { status: 'fulfilled', value: 'b' });
  });

  it('are left by a signal while they wait for the others', async () => {
    const lanes = openLanes(new EchoPolicy(), 2);
    const stop = new AbortController();
    const waiting = answerOf(lanes[0]!.policy, 'a', stop.signal);
    stop.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await assert.rejects(answerOf(lanes[1]!.policy, 'b', AbortSignal.abort()), { code: 'cancelled' });
  });

  it('of one are the policy itself, which streams', async () => {
    const policy = new EchoPolicy();
    assert.equal(openLanes(policy, 1)[0]!.policy, policy);
  });
});
