import assert from 'node:assert/strict';
import { parseAnswer } from '../../../../src/agent/answer/parse.ts';
import { systemPrompt } from '../../../../src/agent/prompts/attempt.ts';
import { promptVersion } from '../../../../src/agent/prompts/version.ts';
import { fencedBlocks } from '../../../../src/agent/text/fences.ts';
import type { Critic } from '../../../../src/agent/words/critic.ts';
import { modelWords } from '../../../../src/agent/words/model-words.ts';
import { families } from '../../../../src/benchmarks/smallfix/families/index.ts';
import { namesHeldOut, normalised } from '../../../../src/benchmarks/smallfix/splits.ts';
import { tasks } from '../../../../src/benchmarks/smallfix/tasks.ts';
import { allCapabilities } from '../../../../src/policy/capabilities.ts';
import type { GenerationEvent } from '../../../../src/policy/generation.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';
import { criticExample } from '../../../../training/embedded/examples/critic-examples.ts';
import { problemPool } from '../../../../training/embedded/examples/draw.ts';
import { repairExample } from '../../../../training/embedded/examples/repair-examples.ts';
import { solveExample } from '../../../../training/embedded/examples/solve-examples.ts';
import { type Example, lengthOf, trainingExamples } from '../../../../training/embedded/examples.ts';

function take(seed: number, count: number): readonly Example[] {
  return trainingExamples(seed).take(count).toArray();
}

describe('training examples', () => {
  const examples = take(1, 4000);

  it('are the same for the same seed, of all kinds, and short', () => {
    assert.deepEqual(take(1, 50), examples.slice(0, 50));
    assert.notDeepEqual(take(2, 50), examples.slice(0, 50));
    for (const kind of ['solve', 'repair', 'critique']) {
      assert.ok(examples.filter((example) => example.kind === kind).length > 500, kind);
    }
    const lengths = examples.map(lengthOf).sort((a, b) => a - b);
    assert.ok(lengths.at(-1)! <= 3200);
    assert.ok(lengths[2000]! < 1200, `${lengths[2000]}`);
  });

  it('use the prompts of the loop, and answer with one block that changes the target', () => {
    for (const { kind, messages, response } of examples) {
      assert.deepEqual(
        messages.map(({ role }) => role),
        ['system', ...messages.slice(1).map((_, index) => (index % 2 === 0 ? 'user' : 'assistant'))],
      );
      assert.equal(messages.at(-1)!.role, 'user');
      if (kind === 'critique') continue;
      assert.equal(messages[0]!.content, systemPrompt('block'));
      const target = /(src\/\w+\.js):\n```js\n([\s\S]*?\n)```/.exec(messages[1]!.content)!;
      const [, path, text] = target as unknown as [string, string, string];
      const task = { id: 't', request: 'r', targets: [{ path, text, language: 'js' }], neighbours: [] };
      const answer = parseAnswer(response, task);
      assert.ok(answer.kind === 'attempt' && answer.form === 'block', `${JSON.stringify(answer)}\n${response}`);
    }
  });

  it('have critiques that the semantic stream accepts as they are', async () => {
    const random = mulberry32(3);
    const next = problemPool(random);
    let checked = 0;
    while (checked < 800) {
      const example = criticExample(next(), random);
      if (example === undefined) continue;
      checked++;
      const critic: Critic = {
        info: { capabilities: allCapabilities, contextLength: 4096, parameters: 5e6, trainedPrompts: promptVersion },
        countTokens: async () => 100,
        // biome-ignore lint/correctness/useYield: a critic that answers at once
        async *generate(): AsyncGenerator<GenerationEvent, never> {
          return { text: example.response, finish: 'stop-token' } as never;
        },
      };
      const words = await modelWords(critic)(example.input, new AbortController().signal);
      assert.deepEqual(
        words.calls.map(({ refused }) => refused),
        [[]],
        `${example.messages[1]!.content}\n${example.response}`,
      );
      assert.equal(words.source, 'model');
      assert.ok(example.response.includes(`<instruction>\n${words.instruction.split('\nThe same cause')[0]}`));
      // A requirement that is a guess is in nothing the critic was shown, and is left out of the record; quotes are real.
      const quoted = example.response.split('\n').filter((line) => line.startsWith('Quote:')).length;
      assert.equal(words.critique!.quotes.length, quoted, `${example.messages[1]!.content}\n${example.response}`);
    }
  });

  it('never use the last wording of a request, which is held out', () => {
    const random = mulberry32(8);
    const next = problemPool(random);
    let made = 0;
    for (let draws = 0; draws < 1500; draws++) {
      const problem = next();
      for (const make of [solveExample, repairExample, criticExample]) {
        const example = make(problem, random);
        if (example === undefined) continue;
        made++;
        for (const { content } of example.messages) assert.ok(!content.includes(problem.asks.at(-1)!), content);
      }
    }
    assert.ok(made > 3000, `${made}`);
  });

  it('hold no prompt and no solution of a held-out task', () => {
    const closed = families.filter(({ heldOut }) => heldOut).map(({ id }) => id);
    const heldOut = [1, 2, 3].flatMap((seed) => tasks('heldout', { seed, limit: 240 }));
    const solutions = new Set(heldOut.flatMap(({ readings }) => readings.map(({ source }) => normalised(source))));
    const targets = new Set(heldOut.map(({ text }) => normalised(text)));
    const requests = new Set(heldOut.map(({ request, text }) => normalised(`${request} ${text}`)));
    assert.ok(solutions.size > 600 && closed.length > 0);
    let blocks = 0;
    for (const example of [...examples, ...take(9, 2000)]) {
      const texts = [...example.messages.map(({ content }) => content), example.response];
      for (const text of texts) {
        for (const { lines, info } of fencedBlocks(text.split('\n'))) {
          if (info !== 'js') continue;
          blocks++;
          const code = normalised(lines.join('\n'));
          assert.ok(!solutions.has(code) && !targets.has(code), code);
          const signature = /export function (\w+)\(([\w, ]*)\)/.exec(lines.join('\n'));
          if (signature === null) continue;
          // By construction: the names decide, whatever the code does.
          assert.ok(!namesHeldOut({ name: signature[1]!, args: signature[2]!.split(', ') }), signature[0]);
        }
      }
      const prompt = normalised(texts[1]!.replace(/src\/\w+\.js:|```(?:js)?/g, ''));
      assert.ok(!requests.has(prompt), prompt);
    }
    assert.ok(blocks > 8000, `${blocks}`);
  });
});
