import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { coadapt } from '../../../src/agent/coadapt.ts';
import type { LoopEvent, Method, Phase } from '../../../src/agent/events.ts';
import { pastTurns } from '../../../src/agent/resume.ts';
import { wordsOnly } from '../../../src/policy/capabilities.ts';
import { cancelled } from '../../../src/shared/errors/cancelled.ts';
import { block, runLoop, ScriptedEnvironment, scriptedWords, task, verdict } from '../../support/loop.ts';
import { ScriptedPolicy, untilAborted } from '../../support/scripted-policy.ts';

const right = 'export const add = (a, b) => a + b;';
const wrong = (n: number) => `export const add = (a, b) => a * ${n};`;
const judge = (text: string) => (text === right ? ('passed' as const) : ('tests-failed' as const));

function kinds(events: readonly LoopEvent[]): string {
  return events
    .filter(({ kind }) => kind !== 'phase' && kind !== 'token')
    .map((event) => ('turn' in event ? `${event.turn}:${event.kind}` : event.kind))
    .join(' ');
}

describe('coadapt', () => {
  it('solves at turn 1 without words, weights or a question', async () => {
    const { events, outcome, policy } = await runLoop({ answers: [block(right)], judge });
    assert.deepEqual(outcome, { kind: 'solved' });
    assert.equal(kinds(events), '1:turn 1:generated 1:answer 1:environment 1:verdict finished');
    assert.equal(policy.updated.length, 0);
  });

  it('skips the weights of a model that cannot change them, and says why', async () => {
    const answers = [1, 2].map((n) => block(wrong(n))).concat(block(right));
    const { events, policy } = await runLoop({ answers, judge, capabilities: wordsOnly });
    const weights = events.flatMap((event) => (event.kind === 'weights' ? [event.weights] : []));
    const skipped = { kind: 'skipped', why: 'This model only answers; its weights cannot be changed.' };
    assert.deepEqual(weights, [skipped, skipped]);
    assert.deepEqual(policy.updated, []);
  });

  it('solves at turn 3, with refined instructions in the history and one update per rejected attempt', async () => {
    const { events, outcome, policy } = await runLoop({
      answers: [1, 2].map((n) => block(wrong(n))).concat(block(right)),
      judge,
    });
    assert.deepEqual(outcome, { kind: 'solved' });
    assert.equal(events.filter(({ kind }) => kind === 'words').length, 2);
    const last = policy.requests[2]?.prompt;
    assert.ok(last !== undefined && 'messages' in last);
    assert.deepEqual(
      last.messages.slice(2).map(({ role, content }) => `${role}: ${content}`),
      [
        `assistant: ${block(wrong(1))}`,
        'user: instruction after turn 1',
        `assistant: ${block(wrong(2))}`,
        'user: instruction after turn 2',
      ],
    );
    assert.deepEqual(
      policy.updated.map(({ reward, promptTokens, responseTokens, adapter }) => ({
        reward,
        promptTokens,
        responseTokens,
        adapter,
      })),
      [1, 2].map((turn) => ({
        reward: -1,
        promptTokens: [turn, 1, 2, 3],
        responseTokens: [4, 5, 6],
        adapter: { session: 's', train: 'session' },
      })),
    );
  });

  it('ends at T_max, and neither updates nor asks after the last turn', async () => {
    let asked = 0;
    const { outcome, policy } = await runLoop(
      { answers: [1, 2, 3].map((n) => block(wrong(n))), judge },
      { maxTurns: 3 },
      {
        comment: async () => {
          asked++;
          return '';
        },
      },
    );
    assert.deepEqual(outcome, { kind: 'turn-limit' });
    assert.equal(policy.updated.length, 2);
    assert.equal(asked, 2);
  });

  const axes: Readonly<Record<Method, readonly [words: readonly number[], weights: readonly number[]]>> = {
    baseline: [[], []],
    textgrad: [[1, 2, 3], []],
    rosa: [[], [1, 2, 3]],
    rosa2: [
      [1, 2, 3],
      [1, 2, 3],
    ],
    switch: [[1, 2, 3], [3]],
  };
  for (const [method, [words, weights]] of Object.entries(axes)) {
    it(`${method} runs its streams and no other`, async () => {
      const { events } = await runLoop(
        { answers: [1, 2, 3, 4].map((n) => block(wrong(n))), judge },
        { method: method as Method, maxTurns: 4, switchTurn: 3 },
      );
      const turns = (kind: string) =>
        events.flatMap((event) => (event.kind === kind && 'turn' in event ? [event.turn] : []));
      assert.deepEqual([turns('words'), turns('weights')], [words, weights]);
    });
  }

  it('without words the comment itself enters the history', async () => {
    const { policy } = await runLoop(
      { answers: [block(wrong(1)), block(right)], judge },
      { method: 'baseline' },
      { comment: async () => 'it must add' },
    );
    const prompt = policy.requests[1]?.prompt;
    assert.ok(prompt !== undefined && 'messages' in prompt);
    assert.match(prompt.messages.at(-1)?.content ?? '', /^it must add\n/);
  });

  it('runs words and weights side by side, and both end before the next generation', async () => {
    const order: string[] = [];
    const step = async (name: string) => {
      order.push(`${name} begins`);
      await delay(5);
      order.push(`${name} ends`);
    };
    await runLoop(
      {
        answers: [
          block(wrong(1)),
          async () => {
            order.push('next generation');
            return block(right);
          },
        ],
        judge,
      },
      {},
      {
        words: async (input, signal) => {
          await step('words');
          return scriptedWords(input, signal);
        },
        weights: async () => {
          await step('weights');
          return { kind: 'skipped', why: 'test' };
        },
      },
    );
    assert.deepEqual(order, ['words begins', 'weights begins', 'words ends', 'weights ends', 'next generation']);
  });

  it('cancels the other stream when one fails, and throws the failure', async () => {
    let stopped = false;
    const run = runLoop(
      { answers: [block(wrong(1))], judge },
      {},
      {
        words: async (_input, signal) => {
          await untilAborted(signal);
          stopped = true;
          throw cancelled('The words');
        },
        weights: async () => {
          throw new Error('out of memory');
        },
      },
    );
    await assert.rejects(run, /out of memory/);
    assert.equal(stopped, true);
  });

  for (const reason of ['tests-errored', 'no-report', 'newly-skipped', 'protected-changed', 'flaky'] as const) {
    it(`does not update when the reward is undefined: ${reason}`, async () => {
      const { policy, events } = await runLoop({
        answers: [block(wrong(1)), block(right)],
        judge: (text) => (text === right ? 'passed' : reason),
      });
      assert.equal(policy.updated.length, 0);
      assert.equal(events.filter(({ kind }) => kind === 'words').length, 1);
    });
  }

  it('gives an unparsable answer no reward and continues with words that name the format', async () => {
    const { events, outcome, policy, environment } = await runLoop({
      answers: ['I cannot do that.', block(right)],
      judge,
    });
    assert.deepEqual(outcome, { kind: 'solved' });
    const first = events.find((event) => event.kind === 'verdict');
    assert.ok(first?.kind === 'verdict');
    assert.equal(first.verdict.reward, null);
    assert.equal(first.verdict.failureKind, 'format');
    assert.deepEqual(environment.turns, [2]);
    assert.equal(policy.updated.length, 0);
  });

  it('tells the words which form of answer is asked for', async () => {
    const second = { path: 'src/sub.js', text: 'export const sub = (a, b) => a;\n', language: 'js' };
    const forms: unknown[] = [];
    for (const targets of [task.targets, [...task.targets, second]]) {
      await runLoop(
        { answers: [wrong(2)], judge },
        { maxTurns: 2 },
        {
          task: { ...task, targets },
          words: (input, signal) => {
            forms.push(input.form);
            return scriptedWords(input, signal);
          },
        },
      );
    }
    assert.deepEqual(forms, ['block', 'files']);
  });

  it('stops after three turns without a reward', async () => {
    const { outcome, events } = await runLoop({ answers: ['no', 'No.', 'no!'], judge });
    assert.equal(outcome.kind, 'no-progress');
    assert.equal(events.filter(({ kind }) => kind === 'verdict').length, 3);
  });

  it('draws a repeated attempt again at once and warmer; then reuses its verdict, and stops', async () => {
    const { outcome, events, environment, policy } = await runLoop({ answers: [block(wrong(1))], judge });
    assert.equal(outcome.kind, 'no-progress');
    assert.equal(environment.evaluated.length, 1);
    const repeats = events.flatMap((event) => (event.kind === 'verdict' ? [event.sameAs] : []));
    assert.deepEqual(repeats, [undefined, 1, 1]);
    assert.deepEqual(
      policy.requests.map(({ sampling }) => sampling?.temperature),
      [0.7, 0.7, 1, 1.3, 1, 1.3, 1.5],
    );
    assert.equal(new Set(policy.requests.map(({ sampling }) => sampling?.seed)).size, 7);
  });

  it('a repeated attempt costs no turn when another one follows it', async () => {
    const answers = [block(wrong(1)), block(wrong(1)), block(right)];
    const { outcome, events, environment } = await runLoop({ answers, judge }, { maxTurns: 2 });
    assert.deepEqual(outcome, { kind: 'solved' });
    assert.deepEqual(environment.turns, [1, 2]);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'answer' ? [event.turn] : [])),
      [1, 2],
    );
  });

  it('takes an answer that changes nothing for a failed attempt, where the target as it was has failed', async () => {
    const unchanged = block(task.targets[0]!.text.trim());
    const baseline = { ...verdict('tests-failed', '1 of 2 tests failed.'), failureKind: 'wrong-result' as const };
    for (const [known, reward] of [
      [baseline, -1],
      [undefined, null],
    ] as const) {
      const { events } = await runLoop(
        { answers: [unchanged], judge },
        { maxTurns: 1 },
        { task: { ...task, ...(known !== undefined && { baseline: known }) } },
      );
      const [judged] = events.flatMap((event) => (event.kind === 'verdict' ? [event.verdict] : []));
      assert.equal(judged?.reward, reward);
      assert.match(judged?.detail ?? '', /src\/add\.js/);
    }
  });

  it('begins the answer with the fence and the name of what it replaces, and ends it at the closing fence', async () => {
    const { policy, events } = await runLoop({ answers: [block(right)], judge, guided: true });
    const [{ prompt, stop } = {}] = policy.requests;
    assert.ok(prompt && 'messages' in prompt);
    assert.deepEqual([prompt.prefix, stop], ['```js\nexport const add', ['\n```\n']]);
    assert.equal(events.find((event) => event.kind === 'answer')?.answer.kind, 'attempt');
  });

  it('ends an answer that only repeats itself', async () => {
    const { events } = await runLoop(
      { answers: [`\`\`\`js\n${'  assert.equal(add(1, 2), 3);\n'.repeat(50)}`], judge },
      { maxTurns: 1 },
    );
    assert.equal(events.find((event) => event.kind === 'generated')?.finish, 'repetition');
    assert.equal(events.find((event) => event.kind === 'answer')?.answer.kind, 'unparsable');
  });

  it('strips the thinking from the answer, and from the history', async () => {
    const think = `<think>\nPerhaps ${block(right)}?\n</think>\n\n`;
    const { policy, outcome } = await runLoop({
      answers: [`${think}${block(wrong(1))}`, `${think}${block(right)}`],
      judge,
    });
    assert.deepEqual(outcome, { kind: 'solved' });
    const prompt = policy.requests[1]?.prompt;
    assert.ok(prompt && 'messages' in prompt);
    assert.equal(prompt.messages[2]?.content, block(wrong(1)));
  });

  it('uses up its turns in spite of repetitions when it is told to persist', async () => {
    const { outcome, environment } = await runLoop(
      { answers: [block(wrong(1))], judge },
      { persist: true, maxTurns: 4 },
    );
    assert.deepEqual(outcome, { kind: 'turn-limit' });
    assert.equal(environment.evaluated.length, 1);
  });

  it('stops at once when a file was changed by someone else', async () => {
    const { outcome } = await runLoop({ answers: [block(wrong(1))], judge: () => 'changed-by-others' });
    assert.equal(outcome.kind, 'blocked');
  });

  const phases: readonly Phase[] = ['prompting', 'generating', 'reading', 'evaluating', 'asking', 'adapting'];
  for (const phase of phases) {
    it(`Stop works while ${phase}`, async () => {
      const stop = new AbortController();
      const { outcome, events } = await runLoop(
        { answers: [block(wrong(1)), block(wrong(2))], judge },
        {},
        {
          signal: stop.signal,
          onEvent: (event) => {
            if (event.kind === 'phase' && event.phase === phase && event.turn === 1) stop.abort();
          },
          comment: async (_turn, _verdict, signal) => {
            signal.throwIfAborted();
            return '';
          },
          words: async (input, signal) => {
            if (signal.aborted) throw cancelled('The words');
            return scriptedWords(input, signal);
          },
        },
      );
      assert.deepEqual(outcome, { kind: 'stopped' });
      assert.equal(events.at(-1)?.kind, 'finished');
      assert.ok(!events.some((event) => event.kind === 'turn' && event.turn === 2), 'no second turn began');
    });
  }

  it('Stop interrupts a generation, an evaluation and an update that would never end', async () => {
    const forever = async (signal: AbortSignal): Promise<never> => {
      await untilAborted(signal);
      throw cancelled('The work');
    };
    const cases: readonly Parameters<typeof runLoop>[0][] = [
      { answers: [async (signal) => untilAborted(signal).then(() => '')], judge },
      { answers: [block(wrong(1))], judge: (_text, signal) => forever(signal) },
      { answers: [block(wrong(1))], judge, updates: [forever] },
    ];
    for (const script of cases) {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), 20);
      const { outcome } = await runLoop(script, {}, { signal: stop.signal });
      clearTimeout(timer);
      assert.deepEqual(outcome, { kind: 'stopped' });
    }
  });

  it('a consumer that leaves cancels the work and waits for its end', async () => {
    let ended = false;
    const environment = new ScriptedEnvironment(async (_text, signal) => {
      await untilAborted(signal);
      await delay(5);
      ended = true;
      throw cancelled('The tests');
    });
    const policy = new ScriptedPolicy({ answers: [block(wrong(1))] });
    const weights = async () => ({ kind: 'skipped', why: 'test' }) as const;
    const loop = coadapt(
      { method: 'rosa2', maxTurns: 2, seed: 1, adapter: {} },
      { policy, environment, words: scriptedWords, weights, comment: async () => '' },
      new AbortController().signal,
    );
    for await (const event of loop) if (event.kind === 'environment') break;
    assert.equal(ended, true);
  });

  it('resumes after an interruption as if there had been none', async () => {
    const script = { answers: [1, 2].map((n) => block(wrong(n))).concat(block(right)), judge };
    const whole = await runLoop(script);
    const cut = whole.events.findIndex((event) => event.kind === 'verdict' && event.turn === 2);
    const past = pastTurns(whole.events.slice(0, cut + 1));
    assert.deepEqual(
      past.map(({ turn }) => turn),
      [1],
    );
    const rest = await runLoop({ ...script, answers: script.answers.slice(1) }, { past });
    assert.deepEqual(rest.outcome, whole.outcome);
    assert.deepEqual(
      rest.policy.requests.map(({ prompt, sampling }) => ({ prompt, sampling })),
      whole.policy.requests.slice(1).map(({ prompt, sampling }) => ({ prompt, sampling })),
    );
  });

  it('a different seed gives different sampling seeds, the same seed the same', async () => {
    const seeds = async (seed: number) => {
      const { policy } = await runLoop({ answers: [1, 2].map((n) => block(wrong(n))), judge }, { seed, maxTurns: 2 });
      return policy.requests.map(({ sampling }) => sampling?.seed);
    };
    assert.deepEqual(await seeds(7), await seeds(7));
    assert.notDeepEqual(await seeds(7), await seeds(8));
  });

  it('verdict() of the test support gives the rewards of the specification', () => {
    assert.deepEqual([verdict('passed').reward, verdict('timeout').reward, verdict('flaky').reward], [1, -1, null]);
  });
});
