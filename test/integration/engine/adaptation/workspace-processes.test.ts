import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkspaceVersions } from '../../../../src/engine/adaptation/workspace-versions.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

const base = { config: tinyConfig, path: '/models/tiny', key: 'k1' };
const child = fileURLToPath(new URL('./append-child.ts', import.meta.url));

describe('workspace versions and processes', () => {
  const temporary = temporaryDirectory();
  const root = () => join(temporary(), 'workspace');

  /** Lets a process append versions, kills it so long after its first, and returns the marks of those it was told about. */
  async function appending(milliseconds: number): Promise<number[]> {
    const args = ['--disable-warning=ExperimentalWarning', child, root(), base.key];
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    running.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (printed === '') setTimeout(() => running.kill('SIGKILL'), milliseconds);
      printed += text;
    });
    await once(running, 'close');
    return printed.split('\n').flatMap((line) => (line === '' ? [] : [Number(line.split(' ')[1])]));
  }

  it('SIGKILL at any instant: the last version that counted is current, whole and without a notice', async () => {
    let acknowledged = 0;
    for (let i = 0; i < 12; i++) {
      const marks = await appending(i * 3.7);
      assert.equal(marks[0], acknowledged + 1, 'it did not go on from the last version');
      acknowledged = marks.at(-1)!;
      const { adapter, accepted, notices } = await new WorkspaceVersions(root(), base).load('w');
      assert.deepEqual(notices, []);
      assert.equal(adapter?.theta[0], adapter?.updates, 'a mixture of two versions');
      // The one that was being written when the process died may have counted already.
      const ahead = adapter!.updates - acknowledged;
      assert.ok(ahead === 0 || ahead === 1, `${ahead} ahead of what was reported`);
      assert.deepEqual(accepted.at(-1)?.prompt, [adapter!.updates % 8]);
      acknowledged = adapter!.updates;
    }
    const left = await readdir(join(root(), 'versions'));
    assert.ok(left.length <= 10 + 2 * 12, `${left.length} directories`);
  });

  it('processes that append at once lose nothing of each other', async () => {
    const marks = (await Promise.all([appending(500), appending(500), appending(500)])).flat();
    const { adapter } = await new WorkspaceVersions(root(), base).load('w');
    assert.equal(new Set(marks).size, marks.length, 'two versions were made from the same one, and both counted');
    assert.equal(Math.max(...marks) - marks.length <= 3, true, 'more versions than were told');
    assert.ok(adapter!.updates >= Math.max(...marks));
    assert.equal(adapter?.theta[0], adapter?.updates);
  });
});
