import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { DriverFailure, DriverReply, DriverRequest } from './protocol.ts';

export interface DriverCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A competitor's process. It sleeps while it has nothing to do. */
export class Driver {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #exited: Promise<void>;
  #log = '';
  #waiting: { resolve: (reply: DriverReply) => void; reject: (error: Error) => void } | undefined;

  constructor({ command, arguments: args, environment }: DriverCommand) {
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // transformers.js has an onnxruntime of its own.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ...environment },
    });
    this.#lines = createInterface({ input: this.#child.stdout! });
    this.#lines.on('line', (line) => this.#receive(line));
    this.#child.stderr!.on('data', (chunk) => {
      this.#log = (this.#log + chunk).slice(-4000);
    });
    // A broken pipe shows as the exit below, which says more.
    this.#child.stdin!.on('error', () => this.#child.kill());
    this.#exited = new Promise((resolve) => {
      const end = (what: string) => {
        this.#waiting?.reject(new Error(`the process ended (${what}). Its last words: ${this.#log.trim() || 'none'}`));
        this.#waiting = undefined;
        resolve();
      };
      this.#child.on('error', (error) => end(error.message));
      this.#child.on('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  request(request: DriverRequest): Promise<DriverReply> {
    if (this.#waiting !== undefined) throw new Error('the process is still busy.');
    if (this.#child.exitCode !== null) throw new Error(`the process has ended: ${this.#log.trim()}`);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin!.end('{"op":"quit"}\n');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#exited;
    clearTimeout(timer);
    this.#lines.close();
  }

  #receive(line: string): void {
    const reply = parse(line);
    const waiting = this.#waiting;
    if (reply === undefined || waiting === undefined) {
      this.#log = `${this.#log}${line}\n`.slice(-4000);
      return;
    }
    this.#waiting = undefined;
    if ('error' in reply) waiting.reject(new Error(reply.error));
    else waiting.resolve(reply);
  }
}

/** Undefined for anything that is not a reply, such as a library's own messages. */
function parse(line: string): DriverReply | DriverFailure | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    return 'error' in value || 'seconds' in value ? (value as DriverReply | DriverFailure) : undefined;
  } catch {
    return undefined;
  }
}
