import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { writeAnswers } from '../../support/record-file.ts';
import { buggy, right, type SampleWorkspace, sampleWorkspace } from '../../support/sample-workspace.ts';
import { patienceMs } from '../../support/time.ts';

const fenced = (text: string) => `\`\`\`js\n${text}\`\`\``;
const wrong = 'export const add = (a, b) => a * b;\n';
const main = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');

/** util-linux's `script` gives a program a terminal; on other systems these tests are pending. */
const script = '/usr/bin/script';

interface Terminal {
  readonly child: ChildProcessWithoutNullStreams;
  /** Waits until the text has appeared after what was waited for before. */
  until(text: string): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<number | null>;
  readonly shown: () => string;
}

async function fixInTerminal(
  workspace: SampleWorkspace,
  answers: readonly string[],
  /** What the output is piped into. */
  pipe?: string,
): Promise<Terminal> {
  const record = path.join(workspace.scratch, 'answers.jsonl');
  await writeAnswers(record, answers.map(fenced));
  const argv = [process.execPath, main, 'fix', workspace.folder, 'add(2, 3) is not 5', '--recorded', record];
  const words = argv.map((word) => `'${word}'`).join(' ');
  const line = pipe === undefined ? words : `${words} | ${pipe}`;
  const child = spawn(script, ['-qefc', line, '/dev/null'], {
    env: { ...process.env, RETUNE_STATE: workspace.state, TERM: 'xterm-256color', NO_COLOR: '', FORCE_COLOR: '' },
  });
  let text = '';
  let seen = 0;
  let wake = () => {};
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    wake();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    child,
    ended,
    shown: () => text,
    type: (keys) => child.stdin.write(keys),
    async until(wanted) {
      const limit = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      let open = true;
      void ended.then(() => {
        open = false;
        wake();
      });
      for (;;) {
        const plain = stripVTControlCharacters(text);
        const at = plain.indexOf(wanted, seen);
        if (at >= 0) {
          seen = at + wanted.length;
          clearTimeout(limit);
          return;
        }
        assert.ok(open, `“${wanted}” never appeared in:\n${plain}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const target = (workspace: SampleWorkspace) => readFile(path.join(workspace.folder, 'src/add.js'), 'utf8');

describe('retune fix in a terminal', () => {
  before(function () {
    if (!existsSync(script)) this.skip();
  });

  it('shows a coloured diff, asks for a comment, shows the diff again and keeps', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [wrong, right]);
    await terminal.until('what is still wrong?');
    assert.ok(terminal.shown().includes('\u001b[32m+export const add = (a, b) => a * b;'), 'the diff is coloured');
    terminal.type('it must add, not multiply\r');
    await terminal.until('comment');
    await terminal.until('it must add, not multiply');
    await terminal.until('Solved after 2 turns');
    await terminal.until('[K]eep, [u]ndo or show the [d]iff?');
    terminal.type('d\r');
    await terminal.until('+export const add = (a, b) => a + b;');
    await terminal.until('[K]eep');
    terminal.type('\r');
    await terminal.until('the change stays');
    assert.equal(await terminal.ended, 0);
    assert.equal(await target(workspace), right);
  });

  it('undoes when asked to', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [right]);
    await terminal.until('[K]eep');
    terminal.type('u\r');
    assert.equal(await terminal.ended, 1);
    assert.equal(await target(workspace), buggy);
  });

  it('the end of the input (Ctrl-D) at the decision decides nothing: the change stays for review', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [right]);
    await terminal.until('[K]eep');
    terminal.type('\u0004');
    await terminal.until('Nothing was decided');
    await terminal.until(`--folder ${workspace.folder}`);
    assert.equal(await terminal.ended, 0, terminal.shown());
    assert.equal(await target(workspace), right);
  });

  it('the end of the input at the question for a comment stops, and once more leaves the attempt for review', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [wrong, right]);
    await terminal.until('what is still wrong?');
    terminal.type('\u0004');
    await terminal.until('Stopped after');
    await terminal.until('[U]ndo, [k]eep or show the [d]iff?');
    terminal.type('\u0004');
    await terminal.until('Nothing was decided');
    assert.equal(await terminal.ended, 130);
    assert.equal(await target(workspace), wrong);
    assert.doesNotMatch(terminal.shown(), /bug/);
  });

  it('asks nothing about a result that nobody reads any more', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [wrong, right], "sed '/Turn 1/q'");
    assert.equal(await terminal.ended, 0);
    assert.doesNotMatch(terminal.shown(), /what is still wrong|\[U\]ndo|\[K\]eep/);
    assert.equal(await target(workspace), buggy);
  });

  it('Ctrl-C at the question stops and offers undo', async () => {
    await using workspace = await sampleWorkspace();
    const terminal = await fixInTerminal(workspace, [wrong, right]);
    await terminal.until('what is still wrong?');
    terminal.type('\u0003');
    await terminal.until('Stopped after');
    await terminal.until('[U]ndo, [k]eep or show the [d]iff?');
    terminal.type('\r');
    await terminal.until('as before');
    assert.equal(await terminal.ended, 130);
    assert.equal(await target(workspace), buggy);
  });
});
