import assert from 'node:assert/strict';
import type { LogOutputChannel, Uri } from 'vscode';
import type { Context } from '../../../src/extension/context.ts';
import { workerEnded } from '../../../src/extension/errors.ts';
import type { SessionHandle } from '../../../src/extension/session/session-handle.ts';
import type { State } from '../../../src/extension/state.ts';
import { shown } from './vscode.ts';

async function units() {
  const { Review } = await import('../../../src/extension/review/review.ts');
  const { runSession } = await import('../../../src/extension/session/run-session.ts');
  return { Review, runSession };
}

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
const changed = [{ path: 'src/a.js', change: 'modified', before: '', after: '', patch: '' }] as const;
const folder = { fsPath: '/w' } as Uri;

/** What the units under test touch of the window's context. */
function contextIn(state: State) {
  const forgotten: string[] = [];
  const originals = { forget: (id: string) => void forgotten.push(id) };
  const context = { state, originals, log: silent as unknown as LogOutputChannel, forgotten };
  return context as typeof context & Context;
}

describe('the state of a window', () => {
  beforeEach(() => void shown.splice(0));

  it('lets one session begin, whatever happened while the second command asked', async () => {
    const { runSession } = await units();
    const running = { kind: 'running', stop: new AbortController(), over: Promise.resolve() } as const;
    const context = contextIn(running);
    const subject = { folder: { name: 'w', index: 0, uri: folder }, path: 'a.js' };
    await assert.rejects(runSession(context, subject, 'fix it'), { code: 'extension.busy' });
    assert.equal(context.state, running);
  });

  it('is idle again when the worker dies while a change waits, and the developer is told what to do', async () => {
    const { Review } = await units();
    const gone = () => assert.fail('the session is gone');
    const session = { id: 's', keep: gone, undo: gone } as unknown as SessionHandle;
    const context = contextIn({ kind: 'idle' });
    const review = new Review(context, session, folder, changed);
    context.state = { kind: 'reviewing', review };
    review.abandon();
    assert.equal(context.state.kind, 'idle');
    assert.deepEqual(context.forgotten, ['s']);
    assert.equal(shown.length, 1);
    assert.match(shown[0] ?? '', /src\/a\.js.*Undo the session.*Fix… offers to undo/);
    // A notification that is still open has its buttons.
    await review.undo();
    await review.keep();
    assert.equal(shown.length, 3);
  });

  it('tells it once when the worker dies while the change is being kept', async () => {
    const { Review } = await units();
    const keeping = Promise.withResolvers<never>();
    const session = { id: 's', keep: () => keeping.promise } as unknown as SessionHandle;
    const context = contextIn({ kind: 'idle' });
    const review = new Review(context, session, folder, changed);
    context.state = { kind: 'reviewing', review };
    const kept = review.keep();
    review.abandon();
    keeping.reject(workerEnded('exit code 1'));
    await kept;
    assert.equal(shown.length, 1);
  });
});
