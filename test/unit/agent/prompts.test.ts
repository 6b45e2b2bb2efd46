import assert from 'node:assert/strict';
import { answerForm, planGeneration } from '../../../src/agent/generate.ts';
import { systemPrompt, taskPrompt } from '../../../src/agent/prompts/attempt.ts';
import { fitPrompt } from '../../../src/agent/prompts/fit.ts';
import type { Task } from '../../../src/agent/task.ts';
import type { PastTurn } from '../../../src/agent/turn.ts';
import { allCapabilities } from '../../../src/policy/capabilities.ts';
import type { Message } from '../../../src/policy/prompt.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { block, runLoop, task, verdict } from '../../support/loop.ts';

const never = new AbortController().signal;
const length = async (messages: readonly Message[]) => messages.reduce((sum, { content }) => sum + content.length, 0);

const rich: Task = {
  ...task,
  baseline: {
    ...verdict('tests-failed', '1 of 1 tests failed: adds.'),
    tests: [
      { id: 'adds', name: 'adds', status: 'failed', failure: { message: 'm'.repeat(500), expected: '5', frames: [] } },
    ],
  },
  neighbours: [1, 2, 3].map((n) => ({ path: `test/${n}.js`, language: 'js', text: `// ${n}\n${'x\n'.repeat(800)}` })),
};

function turn(n: number): PastTurn {
  return {
    turn: n,
    answerText: block(`attempt ${n} ${'a'.repeat(300)}`),
    answer: { kind: 'attempt', form: 'block', attempt: { files: [{ path: 'src/add.js', text: `${n}` }] } },
    verdict: verdict('tests-failed', `verdict of ${n}`),
    temperature: 0.7,
    followUp: `instruction ${n} ${'i'.repeat(200)}`,
    critique: {
      kind: 'wrong-result',
      quotes: [],
      rootCause: `cause ${n}`,
      attribution: 'both',
      requirements: [],
      unknowns: [],
    },
  };
}

describe('the prompt of an attempt', () => {
  it('shows the function when the target has a focus, and the file when not', () => {
    const text = 'const a = 1;\nfunction f() {\n  return a;\n}\n';
    const parts = { request: 'r', evidence: '', neighbours: [], earlier: [] };
    const whole = taskPrompt({ ...parts, targets: [{ path: 'a.js', text, language: 'js' }] });
    assert.equal(whole, `r\n\na.js:\n\`\`\`js\n${text.trimEnd()}\n\`\`\``);
    const focus = { symbol: 'f', firstLine: 2, lastLine: 4 };
    const part = taskPrompt({ ...parts, targets: [{ path: 'a.js', text, language: 'js', focus }] });
    assert.equal(part, 'r\n\na.js, f:\n```js\nfunction f() {\n  return a;\n}\n```');
  });

  it('a fence in the target cannot end its block, and a chat token in the request is only text', () => {
    const text = 'x = `\n```\n`;\n';
    const prompt = taskPrompt({
      request: 'a <|im_end|> b',
      targets: [{ path: 'a.js', text, language: 'js' }],
      evidence: '',
      neighbours: [],
      earlier: [],
    });
    assert.ok(prompt.includes('````js\nx = `\n```\n`;\n````'), prompt);
    assert.ok(!prompt.includes('<|im_end|>'));
  });

  it('asks for the form that suits the target', () => {
    assert.equal(answerForm(task, 100, 8192), 'block');
    assert.equal(answerForm({ ...task, targets: [task.targets[0]!, task.targets[0]!] }, 100, 8192), 'files');
    assert.equal(answerForm(task, 5000, 8192), 'search-replace');
    // A small model's context is no reason to ask for what small models cannot do.
    assert.equal(answerForm(task, 400, 1024), 'block');
    assert.match(systemPrompt('search-replace'), /<<<<<<< SEARCH/);
  });
});

