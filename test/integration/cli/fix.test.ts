import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { acquireLock } from '../../../src/session/lock.ts';
import { openStorage } from '../../../src/session/storage.ts';
import { processesIn } from '../../support/processes-in.ts';
import { writeAnswers } from '../../support/record-file.ts';
import { buggy, right, type SampleWorkspace, sampleWorkspace } from '../../support/sample-workspace.ts';
import { assertWithin } from '../../support/time.ts';
import { type Finished, runCli } from './run-cli.ts';

const fenced = (text: string) => `\`\`\`js\n${text}\`\`\``;
const wrong = 'export const add = (a, b) => a * b;\n';
const main = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');
const endless = 'for (;;);\nexport const add = (a, b) => a + b;\n';

/** `retune fix` on a sample workspace with recorded attempts; everything else is real. */
async function fix(
  workspace: SampleWorkspace,
  answers: readonly string[],
  args: readonly string[] = [],
  /** plain: which answers are no code. */
  more: Parameters<typeof runCli>[1] & { readonly plain?: readonly number[] } = {},
): Promise<Finished> {
  const record = path.join(workspace.scratch, 'answers.jsonl');
  await writeAnswers(
    record,
    answers.map((answer, index) => (more.plain?.includes(index) ? answer : fenced(answer))),
  );
  const command = ['fix', workspace.folder, 'add(2, 3) is not 5', '--recorded', record, '--auto', ...args];
  return retune(workspace, command, more);
}

function retune(workspace: SampleWorkspace, args: readonly string[], more: Parameters<typeof runCli>[1] = {}) {
  return runCli(args, { ...more, env: { ...more.env, RETUNE_STATE: workspace.state } });
}

const target = (workspace: SampleWorkspace) => readFile(path.join(workspace.folder, 'src/add.js'), 'utf8');

