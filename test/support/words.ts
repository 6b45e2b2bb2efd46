import type { Answer } from '../../src/agent/answer/answer.ts';
import { promptVersion } from '../../src/agent/prompts/version.ts';
import type { Verdict } from '../../src/agent/verdict.ts';
import type { Critic } from '../../src/agent/words/critic.ts';
import type { WordsInput } from '../../src/agent/words/words.ts';
import { allCapabilities } from '../../src/policy/capabilities.ts';
import type { FinishReason, GenerateRequest } from '../../src/policy/generation.ts';
import type { Prompt } from '../../src/policy/prompt.ts';
import { block, target, taskOf } from './answers.ts';

export const failed: Verdict = {
  reward: -1,
  reason: 'tests-failed',
  detail: '1 of 2 tests failed.',
  passed: 1,
  failed: 1,
  skipped: 0,
  errored: 0,
  failureKind: 'wrong-result',
  output: '',
  milliseconds: 5,
  tests: [
    {
      id: 'test/add.test.js › adds',
      name: 'adds',
      file: 'test/add.test.js',
      status: 'failed',
      failure: {
        message: 'Expected values to be strictly equal: -1 !== 3',
        expected: '3',
        actual: '-1',
        frames: [{ path: 'test/add.test.js', line: 5, symbol: 'adds' }],
      },
    },
    { id: 'test/add.test.js › exists', name: 'exists', status: 'passed' },
  ],
};

const code = 'export function add(a, b) {\n  return a - b;\n}';
const answer: Answer = {
  kind: 'attempt',
  form: 'block',
  attempt: { files: [{ path: 'src/add.js', text: `${code}\n` }] },
};

export function wordsInput(change: Partial<WordsInput> = {}): WordsInput {
  return {
    task: taskOf([target('src/add.js', 'export function add(a, b) {\n  return a;\n}\n', ['add', 1, 3])]),
    turn: 2,
    answerText: `Here:\n${block(code)}`,
    answer,
    verdict: failed,
    comment: '',
    earlier: [],
    ...change,
  };
}

/** A critic that says what it is given, one output a call, and remembers what it was asked. Four characters are a token. */
export function scriptedCritic(
  outputs: readonly string[],
  info: {
    readonly parameters?: number;
    readonly contextLength?: number;
    readonly finish?: FinishReason;
    readonly guided?: boolean;
  } = {},
): Critic & { readonly requests: readonly GenerateRequest[]; readonly counted: readonly Prompt[] } {
  const requests: GenerateRequest[] = [];
  const counted: Prompt[] = [];
  return {
    requests,
    counted,
    info: {
      capabilities: allCapabilities,
      parameters: info.parameters ?? 1e7,
      contextLength: info.contextLength ?? 8192,
      ...(info.guided !== true && { trainedPrompts: promptVersion }),
    },
    async countTokens(prompt) {
      counted.push(prompt);
      return Math.ceil(promptText(prompt).length / 4);
    },
    async *generate(request) {
      const text = outputs[requests.length];
      requests.push(request);
      if (text === undefined) throw new Error(`Only ${outputs.length} outputs were scripted.`);
      yield { kind: 'token', id: 0, text };
      return {
        text,
        promptTokens: [],
        responseTokens: [],
        finish: info.finish ?? 'stop-token',
        seed: 0,
        timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
      };
    },
  };
}

export function promptText(prompt: Prompt): string {
  return 'messages' in prompt ? prompt.messages.map(({ content }) => content).join('\n') : JSON.stringify(prompt);
}
