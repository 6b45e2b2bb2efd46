import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertWithin } from '../../../support/time.ts';
import { runCli } from '../../cli/run-cli.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const run = promisify(execFile);

/** What the README tells a new user to type, with the model that comes with the source. */
describe('the embedded model at work', () => {
  let scratch: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'retune-readme-test-'));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true, maxRetries: 3 }));

  it('mends the sample in `npm run demo`, within five attempts and a minute', async () => {
    const started = performance.now();
    const { stdout } = await run(process.execPath, [join(root, 'tools', 'demo.ts'), '--json'], {
      env: { ...process.env, TMPDIR: scratch },
    });
    const took = performance.now() - started;
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const verdicts = events.filter(({ kind }) => kind === 'verdict');
    assert.ok(verdicts.length >= 1 && verdicts.length <= 5, `${verdicts.length} attempts`);
    assert.equal(verdicts.at(-1).verdict.reward, 1);
    assertWithin(took, 60_000, 'the demonstration');
    const finished = events.find(({ kind }) => kind === 'finished');
    assert.equal(finished.outcome.kind, 'solved');
    // The copy, its sessions and what was learnt are gone.
    assert.deepEqual(
      (await readdir(scratch)).filter((name) => name.startsWith('retune-demo-')),
      [],
    );
  });

  it('says in `npm run demo` that it is a demonstration, and how to use a real model', async () => {
    const { stdout, stderr } = await run(process.execPath, [join(root, 'tools', 'demo.ts')], {
      env: { ...process.env, TMPDIR: scratch, NO_COLOR: '1' },
    });
    assert.match(stdout + stderr, /demonstration/);
    assert.match(stdout + stderr, /--model/);
  });

  it('is measured by `retune replay smallfix`: some first attempts fail, and adapting corrects some of them', async () => {
    const out = join(scratch, 'results');
    const { code, stderr } = await runCli(
      ['replay', 'smallfix', '--limit', '40', '--seeds', '1', '--methods', 'resample,rosa2', '--out', out],
      { sidecar: null },
    );
    assert.equal(code, 0, stderr);
    const { methods } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
    const { turn1, solved, sessions, updates } = methods.rosa2;
    assert.equal(sessions, 40);
    assert.ok(turn1 > 0.2 && turn1 < 0.9, `turn 1: ${turn1}`);
    assert.ok(solved >= turn1 + 0.1, `${turn1} → ${solved}`);
    assert.ok(updates.computed > updates.rolledBack, JSON.stringify(updates));
    assert.equal(methods.resample.updates, null);
  });
});
