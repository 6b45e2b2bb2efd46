import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message } from '../../../../src/policy/prompt.ts';
import { readRecord } from '../../../../src/session/read-record.ts';
import { recordPath } from '../../../../src/session/record.ts';
import { openStorage, workspaceKey } from '../../../../src/session/storage.ts';
import type { RemotePolicy } from '../../../../src/sidecar/client/remote-policy.ts';
import { SidecarClient } from '../../../../src/sidecar/client/sidecar-client.ts';
import { runFix } from '../../../support/fix-run.ts';
import { buggy, right, type SampleWorkspace, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { ScriptedPolicy } from '../../../support/scripted-policy.ts';
import { trainTinyCoder } from '../../../support/tiny-coder.ts';

const fenced = (text: string) => `\`\`\`js\n${text}\`\`\``;
const wrong = 'export const add = (a, b) => a * b;\n';
const answers = [fenced(wrong), fenced(right)];
const never = new AbortController().signal;

/** The prompts of the first two turns, as the loop really makes them on this workspace. */
async function prompts(workspace: SampleWorkspace): Promise<readonly (readonly Message[])[]> {
  const policy = new ScriptedPolicy({ answers, contextLength: 4096, parameters: 1 });
  const { session, events } = await runFix(workspace, policy);
  await session.undo();
  await session.dispose();
  return events.flatMap((event) => (event.kind === 'turn' ? [event.messages] : []));
}

describe('the loop with a real model', () => {
  let workspace: SampleWorkspace;
  let client: SidecarClient;
  let policy: RemotePolicy;
  let turns: readonly (readonly Message[])[];

  before(async () => {
    workspace = await sampleWorkspace();
    turns = await prompts(workspace);
    assert.equal(turns.length, 2);
    const directory = path.join(workspace.scratch, 'model');
    await trainTinyCoder(
      directory,
      turns.map((messages) => ({ messages, answers })),
    );
    client = new SidecarClient({ clientName: 'test' });
    const cacheDirectory = path.join(workspace.scratch, 'cache');
    policy = await client.openModel({ directory, dtype: 'fp32', provider: 'cpu', cacheDirectory }, {}, never);
  });
  after(async () => {
    await client?.dispose();
    await workspace?.[Symbol.asyncDispose]();
  });

  const probability = async (messages: readonly Message[], text: string, session?: string) => {
    const adapter = session === undefined ? {} : { adapter: { session } };
    const { logprobs } = await policy.score({ prompt: { messages }, completion: { text }, ...adapter }, never);
    return Math.exp(logprobs.reduce((sum, value) => sum + value, 0));
  };

  /** A session whose first attempt is rejected: the model gives both answers about equally often. */
  const firstAttemptWrong = async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const run = await runFix(workspace, policy, {
        seed,
        sampling: { temperature: 1 },
        update: { solver: 'gauss-newton' },
      });
      const first = run.events.find((event) => event.kind === 'verdict');
      if (first?.kind === 'verdict' && first.verdict.reward === -1) return run;
      await run.session.undo();
      await run.session.dispose();
    }
    throw new Error('twelve first attempts in a row were right; the model has not learnt the wrong answer');
  };

  beforeEach(() => writeFile(path.join(workspace.folder, 'src/add.js'), buggy));

  it('has learnt both answers', async () => {
    for (const text of answers) {
      const p = await probability(turns[0]!, text);
      assert.ok(p > 0.3 && p < 0.7, `p(${text}) = ${p}`);
    }
  });
  it('solves the sample: a rejected attempt changes the next one’s distribution, and undo is bit-exact', async () => {
    const [first] = turns;
    const before = await Promise.all(answers.map((text) => probability(first!, text)));
    const { session, events } = await firstAttemptWrong();
    try {
      const verdicts = events.flatMap((event) => (event.kind === 'verdict' ? [event.verdict] : []));
      assert.equal(session.outcome?.kind, 'solved');
      assert.equal(verdicts.at(-1)?.reward, 1);
      assert.equal(await readFile(path.join(workspace.folder, 'src/add.js'), 'utf8'), right);
      const update = events.find((event) => event.kind === 'weights');
      assert.ok(update?.kind === 'weights' && update.weights.kind === 'updated', JSON.stringify(update));
      const adapter = `session-${session.id}`;
      const after = await Promise.all(answers.map((text) => probability(first!, text, adapter)));
      assert.ok(after[0]! < before[0]! * 0.99, `p(wrong) ${before[0]} → ${after[0]}`);

      await session.undo();
      assert.equal(await readFile(path.join(workspace.folder, 'src/add.js'), 'utf8'), buggy);
      assert.deepEqual(
        await Promise.all(answers.map((text) => probability(first!, text))),
        before,
        'with the session adapter gone the probabilities are bit-identical',
      );
      assert.ok(!(await policy.adapters.list()).some(({ name }) => name === adapter));
    } finally {
      await session.dispose();
    }
    const storage = await openStorage(workspace.folder, workspace.state);
    const record = await readRecord(recordPath(storage.sessionDirectory(session.id)));
    assert.deepEqual(record.notices, []);
    assert.equal(record.events.at(-1)?.kind, 'undone');
    const said = (all: typeof events) => all.flatMap((event) => (event.kind === 'generated' ? [event.text] : []));
    assert.deepEqual(said(record.events.filter((event) => event.kind === 'generated')), said(events));
    assert.equal(said(events)[0], answers[0]);
  });

  it('continues with the adapted weights after it was stopped and resumed', async () => {
    const adapted = (id: string) => probability(turns[0]!, answers[0]!, `session-${id}`);
    for (let seed = 1; ; seed++) {
      assert.ok(seed <= 12, 'no first attempt was wrong');
      const stop = new AbortController();
      const first = await runFix(
        workspace,
        policy,
        { seed, sampling: { temperature: 1 } },
        {
          signal: stop.signal,
          onEvent: (event) => {
            if (event.kind === 'turn' && event.turn === 2) stop.abort();
          },
        },
      );
      const { id } = first.session;
      const updated = first.events.some((event) => event.kind === 'weights' && event.weights.kind === 'updated');
      const before = updated ? await adapted(id) : 0;
      if (!updated) await first.session.undo();
      await first.session.dispose();
      if (!updated) continue;

      let after = 0;
      const second = await runFix(
        workspace,
        policy,
        { resume: id },
        {
          onEvent: async (event) => {
            if (event.kind === 'turn') after ||= await adapted(id);
          },
        },
      );
      assert.ok(second.events.some((event) => event.kind === 'resumed' && event.turns === 1));
      assert.equal(after, before, 'bit-identical');
      await second.session.undo();
      await second.session.dispose();
      return;
    }
  });

  it('learns from an answer that was kept, for this workspace only, and forgets it on revert', async () => {
    const { session } = await firstAttemptWrong();
    const key = workspaceKey(workspace.folder);
    try {
      assert.equal(session.outcome?.kind, 'solved');
      assert.deepEqual(
        (await policy.workspace.state(key)).versions,
        [],
        'nothing is learnt before the developer accepts',
      );
      const kept = await session.keep(never);
      assert.ok(kept.kind === 'kept');
      assert.equal(kept.learnt?.version, 1, JSON.stringify(kept));
    } finally {
      await session.dispose();
    }
    const base = await probability(turns[0]!, answers[1]!);
    const scored = await policy.score(
      { prompt: { messages: turns[0]! }, completion: { text: answers[1]! }, adapter: { workspace: 'workspace' } },
      never,
    );
    const learnt = Math.exp(scored.logprobs.reduce((sum, value) => sum + value, 0));
    assert.ok(learnt > base, `p(accepted) ${base} → ${learnt}`);
    assert.deepEqual((await policy.workspace.revert(key)).versions, []);
  });
});
