import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertWithin } from '../../support/time.ts';
import { runCli } from './run-cli.ts';

/** The scripted model answers nothing that could be used; all else is real: tasks, judge, record, report. */
describe('retune replay', () => {
  let out: string;
  beforeEach(() => {
    out = join(mkdtempSync(join(tmpdir(), 'retune-replay-cli-')), 'results');
  });
  afterEach(() => rmSync(join(out, '..'), { recursive: true, force: true }));

  const replay = (args: readonly string[], options: Parameters<typeof runCli>[1] = {}) =>
    runCli(['replay', 'smallfix', '--model', '/models/scripted', '--seeds', '1', '--out', out, ...args], options);
  /** Ends a run at a number of lines of results; begins again where the run was too fast for that to be seen. */
  const interrupted = async (args: readonly string[], signal: 'SIGINT' | 'SIGKILL', after: number) => {
    for (;;) {
      let sent = 0;
      const { code } = await replay(args, {
        onStart: (child) => {
          const timer = setInterval(() => {
            if (!existsSync(join(out, 'sessions.jsonl')) || lines().length < after) return;
            clearInterval(timer);
            sent = performance.now();
            child.kill(signal);
          }, 2);
          child.once('exit', () => clearInterval(timer));
        },
      }).catch((error: Error) => {
        // A program that is killed leaves the adapters of its sidecar; a later start removes them.
        assert.match(error.message, /state was left behind/);
        return { code: null };
      });
      if (sent > 0 && code !== 0) {
        assertWithin(performance.now() - sent, 2000, signal);
        return code;
      }
      rmSync(out, { recursive: true });
    }
  };
  const lines = () => readFileSync(join(out, 'sessions.jsonl'), 'utf8').split('\n').slice(0, -1);

  it('prints and writes the results, and a second time does nothing again', async () => {
    const args = ['--limit', '2', '--methods', 'baseline,rosa2', '--turns', '3', '--json'];
    const first = await replay(args);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /2 of 2 first attempts/);
    const printed = JSON.parse(first.stdout);
    assert.deepEqual(Object.keys(printed.methods), ['baseline', 'rosa2']);
    for (const key of ['turn1', 'solved', 'solvedLow', 'solvedHigh', 'avgTurns']) {
      assert.equal(typeof printed.methods.rosa2[key], 'number', key);
    }
    assert.equal(printed.methods.rosa2.sessions, 2);
    assert.deepEqual(readdirSync(out).sort(), ['.lock', 'report.html', 'results.json', 'results.md', 'sessions.jsonl']);
    assert.deepEqual(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')), printed);
    assert.ok(!readFileSync(join(out, 'sessions.jsonl'), 'utf8').includes('/models'), 'no path gets into results');
    const before = lines();
    const second = await replay(args);
    assert.deepEqual(JSON.parse(second.stdout), printed);
    assert.deepEqual(lines(), before);
  });

  it('generates together what several task runs ask at the same time', async () => {
    const args = ['--limit', '4', '--methods', 'baseline,rosa2', '--turns', '2', '--json', '--batch', '4'];
    const batched = await replay(args);
    assert.equal(batched.code, 0, batched.stderr);
    assert.equal(JSON.parse(batched.stdout).methods.rosa2.sessions, 4);
    assert.equal(JSON.parse(batched.stdout).methods.rosa2.failed ?? 0, 0);
  });

  it('refuses to mix runs, and shows a table to people', async () => {
    assert.equal((await replay(['--limit', '1', '--methods', 'baseline', '--turns', '2'])).code, 0);
    const mixed = await replay(['--limit', '1', '--methods', 'baseline', '--turns', '3']);
    assert.equal(mixed.code, 1);
    assert.match(mixed.stderr, /settings\.maxTurns \(2, now 3\)/);
    const shown = await replay(['--limit', '1', '--methods', 'baseline', '--turns', '2']);
    assert.match(shown.stdout, /^baseline +0\.0 +0\.0 \(0\.0–79\.3\)/m);
    assert.match(shown.stderr, /^turn 1: solved by the first attempt, %$/m, 'what the columns mean');
  });

  it('has its directory for itself: a second run at the same time is refused and changes nothing', async () => {
    const args = ['--limit', '6', '--methods', 'baseline,rosa2', '--turns', '3'];
    let second: Awaited<ReturnType<typeof replay>> | undefined;
    const first = await replay(args, {
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(join(out, 'sessions.jsonl'))) return;
          clearInterval(timer);
          child.kill('SIGSTOP');
          void replay(args).then((finished) => {
            second = finished;
            child.kill('SIGCONT');
          });
        }, 2);
      },
    });
    assert.equal(first.code, 0, first.stderr);
    assert.equal(second?.code, 1);
    assert.match(second.stderr, /Another run is writing its results/);
    assert.equal(lines().length, 1 + 6 + 12);
  });

  it('stops on Ctrl-C within two seconds, goes on after it and after a kill, and ends the same', async () => {
    const args = ['--limit', '6', '--methods', 'baseline,rosa2,resample', '--turns', '3', '--jobs', '2', '--json'];
    assert.equal(await interrupted(args, 'SIGINT', 6), 130);
    await interrupted(args, 'SIGKILL', 12);
    const { code, stdout, stderr } = await replay(args);
    assert.equal(code, 0, stderr);
    const { methods } = JSON.parse(stdout);
    for (const name of ['baseline', 'rosa2', 'resample']) assert.equal(methods[name].sessions, 6, name);
    assert.equal(lines().length, 1 + 6 + 18, 'nothing is missing and nothing was done twice');
  });

  it('needs no directory, and leaves nothing behind then', async () => {
    const temporary = join(out, '..');
    const args = ['replay', 'smallfix', '--model', '/m', '--seeds', '1', '--limit', '1', '--methods', 'baseline'];
    const { code } = await runCli([...args, '--turns', '1'], { env: { TMPDIR: temporary, TEMP: temporary } });
    assert.equal(code, 0);
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith('retune-replay-')),
      [],
    );
  });

  for (const [name, args] of [
    ['method', ['--methods', 'rosa3']],
    ['number of turns', ['--turns', '0']],
    ['evidence level', ['--evidence', 'L3']],
  ] as const) {
    it(`refuses a ${name} that does not exist`, async () => {
      const { code, stderr } = await replay(args);
      assert.equal(code, 2);
      assert.ok(stderr.includes(args[1]), stderr);
      assert.ok(!existsSync(out));
    });
  }
});
