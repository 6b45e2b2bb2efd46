import assert from 'node:assert/strict';
import { agentTask } from '../../../../src/benchmarks/smallfix/agent-task.ts';
import { developerComment } from '../../../../src/benchmarks/smallfix/developer.ts';
import { families } from '../../../../src/benchmarks/smallfix/families/index.ts';
import { runTrusted } from '../../../../src/benchmarks/smallfix/judge/run-trusted.ts';
import { tasks } from '../../../../src/benchmarks/smallfix/tasks.ts';
import { verdictOf } from '../../../../src/benchmarks/smallfix/verdict.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';

describe('smallfix tasks', () => {
  const heldOut = tasks('heldout', { seed: 1, limit: 240 });

  it('are 240, different, and the same for the same seed', () => {
    assert.equal(heldOut.length, 240);
    assert.equal(new Set(heldOut.map(({ id }) => id)).size, 240);
    assert.equal(new Set(heldOut.map(({ request, text }) => `${request}\n${text}`)).size, 240);
    assert.deepEqual(tasks('heldout', { seed: 1, limit: 20 }), heldOut.slice(0, 20));
    assert.notDeepEqual(tasks('heldout', { seed: 2, limit: 20 }), heldOut.slice(0, 20));
  });

  it('hold out parameters, phrasings and whole families, each as they say', () => {
    const closed = new Set(families.filter((family) => family.heldOut).map(({ id }) => id));
    for (const kind of ['parameters', 'phrasing', 'family'] as const) {
      const some = heldOut.filter((task) => task.heldOut === kind);
      assert.ok(some.length >= 20, `${kind}: ${some.length}`);
      for (const { family } of some) assert.equal(closed.has(family), kind === 'family');
    }
    for (const task of tasks('train', { limit: 40 })) {
      assert.equal(task.heldOut, undefined);
      assert.ok(!closed.has(task.family));
    }
  });

  it('leave a fixed share of requests open, where the most plausible reading is often wrong', () => {
    const open = heldOut.filter(({ ambiguous }) => ambiguous);
    assert.ok(open.length > 0.5 * 240 && open.length < 0.7 * 240, `${open.length}`);
    const chance = open.reduce((sum, { reading }) => sum + reading.weight, 0) / open.length;
    assert.ok(chance > 0.3 && chance < 0.55, `${chance}`);
    assert.equal(tasks('heldout', { limit: 30, ambiguous: 0 }).filter(({ ambiguous }) => ambiguous).length, 0);
    for (const { request, readings } of open) {
      for (const say of readings.flatMap(({ says }) => says)) assert.ok(!request.includes(say), request);
    }
  });

  it('are passed by the meant reading alone, and not by the target as it is', () => {
    for (const task of heldOut) {
      const judged = (source: string): number | null => {
        const run = runTrusted(
          source,
          task.symbol,
          task.tests.map(({ args }) => args),
        );
        return verdictOf(task, run, 'L0').reward;
      };
      for (const { id, source } of task.readings)
        assert.equal(judged(source), id === task.reading.id ? 1 : -1, task.id);
      assert.equal(judged(task.text), -1, task.id);
    }
  });

  it('show the loop nothing of tests and readings', () => {
    for (const task of heldOut.slice(0, 50)) {
      assert.deepEqual(Object.keys(agentTask(task)).sort(), ['id', 'neighbours', 'request', 'targets']);
      assert.deepEqual(agentTask(task).neighbours, []);
    }
  });

  it('have comments of every precision, drawn the same for the same state', () => {
    for (const task of heldOut.slice(0, 50)) {
      const { vague, hints, precise } = task.comments;
      assert.ok(vague.includes(developerComment(task, mulberry32(1), 'vague')));
      assert.ok(precise.includes(developerComment(task, mulberry32(1), 'precise')));
      if (task.readings.length > 1) assert.ok(hints.includes(developerComment(task, mulberry32(1), 'hints')));
      assert.equal(developerComment(task, mulberry32(4)), developerComment(task, mulberry32(4)));
      // What vague comments say is true of every reading.
      for (const say of task.readings.flatMap(({ says }) => says)) assert.ok(!vague.some((text) => text.includes(say)));
    }
  });
});
