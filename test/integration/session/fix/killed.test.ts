import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openSnapshots } from '../../../../src/files/snapshots/open-snapshots.ts';
import type { FixEvent } from '../../../../src/session/fix-events.ts';
import { acquireLock } from '../../../../src/session/lock.ts';
import { readRecord } from '../../../../src/session/read-record.ts';
import { recordPath } from '../../../../src/session/record.ts';
import { recover } from '../../../../src/session/recovery.ts';
import { listSessions } from '../../../../src/session/sessions.ts';
import { openStorage } from '../../../../src/session/storage.ts';
import { buggy, right, type SampleWorkspace, sampleWorkspace } from '../../../support/sample-workspace.ts';

const wrong = 'export const add = (a, b) => a * b;\n';
const answers = JSON.stringify([wrong, right].map((text) => `\`\`\`js\n${text}\`\`\``));
const child = path.resolve(import.meta.dirname, '../../../support/fix-child.ts');

/** Runs the child until it has printed `events` events, or to its end, and kills it then. @returns the events seen */
async function runUntil(workspace: SampleWorkspace, events: number, resume?: string): Promise<FixEvent[]> {
  const args = [child, workspace.folder, workspace.state, answers, ...(resume === undefined ? [] : [resume])];
  const running = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(running, 'exit');
  const seen: FixEvent[] = [];
  for await (const line of createInterface({ input: running.stdout })) {
    seen.push(JSON.parse(line) as FixEvent);
    if (seen.length === events) running.kill('SIGKILL');
    else running.stdin.write('go on\n');
  }
  await exit;
  return seen;
}

async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = names.map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(paths.map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')] as const)),
  );
}

describe('a session killed with SIGKILL', () => {
  it('at every event in turn: nothing of the user’s is lost, undo works, the next start recovers', async () => {
    await using whole = await sampleWorkspace();
    const all = await runUntil(whole, Number.POSITIVE_INFINITY);
    assert.deepEqual([all.at(-2)?.kind, all.at(-1)?.kind], ['finished', 'kept']);
    assert.ok(all.length > 15, `${all.length} events`);

    for (let events = 1; events <= all.length; events++) {
      const at = `killed after event ${events}, ${JSON.stringify(all[events - 1]?.kind)}`;
      await using workspace = await sampleWorkspace();
      const original = await filesOf(workspace.folder);
      const seen = await runUntil(workspace, events);
      assert.deepEqual(
        seen.map(({ kind }) => kind),
        all.slice(0, events).map(({ kind }) => kind),
        at,
      );

      const { 'src/add.js': target, ...others } = await filesOf(workspace.folder);
      const { 'src/add.js': _, ...otherOriginals } = original;
      // A write that was cut off leaves a file of ours behind, which the next start removes.
      const users = Object.entries(others).filter(([name]) => !path.basename(name).startsWith('.retune-'));
      assert.deepEqual(Object.fromEntries(users), otherOriginals, `${at}: no other file was touched`);
      assert.ok([buggy, wrong, right].includes(target ?? ''), `${at}: the target is whole, not ${target}`);

      const storage = await openStorage(workspace.folder, workspace.state);
      const [session] = await listSessions(storage);
      assert.ok(session !== undefined, at);
      const decided = seen.at(-1)?.kind === ('kept' as FixEvent['kind']);
      await using lock = await acquireLock(storage, { sessionId: 'test' });
      await lock.assertHeld();
      const { open } = await recover(storage);
      assert.equal(open.length, target !== buggy && !decided ? 1 : 0, `${at}: the next start says what lies there`);
      const record = await readRecord(recordPath(session.directory));
      assert.deepEqual(record.notices, [], at);
      const recorded = ['session', ...record.events.map(({ kind }) => kind)];
      assert.deepEqual(
        recorded,
        seen.map(({ kind }) => kind),
        `${at}: every event that was seen is on disk`,
      );

      const snapshots = await openSnapshots(storage.folder, session.directory);
      const undone = await snapshots.undo();
      assert.deepEqual([undone.kept, undone.failed], [[], []], at);
      assert.deepEqual(await filesOf(workspace.folder), original, `${at}: undo restores every byte`);
    }
  });

  it('can be resumed: finished turns are not repeated', async () => {
    await using workspace = await sampleWorkspace();
    const all = await runUntil(workspace, Number.POSITIVE_INFINITY);
    const second = all.findIndex((event) => event.kind === 'turn' && event.turn === 2);
    await using other = await sampleWorkspace();
    // Killed when the second attempt has just been applied.
    await runUntil(other, second + 5);
    assert.equal(await readFile(path.join(other.folder, 'src/add.js'), 'utf8'), right);
    const [session] = await listSessions(await openStorage(other.folder, other.state));
    assert.equal(session?.outcome, 'interrupted');
    const rest = await runUntil(other, Number.POSITIVE_INFINITY, session?.id);
    assert.ok(rest.some((event) => event.kind === 'resumed' && event.turns === 1));
    assert.ok(!rest.some((event) => event.kind === 'turn' && event.turn === 1));
    assert.ok(rest.some((event) => event.kind === 'finished' && event.outcome.kind === 'solved'));
    assert.equal(await readFile(path.join(other.folder, 'src/add.js'), 'utf8'), right);
  });
});
