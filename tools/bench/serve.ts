import { createInterface } from 'node:readline';
import { stackOf } from '../../src/shared/errors/thrown.ts';
import type { DriverFailure, DriverReply, DriverRequest } from './protocol.ts';

/** Answers requests on stdin until `quit`. Native libraries may print on stdout too: the other side skips such lines. */
export async function serve(
  handle: (request: Exclude<DriverRequest, { op: 'quit' }>) => Promise<MeasuredReply>,
  close: () => Promise<void> = async () => undefined,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as DriverRequest;
    if (request.op === 'quit') break;
    let reply: DriverReply | DriverFailure;
    try {
      const measured = await handle(request);
      reply = { ...measured, rssBytes: process.resourceUsage().maxRSS * 1024 };
    } catch (error) {
      reply = { error: stackOf(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  await close();
  process.exit(0);
}

export type MeasuredReply = Omit<DriverReply, 'rssBytes'>;

/** Wall and processor time since it was made. */
export class Stopwatch {
  readonly #wall = performance.now();
  readonly #cpu = process.cpuUsage();

  read(): { seconds: number; cpuSeconds: number } {
    const cpu = process.cpuUsage(this.#cpu);
    return { seconds: (performance.now() - this.#wall) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
  }
}

/** Times new tokens as they come. The first token ends the prefill, so decoding is timed from it to the last one. */
export class TokenTimer {
  readonly #count: number;
  readonly #made: number[] = [];
  #watch = new Stopwatch();
  #first: MeasuredReply | undefined;
  #rest: MeasuredReply | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** @returns whether this was the last one */
  token(id: number): boolean {
    this.#made.push(id);
    if (this.#first === undefined) {
      this.#first = { ...this.#watch.read(), tokens: 1 };
      this.#watch = new Stopwatch();
    }
    if (this.#made.length < this.#count) return false;
    this.#rest ??= { ...this.#watch.read(), tokens: this.#count - 1, detail: { made: this.#made } };
    return true;
  }

  result(): { first: MeasuredReply; rest: MeasuredReply } {
    if (this.#first === undefined || this.#rest === undefined) {
      throw new Error(`The model ended after ${this.#made.length} of ${this.#count} tokens.`);
    }
    return { first: this.#first, rest: this.#rest };
  }
}

export async function timeStream(
  stream: AsyncIterable<number>,
  count: number,
): Promise<{ first: MeasuredReply; rest: MeasuredReply }> {
  const timer = new TokenTimer(count);
  for await (const token of stream) if (timer.token(token)) break;
  return timer.result();
}
