import assert from 'node:assert/strict';
import { GraphSessionPool } from '../../../../src/engine/runtime/graph-session-pool.ts';

class Session {
  released = 0;

  async release(): Promise<void> {
    this.released += 1;
  }
}

/** A session under way, made or failed when the test says so. */
function making(): { promise: Promise<Session>; session: Session; done: () => void; fail: () => void } {
  const session = new Session();
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  return { promise, session, done: () => resolve(session), fail: () => reject(new Error('no memory')) };
}

const never = (): Promise<Session> => assert.fail('made again');

describe('session pool', () => {
  it('makes a session once, and again after its release', async () => {
    const pool = new GraphSessionPool<Session>();
    const [one, other] = [new Session(), new Session()];
    assert.equal(pool.has('a'), false);
    assert.equal(await pool.get('a', async () => one), one);
    assert.equal(await pool.get('a', never), one);
    assert.equal(pool.has('a'), true);
    await pool.release();
    assert.deepEqual([one.released, pool.has('a')], [1, false]);
    assert.equal(await pool.get('a', async () => other), other);
    await pool.release();
    assert.deepEqual([one.released, other.released], [1, 1]);
  });

  it('releases what is chosen, also what is still being made', async () => {
    const pool = new GraphSessionPool<Session>();
    const [kept, chosen] = [new Session(), making()];
    await pool.get('a.1', async () => kept);
    void pool.get('b.1', () => chosen.promise);
    const released = pool.release((name) => name.startsWith('b.'));
    assert.deepEqual([pool.has('a.1'), pool.has('b.1')], [true, false]);
    chosen.done();
    await released;
    assert.deepEqual([kept.released, chosen.session.released], [0, 1]);
  });

  it('a session that cannot be made fails for who asked, is forgotten, and does not disturb a release', async () => {
    const pool = new GraphSessionPool<Session>();
    const [failing, made] = [making(), new Session()];
    const asked = pool.get('a', () => failing.promise);
    await pool.get('b', async () => made);
    const released = pool.release();
    failing.fail();
    await assert.rejects(asked, /no memory/);
    await released;
    assert.equal(made.released, 1);
    await assert.rejects(
      pool.get('a', async () => assert.fail('full')),
      /full/,
    );
    assert.equal(pool.has('a'), false);
  });

  it('a late failure does not forget the session that took its name meanwhile', async () => {
    const pool = new GraphSessionPool<Session>();
    const [failing, successor] = [making(), new Session()];
    const asked = pool.get('a', () => failing.promise);
    const released = pool.release();
    await pool.get('a', async () => successor);
    failing.fail();
    await assert.rejects(asked, /no memory/);
    await released;
    assert.equal(await pool.get('a', never), successor);
  });
});