describe('retune fix', () => {
  it('shows each turn, keeps with --yes, and exits 0 when the tests pass', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stdout } = await fix(workspace, [wrong, right], ['--yes']);
    assert.equal(code, 0);
    assert.equal(await target(workspace), right);
    for (const shown of [
      'Turn 1 of 5',
      '-export const add = (a, b) => a - b;',
      '+export const add = (a, b) => a * b;',
      '✗ 1 of 1 tests failed: adds.',
      'expected 5',
      'Turn 2 of 5',
      '✓ All 2 tests passed.',
      'Solved after 2 turns',
      'the change stays',
    ]) {
      assert.ok(stdout.includes(shown), `${shown}\n${stdout}`);
    }
  });

  it('prints every event as a line of JSON with --json', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stdout } = await fix(workspace, [wrong, right], ['--yes', '--json']);
    assert.equal(code, 0);
    const kinds = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
      .filter((kind) => kind !== 'phase');
    const turn = ['turn', 'generated', 'answer', 'environment', 'environment', 'environment', 'environment'];
    const before = ['session', 'detected', 'baseline-run', 'baseline-run', 'baseline', 'target'];
    assert.deepEqual(kinds, [
      ...before,
      ...turn,
      'verdict',
      'comment',
      'words',
      'weights',
      ...turn,
      'environment',
      'environment',
      'verdict',
      'finished',
      'kept',
    ]);
  });

  it('exits 1 and leaves everything as it was when the turns are used up', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stdout } = await fix(workspace, [wrong, right], ['--yes', '--max-turns', '1']);
    assert.equal(code, 1);
    assert.equal(await target(workspace), buggy);
    assert.match(stdout, /Not solved after 1 turn, which is the limit\.[\s\S]*src\/add\.js as before/);
  });

  it('without --yes a change that passes stays for review; sessions lists it and undo takes it back', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stderr } = await fix(workspace, [right]);
    assert.equal(code, 0);
    assert.match(stderr, /retune undo/);
    assert.equal(await target(workspace), right);

    const sessions = await retune(workspace, ['sessions', workspace.folder]);
    assert.match(sessions.stdout, /^\d{8}-\d{6}-[0-9a-f]{4} {2}solved +1 turn +rosa2 +add\(2, 3\) is not 5\n$/);
    const undone = await retune(workspace, ['undo', '--folder', workspace.folder]);
    assert.equal(undone.code, 0, undone.stderr);
    assert.match(undone.stdout, /^src\/add\.js is as it was before session /);
    assert.equal(await target(workspace), buggy);
    const again = await retune(workspace, ['undo', '--folder', workspace.folder]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /There is nothing to undo/);
  });

  it('undo --turn goes back to what stood there before that turn, also where earlier turns wrote nothing', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stdout } = await fix(workspace, ['There is no code here.', wrong, right], [], { plain: [0] });
    assert.equal(code, 0, stdout);
    const undo = (turn: number) => retune(workspace, ['undo', '--folder', workspace.folder, '--turn', String(turn)]);
    assert.match((await undo(4)).stdout, /Every file was already as it was before/);
    assert.equal(await target(workspace), right);
    assert.match((await undo(3)).stdout, /^src\/add\.js is as it was before turn 3 of session \d{8}-/);
    assert.equal(await target(workspace), wrong);
    await undo(2);
    assert.equal(await target(workspace), buggy);
  });

  it('without anybody who reads on it is stopped, and everything is as it was', async function () {
    if (process.platform === 'win32') this.skip();
    await using workspace = await sampleWorkspace();
    const exitCode = path.join(workspace.scratch, 'exit-code');
    const record = path.join(workspace.scratch, 'answers.jsonl');
    await writeAnswers(record, [wrong, wrong.replace('*', '**'), right].map(fenced));
    const argv = [process.execPath, main, 'fix', workspace.folder, 'x', '--recorded', record, '--auto', '--json'];
    const line = argv.map((word) => `'${word}'`).join(' ');
    // `sed` reads until the first attempt is in the files, and closes the pipe.
    const shell = spawn(
      '/bin/sh',
      ['-c', `{ ${line}; echo $? > '${exitCode}'; } | sed '/"kind":"applied"/q' > /dev/null`],
      {
        env: { ...process.env, RETUNE_STATE: workspace.state },
        stdio: ['ignore', 'inherit', 'pipe'],
      },
    );
    let stderr = '';
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(shell, 'close');
    assert.equal(await readFile(exitCode, 'utf8'), '130\n', stderr);
    assert.equal(await target(workspace), buggy);
    const sessions = await retune(workspace, ['sessions', workspace.folder]);
    assert.match(sessions.stdout, /stopped, undone/);
    const storage = await openStorage(workspace.folder, workspace.state);
    await (await acquireLock(storage, { sessionId: 'test' })).release();
  });

  it('a session that solved is not resumed, which would take its change back', async () => {
    await using workspace = await sampleWorkspace();
    const first = await fix(workspace, [right]);
    assert.doesNotMatch(first.stderr, /--yes keeps/);
    const [id = ''] = (await retune(workspace, ['sessions', workspace.folder])).stdout.split(' ');
    const resume = () => retune(workspace, ['fix', workspace.folder, '--resume', id]);
    const { code, stderr } = await resume();
    assert.equal(code, 1);
    assert.match(stderr, /It made the tests pass, and its change is in src\/add\.js\./);
    assert.ok(stderr.includes(`\n  retune undo ${id} --folder ${workspace.folder}\n`), stderr);
    assert.equal(await target(workspace), right);
    await writeFile(path.join(workspace.folder, 'src/add.js'), buggy);
    assert.match((await resume()).stderr, /its change is no longer in the files/);
  });

  it('hints name the folder when it is not the current one, and only then', async () => {
    await using workspace = await sampleWorkspace();
    const elsewhere = await fix(workspace, [right]);
    assert.match(elsewhere.stderr, new RegExp(`\`retune undo \\S+ --folder ${workspace.folder}\``));
    await retune(workspace, ['undo', '--folder', workspace.folder]);
    const here = await fix(workspace, [right], [], { cwd: workspace.folder });
    assert.match(here.stderr, /`retune undo \d{8}-\d{6}-[0-9a-f]{4}`/);
  });

  it('takes --replay, the earlier name of --recorded, with a notice', async () => {
    await using workspace = await sampleWorkspace();
    const record = path.join(workspace.scratch, 'answers.jsonl');
    await writeAnswers(record, [fenced(right)]);
    const command = ['fix', workspace.folder, 'x', '--auto', '--yes'];
    const { code, stderr } = await retune(workspace, [...command, '--replay', record]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /--replay is called --recorded now/);
    assert.equal(await target(workspace), right);
    const both = await retune(workspace, [...command, '--replay', record, '--recorded', record]);
    assert.equal(both.code, 2, both.stderr);
  });

  it('says what of a record whose attempts are used cannot be read', async () => {
    await using workspace = await sampleWorkspace();
    const record = path.join(workspace.scratch, 'answers.jsonl');
    await writeAnswers(record, [fenced(right)]);
    await appendFile(record, '{"kind":"generated","t":1,');
    const command = ['fix', workspace.folder, 'x', '--recorded', record, '--auto', '--yes'];
    const { code, stderr } = await retune(workspace, command);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /The last line of .*answers\.jsonl was not finished/);
  });

  it('undo keeps what the user wrote over the attempt, and says where the original is', async () => {
    await using workspace = await sampleWorkspace();
    await fix(workspace, [right]);
    const mine = 'export const add = (a, b) => b + a; // mine\n';
    await writeFile(path.join(workspace.folder, 'src/add.js'), mine);
    const { stdout, code } = await retune(workspace, ['undo', '--folder', workspace.folder, '--json']);
    // Nothing of ours is in the file any more.
    assert.equal(code, 1, stdout);
    assert.equal(await target(workspace), mine);
  });

  it('does nothing when all tests pass already', async () => {
    await using workspace = await sampleWorkspace({ 'src/add.js': right });
    const { code, stdout } = await fix(workspace, [wrong]);
    assert.equal(code, 0);
    assert.match(stdout, /Nothing to fix/);
    assert.equal(await target(workspace), right);
  });

  it('exits 2 for what cannot be meant', async () => {
    await using workspace = await sampleWorkspace();
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['fix'], /The request is missing[\s\S]*\n {2}retune fix \. 'empty input throws'\n/],
      [['fix', workspace.folder], /is a folder/],
      [['fix', path.join(workspace.folder, 'nowhere'), 'x'], /does not exist/],
      [['fix', workspace.folder, 'x', '--max-turns', '0'], /whole number/],
      [['fix', workspace.folder, 'x', '--method', 'magic'], /Allowed choices/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await retune(workspace, args);
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, message);
    }
  });

  it('a target that does not exist is reported before any test runs', async () => {
    await using workspace = await sampleWorkspace();
    const { code, stderr, stdout } = await fix(workspace, [right], ['--target', 'src/ad.js', '--json']);
    assert.notEqual(code, 0);
    assert.match(stderr, /src\/ad\.js/);
    assert.ok(!stdout.includes('baseline-run'), stdout);
  });

  it('a target may be a file, a line or a symbol, given before or after the rest, and several may be given', async () => {
    for (const given of [['--target', 'src/add.js'], ['--target=src/add.js:1'], ['--target', 'src/add.js:add']]) {
      await using workspace = await sampleWorkspace();
      const { code, stderr, stdout } = await fix(workspace, [right], ['--yes', '--json', ...given]);
      assert.equal(code, 0, `${given}: ${stderr}`);
      const ready = stdout.split('\n').find((line) => line.includes('"kind":"target"')) ?? stdout;
      assert.match(ready, /src\/add\.js/);
    }
    await using workspace = await sampleWorkspace();
    const record = path.join(workspace.scratch, 'answers.jsonl');
    const both = `src/add.js\n${fenced(right)}`;
    await writeAnswers(record, [both]);
    await writeFile(path.join(workspace.folder, 'src/other.js'), 'export const other = 1;\n');
    const options = ['--target', 'src/add.js', '--target', 'src/other.js', '--recorded', record, '--auto', '--yes'];
    const { code, stderr } = await retune(workspace, ['fix', ...options, workspace.folder, 'add(2, 3) is not 5']);
    assert.equal(code, 0, stderr);
    assert.equal(await target(workspace), right);
  });

  it('an interrupted session that could not continue can still be resumed', async () => {
    await using workspace = await sampleWorkspace();
    let id = '';
    await fix(workspace, [wrong, endless], ['--json'], {
      onStdout: (text, child) => {
        id ||= /"id":"([^"]+)"/.exec(text)?.[1] ?? '';
        const [, second = ''] = text.split('"kind":"turn","turn":2');
        if (second.includes('"applied"')) child.kill('SIGKILL');
      },
    }).catch(() => undefined);
    const resumed = (model: string) =>
      retune(workspace, ['fix', workspace.folder, '--resume', id, '--auto', '--model', model]);
    const failed = await resumed('/models/missing');
    assert.notEqual(failed.code, 0);
    assert.ok(!failed.stdout.includes('undone'), failed.stdout);
    assert.equal(await target(workspace), buggy);
    // The scripted model knows no answer, but it is asked.
    const again = await resumed('/models/scripted');
    assert.doesNotMatch(again.stderr, /cannot be resumed|was decided/);
    assert.match(again.stdout, /Turn 2 of 5/);
  });

  it('a second session of the same folder is refused while one runs', async () => {
    await using workspace = await sampleWorkspace();
    const refusedAlready = path.join(workspace.scratch, 'refused');
    const waiting = `import { existsSync } from 'node:fs';\nwhile (!existsSync(${JSON.stringify(refusedAlready)}));\n${right}`;
    let second: Promise<Finished> | undefined;
    const first = await fix(workspace, [waiting], ['--json'], {
      onStdout: (text) => {
        if (!text.includes('"applied"')) return;
        second ??= fix(workspace, [right], []).finally(() => writeFile(refusedAlready, ''));
      },
    });
    assert.equal(first.code, 0, first.stderr);
    const refused = await second;
    assert.equal(refused?.code, 1);
    assert.match(refused?.stderr ?? '', /another retune session|works in|busy/i);
    assert.match(refused?.stderr ?? '', /\(retune fix, process \d+\)/);
  });

  for (const [when, marker, hang] of [
    ['while the tests run as they are', '"baseline-run"', { 'test/add.test.js': "import 'node:test';\nfor (;;);\n" }],
    ['while an attempt is tested', '"applied"', {}],
  ] as const) {
    it(`Ctrl-C ${when} ends within 2 s with 130, leaves no process and everything as it was`, async () => {
      await using workspace = await sampleWorkspace(hang);
      let interrupted = 0;
      const { code } = await fix(workspace, [endless], ['--json'], {
        onStdout: (text, child) => {
          if (interrupted > 0 || !text.includes(marker)) return;
          interrupted = performance.now();
          setTimeout(() => child.kill('SIGINT'), 300);
        },
      });
      const took = performance.now() - interrupted - 300;
      assert.equal(code, 130);
      assertWithin(took, 2000, 'the interruption');
      assert.equal(await target(workspace), buggy);
      assert.deepEqual(await processesIn(workspace.folder), []);
    });
  }
});
