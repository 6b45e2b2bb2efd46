import path from 'node:path';
import Mocha from 'mocha';
import '../../test/support/without-stores.ts';
import type { FromChild, ToChild } from './messages.ts';

/**
 * `child.ts GRACE`: a process that runs files of tests one after the other, as the process that forked it says, and reports the outcome of each
 * test, so that a crash loses nothing.
 */

/** Catches hangs, and nothing else: no test takes this long, however busy the machine is. */
const testLimitMs = 10 * 60_000;
/** A process that still lives this long after its last test left something open. */
const graceMs = Number(process.argv[2]);

/** Stands in for mocha's reporters, which print only at the end or too much. */
class QuietReporter extends Mocha.reporters.Base {
  override epilogue(): void {}
}

// Mocha alone would say nothing of a rejection that nobody handles; thrown, it fails the test that is running.
process.on('unhandledRejection', (reason) => {
  throw reason;
});
process.on('message', (message: ToChild) => {
  if (message.kind === 'end') end();
  else void runFile(message.file);
});

async function runFile(file: string): Promise<void> {
  const mocha = new Mocha({ timeout: testLimitMs, reporter: QuietReporter });
  mocha.addFile(path.resolve(file));
  try {
    await mocha.loadFilesAsync();
  } catch (error) {
    send({ kind: 'counted', count: 'failed', text: `    ✗ it cannot be loaded\n${indent(describe(error))}` });
    send({ kind: 'ended' });
    return;
  }
  const runner = mocha.run(() => {
    // Its listeners would otherwise meet those of the next run.
    runner.dispose();
    send({ kind: 'ended' });
  });
  runner.on('pass', () => send({ kind: 'counted', count: 'passed' }));
  runner.on('pending', () => send({ kind: 'counted', count: 'skipped' }));
  runner.on('fail', (test, error: unknown) => {
    send({ kind: 'counted', count: 'failed', text: `    ✗ ${test.fullTitle()}\n${indent(describe(error))}` });
  });
}

function end(): void {
  // The channel to the main process keeps this one alive; whatever else does is a fault.
  process.channel?.unref();
  setTimeout(() => {
    send({ kind: 'open', resources: process.getActiveResourcesInfo() });
  }, graceMs).unref();
}

function send(message: FromChild): void {
  process.send?.(message);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = (error.stack ?? error.message).split('\n').filter((row) => !/node_modules|node:internal/.test(row));
  return own.slice(0, 40).join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '        ');
}
