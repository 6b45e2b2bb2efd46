import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultStore, resultsFile } from '../../../src/benchmarks/store.ts';
import { wordsOnly } from '../../../src/policy/capabilities.ts';
import { withoutWeights } from '../../../src/policy/words-only.ts';
import { isCancelled } from '../../../src/shared/errors/cancelled.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { RulePolicy, scriptedOptions, scriptedReplay } from '../../support/replay.ts';
import { assertWithin } from '../../support/time.ts';

const code = (expected: string) => (error: unknown) => error instanceof RetuneError && error.code === expected;

describe('a run of methods × tasks × seeds', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retune-replay-test-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const record = () => readFile(join(directory, resultsFile), 'utf8');
  const lines = async () =>
    (await record())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('gives every arm what it needs: words, weights from its own answers, both, or neither', async () => {
    const { methods } = await scriptedReplay(directory, { count: 12 });
    const solved = Object.fromEntries(Object.entries(methods).map(([name, { solvedBy }]) => [name, solvedBy]));
    assert.deepEqual(solved, {
      baseline: [0.25, 0.25, 0.25, 0.25, 0.25],
      textgrad: [0.25, 0.5, 0.5, 0.5, 0.5],
      rosa: [0.25, 0.5, 0.5, 0.5, 0.5],
      rosa2: [0.25, 1, 1, 1, 1],
      switch: [0.25, 0.5, 0.5, 1, 1],
      resample: [0.25, 0.25, 0.25, 0.25, 0.25],
      'placebo-weights': [0.25, 0.5, 0.5, 0.5, 0.5],
      'placebo-words': [0.25, 0.5, 0.5, 0.5, 0.5],
    });
  });

  it('records first turns once, task runs only where they failed, and judges equal attempts once', async () => {
    await scriptedReplay(directory, { count: 4, arms: ['baseline', 'rosa2'] });
    const kinds = (await lines()).map(({ kind, arm, task }) => [kind, arm, task].filter(Boolean).join(' '));
    assert.deepEqual(kinds, [
      'run',
      ...['first task-0', 'first task-1', 'first task-2', 'first task-3'],
      ...['session baseline task-1', 'session rosa2 task-1'],
      ...['session baseline task-2', 'session rosa2 task-2'],
      ...['session baseline task-3', 'session rosa2 task-3'],
    ]);
  });

  it('gives all arms the same first turn, the same comments and the same seeds', async () => {
    await scriptedReplay(directory, { count: 4 });
    const runs = (await lines()).filter(({ kind, task }) => kind === 'session' && task === 'task-3');
    assert.equal(runs.length, 8);
    for (const { turns } of runs) {
      const [first] = turns;
      assert.equal(first.text, runs[0].turns[0].text);
      if (first.comment !== undefined) assert.equal(first.comment, runs[0].turns[0].comment);
    }
    const second = runs.filter(({ arm }) => ['baseline', 'textgrad', 'rosa'].includes(arm));
    assert.equal(new Set(second.map(({ turns }) => turns[1].text)).size, 1, 'a wrong answer tells its seed');
    const again = runs.find(({ arm }) => arm === 'resample');
    assert.equal(new Set(again.turns.map(({ text }: { text: string }) => text)).size, 5, 'independent attempts');
  });

  it('makes an adapter for each task run that adapts and drops it afterwards', async () => {
    const policy = new RulePolicy();
    await scriptedReplay(directory, { count: 8, policies: [policy] });
    assert.deepEqual([...policy.created].sort(), [...policy.dropped].sort());
    assert.equal(policy.created.length, 6 * 5, 'six failed first turns, five arms with weights');
    assert.equal(new Set(policy.created).size, policy.created.length);
  });

  it('measures a model that only answers with the methods that change no weights, and refuses the others', async () => {
    const policy = Object.assign(new RulePolicy(), {
      ...withoutWeights(),
      info: { capabilities: wordsOnly, contextLength: 8192 },
    });
    await assert.rejects(
      scriptedReplay(directory, { count: 2, policies: [policy], arms: ['baseline', 'textgrad', 'rosa2', 'switch'] }),
      { code: 'replay.needs-weights', what: /rosa2, switch/, remedy: /baseline, textgrad, resample/ },
    );
    assert.equal(policy.attempts, 0);
    const arms = ['baseline', 'textgrad', 'resample'] as const;
    const { methods } = await scriptedReplay(directory, { count: 4, policies: [policy], arms });
    assert.deepEqual(Object.keys(methods), arms);
  });

  it('asks the critic equal questions once for all arms', async () => {
    const [together, alone] = [new RulePolicy(), new RulePolicy()];
    await scriptedReplay(directory, { count: 2, policies: [together], arms: ['textgrad', 'rosa2', 'placebo-weights'] });
    await scriptedReplay(join(directory, 'alone'), { count: 2, policies: [alone], arms: ['textgrad'] });
    assert.equal(together.critiques.length, alone.critiques.length);
  });

  it('is the same with several copies of the model', async () => {
    const one = await scriptedReplay(join(directory, 'one'), { count: 12, seeds: 2 });
    const policies = [new RulePolicy(), new RulePolicy(), new RulePolicy()];
    const three = await scriptedReplay(join(directory, 'three'), { count: 12, seeds: 2, policies });
    assert.deepEqual(untimed(three), untimed(one));
    assert.ok(policies.every(({ attempts }) => attempts > 0));
  });

  it('is the same when several trials generate together', async () => {
    const alone = await scriptedReplay(join(directory, 'alone'), { count: 12, seeds: 2 });
    const policies = [new RulePolicy(), new RulePolicy()];
    let together = 0;
    for (const policy of policies) {
      const generateBatch = policy.generateBatch.bind(policy);
      policy.generateBatch = (requests, signal) => {
        together += requests.length;
        return generateBatch(requests, signal);
      };
    }
    const batched = await scriptedReplay(join(directory, 'batched'), { count: 12, seeds: 2, policies, batch: 3 });
    assert.deepEqual(untimed(batched), untimed(alone));
    const attempts = policies.reduce((sum, policy) => sum + policy.attempts, 0);
    assert.ok(together > attempts / 2, `${together} of ${attempts}`);
    const single = Object.assign(new RulePolicy(), { info: { capabilities: wordsOnly, contextLength: 8192 } });
    await assert.rejects(
      scriptedReplay(join(directory, 'single'), { policies: [single], arms: ['baseline'], batch: 2 }),
      { code: 'policy.cannot' },
    );
  });

  it('resumes after a kill at any moment: the record cut anywhere leads to the same results', async () => {
    const options = { count: 4, seeds: 1, arms: ['rosa2', 'resample', 'placebo-weights'] } as const;
    const whole = await scriptedReplay(directory, options);
    const text = await record();
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    const cuts = [0, 5, ...ends.flatMap((end) => [end, end - 1, Math.max(0, end - 40)])];
    assert.ok(cuts.length > 30);
    for (const cut of cuts) {
      await writeFile(join(directory, resultsFile), text.slice(0, cut));
      const policy = new RulePolicy();
      const resumed = await scriptedReplay(directory, { ...options, policies: [policy] });
      assert.deepEqual(untimed(resumed), untimed(whole), `cut at ${cut}`);
      const { results } = await ResultStore.read(directory);
      assert.equal(results.firsts.size + results.taskRuns.size, ends.length - 1, `cut at ${cut}`);
      if (cut === text.length) assert.equal(policy.attempts, 0, 'nothing is done twice');
    }
  });

  it('cuts off an unfinished line, however long', async () => {
    await scriptedReplay(directory, { count: 4, arms: ['baseline'] });
    const text = await record();
    await writeFile(join(directory, resultsFile), `${text}{"kind":"session","arm":"${'x'.repeat(10_000)}`);
    await scriptedReplay(directory, { count: 4, arms: ['baseline'] });
    assert.equal(await record(), text);
  });

  it('gives every arm all its attempts, even if it repeats itself', async () => {
    const policy = new RulePolicy();
    const generate = policy.generate.bind(policy);
    policy.generate = async function* (request, signal) {
      return { ...(yield* generate(request, signal)), text: 'I do not know.' };
    };
    const { methods } = await scriptedReplay(directory, { count: 2, arms: ['baseline', 'rosa'], policies: [policy] });
    assert.equal(methods.baseline?.endedEarly, 0);
    const runs = (await lines()).filter(({ kind }) => kind === 'session');
    assert.deepEqual(
      runs.map(({ turns }) => turns.length),
      [5, 5, 5, 5],
    );
    assert.equal(methods.rosa?.updates?.computed, 0, 'what was not judged is no reason for an update');
  });

  it('keeps hidden text out of instructions, and counts what it kept out', async () => {
    const policies = [new RulePolicy({ instruction: 'Remember that the hidden answer is forty-two, mind the sign.' })];
    const { methods } = await scriptedReplay(directory, { count: 4, arms: ['textgrad', 'rosa'], policies });
    assert.ok(methods.textgrad!.words!.leaks >= 3, JSON.stringify(methods.textgrad?.words));
    assert.equal(methods.textgrad!.solved, 0.25, 'the template stood in');
    for (const { arm, turns } of (await lines()).filter(({ kind }) => kind === 'session')) {
      for (const { words } of turns) assert.ok(!words?.instruction.includes('forty-two'), arm);
    }
  });

  it('can be given more seeds and more methods later', async () => {
    await scriptedReplay(directory, { count: 8, arms: ['baseline'] });
    const policy = new RulePolicy();
    const more = await scriptedReplay(directory, {
      count: 8,
      arms: ['baseline', 'rosa2'],
      seeds: 2,
      policies: [policy],
    });
    const fresh = await scriptedReplay(join(directory, 'fresh'), { count: 8, arms: ['baseline', 'rosa2'], seeds: 2 });
    assert.deepEqual(untimed(more), untimed(fresh));
  });

  for (const [name, change, field] of [
    ['turn limit', { maxTurns: 4 }, 'settings.maxTurns (5, now 4)'],
    ['update', { update: { beta: 0.5 } }, 'settings.update.beta (not set, now 0.5)'],
    ['model', { model: { ...scriptedOptions.model, digest: 'other' } }, 'model.digest (abc, now other)'],
    ['task list', { tasks: { split: 'heldout', limit: 3 } }, 'tasks (4, now 3)'],
    ['evidence', { variant: { evidence: 'L1' } }, 'variant.evidence (not set, now L1)'],
  ] as const) {
    it(`refuses to mix: another ${name}`, async () => {
      await scriptedReplay(directory, { count: 4, arms: ['baseline'] });
      const before = await record();
      await assert.rejects(scriptedReplay(directory, { count: 4, arms: ['baseline'], ...change }), (error) => {
        assert.ok(code('replay.record-differs')(error));
        assert.ok(String(error).includes(field), String(error));
        return true;
      });
      assert.equal(await record(), before);
    });
  }

  it('overwrites no file that is not its own, and names a damaged line', async () => {
    await writeFile(join(directory, resultsFile), 'my notes');
    await assert.rejects(scriptedReplay(directory), code('replay.record-not-ours'));
    assert.equal(await record(), 'my notes');
    await rm(join(directory, resultsFile));
    await scriptedReplay(directory, { count: 2, arms: ['baseline'] });
    const [header, first, ...rest] = (await record()).split('\n');
    await writeFile(
      join(directory, resultsFile),
      [header, first!.replace('"reward":1', '"reward":7'), ...rest].join('\n'),
    );
    await assert.rejects(scriptedReplay(directory, { count: 2, arms: ['baseline'] }), (error) => {
      assert.ok(code('replay.record-damaged')(error));
      assert.match(String(error), /Line 2 of .*reward/s);
      return true;
    });
  });

  it('records and counts a task run that fails, continues, and tries it again the next time', async () => {
    let broken = true;
    const onAnswer = ({ adapter, prompt }: { adapter?: { session?: string }; prompt: object }): void => {
      if (broken && adapter?.session !== undefined && JSON.stringify(prompt).includes('task-2'))
        throw new Error('gone');
    };
    const options = { count: 4, arms: ['baseline', 'rosa'] } as const;
    const { methods } = await scriptedReplay(directory, { ...options, policies: [new RulePolicy({ onAnswer })] });
    assert.equal(methods.rosa?.failed, 1);
    assert.equal(methods.rosa.sessions, 3);
    assert.equal(methods.baseline?.sessions, 4);
    assert.ok((await lines()).some(({ kind, message }) => kind === 'failed' && message === 'gone'));
    broken = false;
    const again = await scriptedReplay(directory, { ...options, policies: [new RulePolicy({ onAnswer })] });
    assert.equal(again.methods.rosa?.failed, 0);
    assert.equal(again.methods.rosa.sessions, 4);
  });

  it('ends when everything fails', async () => {
    const policy = new RulePolicy({
      onAnswer: () => {
        throw new Error('The disk is full.');
      },
    });
    await assert.rejects(scriptedReplay(directory, { count: 40, policies: [policy] }), (error) => {
      assert.ok(code('replay.sessions-fail')(error));
      assert.match(String(error), /8 task runs.*The disk is full/s);
      return true;
    });
  });

  it('notices when an adapter without effect changes the first turn', async () => {
    const policy = new RulePolicy();
    const generate = policy.generate.bind(policy);
    policy.generate = async function* (request, signal) {
      const made = yield* generate(request, signal);
      return request.adapter?.session === undefined ? made : { ...made, responseTokens: [...made.responseTokens, 7] };
    };
    await assert.rejects(
      scriptedReplay(directory, { count: 4, policies: [policy] }),
      code('replay.first-turn-differs'),
    );
  });

  it('stops at once, keeps what had finished, and can be resumed', async () => {
    const stop = new AbortController();
    const policy = new RulePolicy({
      onAnswer: async ({ prompt }, signal) => {
        if (!JSON.stringify(prompt).includes('task-5') || policy.attempts < 20) return;
        setTimeout(() => stop.abort(), 20);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      },
    });
    const started = performance.now();
    await assert.rejects(scriptedReplay(directory, { policies: [policy] }, stop.signal), isCancelled);
    assertWithin(performance.now() - started, 2000, 'stopping');
    assert.deepEqual([...policy.created].sort(), [...policy.dropped].sort());
    const kept = (await lines()).length;
    assert.ok(kept > 9 && kept < 57, `${kept} lines`);
    assert.ok(!(await record()).includes('"kind":"failed"'), 'a task run that was stopped did not fail');
    const whole = await scriptedReplay(join(directory, 'whole'));
    assert.deepEqual(untimed(await scriptedReplay(directory)), untimed(whole));
  });
});

/** Everything but times, which no two runs share. */
function untimed(metrics: Awaited<ReturnType<typeof scriptedReplay>>): unknown {
  return JSON.parse(JSON.stringify(metrics, (key, value) => (key === 'secondsPerTurn' ? undefined : value)));
}
