import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Phase } from '../../../../src/agent/events.ts';
import { runFix } from '../../../support/fix-run.ts';
import { buggy, right, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { type Script, ScriptedPolicy } from '../../../support/scripted-policy.ts';
import { assertTranscript, transcript } from '../../../support/transcript.ts';

const fenced = (text: string) => `\`\`\`js\n${text}\`\`\``;
const wrong = (n: number) => fenced(`export const add = (a, b) => a * ${n} - b;\n`);
const critique = `Kind: wrong-result
Cause: The operands are not added.
Blame: capability
Require:
- add(2, 3) is 5
<instruction>
Return the sum of a and b, so that add(2, 3) is 5. Keep the name and the parameters.
</instruction>`;

interface Case {
  readonly script: Script;
  readonly files?: Readonly<Record<string, string>>;
  readonly comments?: readonly string[];
  readonly maxTurns?: number;
  readonly testCommand?: string;
  readonly stopAt?: Phase;
  /** Last verdict's reward; absent when there is none. */
  readonly reward?: 1 | -1 | null;
  readonly outcome: string;
}

const skippable = {
  'test/add.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../src/add.js';

test('adds', (t) => (add(2, 3) === undefined ? t.skip('not there yet') : assert.equal(add(2, 3), 5)));
test('zero', () => assert.ok(!add(0, 0)));
`,
};

/** Tests behind a command of the developer's own, which itself breaks for one attempt. */
const harness = {
  'check.mjs': `import { add } from './src/add.js';
if (add(1, 1) === 1) throw new Error('the database is not there');
console.log('TAP version 13\\n1..1');
console.log(add(2, 3) === 5 ? 'ok 1 - adds' : 'not ok 1 - adds');
process.exitCode = add(2, 3) === 5 ? 0 : 1;
`,
};

const cases: Readonly<Record<string, Case>> = {
  'solved-at-turn-1': { script: { answers: [fenced(right)] }, reward: 1, outcome: 'solved' },
  'solved-at-turn-3': {
    script: { answers: [wrong(2), wrong(3), fenced(right)], critic: [critique] },
    comments: ['it must give 5 for 2 and 3', ''],
    reward: 1,
    outcome: 'solved',
  },
  'turn-limit': { script: { answers: [wrong(2), wrong(3)] }, maxTurns: 2, reward: -1, outcome: 'turn-limit' },
  unparsable: { script: { answers: ['The sum is wrong.', fenced(right)] }, reward: 1, outcome: 'solved' },
  duplicate: { script: { answers: [wrong(2)] }, reward: -1, outcome: 'no-progress' },
  'syntax-error': {
    script: { answers: [fenced('export const add = (a, b => a + b;\n'), fenced(right)] },
    reward: 1,
    outcome: 'solved',
  },
  'harness-error': {
    files: harness,
    testCommand: 'node check.mjs',
    script: { answers: [fenced('export const add = (a, b) => a * b;\n'), fenced(right)] },
    reward: 1,
    outcome: 'solved',
  },
  'test-file-in-the-answer': {
    script: {
      answers: [`src/add.js\n${fenced(right)}\n\ntest/add.test.js\n${fenced("import 'node:test';\n")}`],
    },
    maxTurns: 1,
    reward: null,
    outcome: 'turn-limit',
  },
  'test-file-changed-by-the-code': {
    script: {
      answers: [
        fenced(
          `import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('../test/add.test.js', import.meta.url), "import 'node:test';\\n");\n${right}`,
        ),
      ],
    },
    maxTurns: 1,
    reward: null,
    outcome: 'turn-limit',
  },
  'exit-in-the-code': {
    script: { answers: [fenced('process.exit(0);\nexport const add = (a, b) => a + b;\n')] },
    maxTurns: 1,
    reward: -1,
    outcome: 'turn-limit',
  },
  'test-skipped-by-the-code': {
    files: skippable,
    script: { answers: [fenced('export const add = (a, b) => undefined;\n')] },
    maxTurns: 1,
    reward: null,
    outcome: 'turn-limit',
  },
  ...Object.fromEntries(
    (['prompting', 'generating', 'reading', 'evaluating', 'asking', 'adapting'] as const).map(
      (phase): [string, Case] => [
        `stopped-while-${phase}`,
        { script: { answers: [wrong(2), fenced(right)], critic: [critique] }, stopAt: phase, outcome: 'stopped' },
      ],
    ),
  ),
};

describe('transcripts of whole sessions with a scripted policy', () => {
  for (const [
    name,
    { script, files, comments = [], maxTurns = 5, testCommand, stopAt, reward, outcome },
  ] of Object.entries(cases)) {
    it(name, async () => {
      await using workspace = await sampleWorkspace(files);
      const stop = new AbortController();
      const policy = new ScriptedPolicy(script);
      const { session, events } = await runFix(
        workspace,
        policy,
        { maxTurns, ...(testCommand !== undefined && { testCommand, target: ['src/add.js'] }) },
        {
          signal: stop.signal,
          comment: async (turn) => comments[turn - 1] ?? '',
          onEvent: (event) => {
            if (event.kind === 'phase' && event.phase === stopAt) stop.abort();
          },
        },
      );
      try {
        assert.equal(session.outcome?.kind, outcome);
        if (reward !== undefined) {
          const last = events.findLast((event) => event.kind === 'verdict');
          assert.equal(last?.kind === 'verdict' ? last.verdict.reward : 'none', reward);
        }
        assertTranscript(name, transcript(events, workspace.folder));
        await session.undo();
      } finally {
        await session.dispose();
      }
      assert.equal(
        await readFile(path.join(workspace.folder, 'src/add.js'), 'utf8'),
        buggy,
        'undo brings the bug back',
      );
    });
  }
});
