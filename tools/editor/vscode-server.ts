import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../../src/shared/system-code.ts';

export interface VscodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends the server and everything it started, and waits for it. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly server: string;
  /** Everything that it writes goes here. */
  readonly directory: string;
  /** False: windows start in Restricted Mode. */
  readonly trust: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

const startLimitMs = 240_000;
const stopLimitMs = 30_000;

/** VS Code's server on a free port, with data directories of its own. */
export async function startServer({ server, directory, trust, environment }: ServerOptions): Promise<VscodeServer> {
  const data = (name: string) => path.join(directory, name);
  const child = spawn(
    process.execPath,
    [
      server,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--telemetry-level', 'off', '--enable-smoke-test-driver'],
      ...(trust ? ['--disable-workspace-trust'] : []),
      ...['--user-data-dir', data('user'), '--server-data-dir', data('server'), '--extensions-dir', data('extensions')],
    ],
    // A process group of its own, so that extension hosts and what they started end with it.
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment, detached: process.platform !== 'win32' },
  );
  const log = createWriteStream(path.join(directory, 'server.log'));
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => log.end(resolve));
  });
  // In a group of its own it would outlive a test run that is interrupted.
  const last = () => kill(child, 'SIGKILL');
  const interrupted = () => process.exit(1);
  process.once('exit', last).once('SIGTERM', interrupted).once('SIGINT', interrupted);
  const port = await listening(child, log).catch(async (error: unknown) => {
    kill(child, 'SIGKILL');
    await ended;
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      kill(child, 'SIGTERM');
      const timer = setTimeout(() => kill(child, 'SIGKILL'), stopLimitMs);
      await ended;
      clearTimeout(timer);
      process.off('exit', last).off('SIGTERM', interrupted).off('SIGINT', interrupted);
      // The leader is gone; what remains of its group ends now.
      kill(child, 'SIGKILL');
    },
  };
}

function listening(child: ChildProcess, log: NodeJS.WritableStream): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('VS Code’s server did not start in time.')), startLimitMs);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      log.write(piece);
      text = (text + piece).slice(-10_000);
      const port = /Extension host agent listening on (\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`VS Code’s server ended while starting (${signal ?? code}): ${text}`));
    });
  });
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // No process is left in the group.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
