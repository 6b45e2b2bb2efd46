import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Time in tests. A machine that is busy with other things must not make a test fail, so waiting ends with a condition, the
 * cost of work is its processor time, and promises about time hold for the machine as it is at that moment.
 */

/** How long a test waits for what takes seconds on an idle machine; only a hang reaches it, ms. */
export const patienceMs = 240_000;

/** @throws AssertionError when it does not hold within {@link patienceMs} */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited ${patienceMs} ms in vain for: ${what}`);
    await delay(10);
  }
}

/** Processor time of this thread, ms; what other processes do meanwhile does not count. */
export function processorTime(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Asserts that something took less than an idle machine is promised to need at most; a busy one may take as much longer as it
 * is slower now, and as that again, because work of several processes waits several times.
 */
export function assertWithin(tookMs: number, promisedMs: number, what: string): void {
  if (tookMs <= promisedMs) return;
  const limit = promisedMs * slowness() ** 2;
  assert.ok(tookMs <= limit, `${what}: ${Math.round(tookMs)} ms, more than ${Math.round(limit)} ms`);
}

/** What the smallest Node process takes on an idle machine, ms. */
const idleStartMs = 60;

/** How many times slower than when idle this machine is, by what it is busy with and by what it takes for a small thing now. */
function slowness(): number {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', '']);
  const [load = 0] = os.loadavg();
  return Math.max(1, load / os.availableParallelism(), (performance.now() - started) / idleStartMs);
}

/**
 * Lets something run into its time limit that has to get somewhere before: again with more time where the machine was too busy
 * for that.
 */
export async function runIntoLimit<T>(
  firstMs: number,
  run: (timeoutMs: number) => Promise<T>,
  gotThere: (result: T) => boolean,
): Promise<{ readonly result: T; readonly timeoutMs: number }> {
  for (let timeoutMs = firstMs; ; timeoutMs *= 3) {
    const result = await run(timeoutMs);
    if (gotThere(result) || timeoutMs > patienceMs / 3) return { result, timeoutMs };
  }
}