describe('fitting a prompt into a context', () => {
  it('gives up nothing when everything fits', async () => {
    const { messages, dropped } = await fitPrompt(rich, [turn(1)], { form: 'block' }, 1e6, length);
    assert.deepEqual(dropped, []);
    assert.equal(messages.length, 4);
    for (const part of ['test/1.js', 'test/3.js', 'mmm', 'expected: 5']) assert.ok(messages[1]?.content.includes(part));
  });

  it('gives up neighbours, then old attempts, then evidence, and keeps request, target and the newest follow-up', async () => {
    const past = [1, 2, 3, 4].map(turn);
    const all = await fitPrompt(rich, past, { form: 'block' }, 1e6, length);
    let before = all.tokens;
    const seen: string[] = [];
    for (let budget = all.tokens - 1; ; budget = before - 1) {
      let fitted: Awaited<ReturnType<typeof fitPrompt>>;
      try {
        fitted = await fitPrompt(rich, past, { form: 'block' }, budget, length);
      } catch (error) {
        assert.ok(error instanceof RetuneError && error.code === 'agent.context-too-small');
        break;
      }
      assert.ok(fitted.tokens <= budget);
      before = fitted.tokens;
      const text = fitted.messages.map(({ content }) => content).join('\n');
      assert.ok(text.includes(task.request) && text.includes('a - b') && text.includes('instruction 4'), text);
      seen.push(fitted.dropped.at(-1) ?? '');
      const kept = fitted.messages.filter(({ role }) => role === 'assistant').length;
      // An attempt that is gone is still there in a line, as long as there is room.
      if (kept === 2) assert.ok(text.includes('- attempt 1: cause 1') && text.includes('- attempt 2: cause 2'), text);
    }
    assert.deepEqual([...new Set(seen)], ['neighbours', 'older attempts', 'evidence', 'all earlier attempts']);
  });

  it('reserves room for the answer, and never more than half of the context', async () => {
    const policy = {
      info: { capabilities: allCapabilities, contextLength: 400, parameters: 1 },
      countTokens: async () => 150,
    };
    const plan = await planGeneration(task, [], policy, undefined, never);
    assert.equal(plan.maxTokens, 200);
    // What thinks aloud first may use all that is left.
    const thinking = { ...policy, info: { ...policy.info, thinks: true } };
    assert.equal((await planGeneration(task, [], thinking, undefined, never)).maxTokens, 250);
    const few = await planGeneration(task, [], policy, 30, never);
    assert.equal(few.maxTokens, 30);
  });

  it('a context too small for request and target ends the session with a remedy', async () => {
    const run = runLoop({ answers: [''], judge: () => 'passed', contextLength: 20 });
    await assert.rejects(run, (error) => {
      assert.ok(error instanceof RetuneError);
      assert.match(error.remedy, /one function.*larger context/);
      assert.deepEqual(error.actions, [
        { kind: 'option', option: 'target', value: 'src/add.js:NAME' },
        { kind: 'option', option: 'model' },
      ]);
      return true;
    });
  });
});

describe('a large target', () => {
  it('is changed by search/replace blocks', async () => {
    const line = (n: number) => `export const value${n} = ${n};`;
    const text = `${Array.from({ length: 400 }, (_, n) => line(n)).join('\n')}\n`;
    const answer = `src/add.js\n<<<<<<< SEARCH\n${line(7)}\n=======\nexport const value7 = 70;\n>>>>>>> REPLACE\n`;
    const large: Task = { ...task, targets: [{ path: 'src/add.js', text, language: 'js' }] };
    const { outcome, environment, policy } = await runLoop(
      {
        answers: [answer],
        judge: (got) => (got.includes('value7 = 70') ? 'passed' : 'tests-failed'),
        contextLength: 9000,
      },
      {},
      { task: large },
    );
    assert.deepEqual(outcome, { kind: 'solved' });
    assert.equal(environment.evaluated[0]?.files[0]?.text, text.replace(line(7), 'export const value7 = 70;'));
    const prompt = policy.requests[0]?.prompt;
    assert.ok(prompt && 'messages' in prompt && prompt.messages[0]?.content.includes('search/replace'));
  });
});
