import { createInterface } from 'node:readline';
import type { DriverFailure, DriverReply, DriverRequest } from './protocol.ts';

/** Answers requests on stdin until `quit`. Native libraries may print on stdout too: the other side skips such lines. */
export async function serve(
  handle: (request: Exclude<DriverRequest, { op: 'quit' }>) => Promise<Measured>,
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
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  await close();
  process.exit(0);
}

export type Measured = Omit<DriverReply, 'rssBytes'>;

/** Wall and processor time since it was made. */
export class Stopwatch {
  readonly #wall = performance.now();
  readonly #cpu = process.cpuUsage();

  read(): { seconds: number; cpuSeconds: number } {
    const cpu = process.cpuUsage(this.#cpu);
    return { seconds: (performance.now() - this.#wall) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
  }
}

/**
 * Times a stream of new tokens. The first token ends the prefill, so decoding is timed from it to the last one.
 */
export async function timeStream(
  stream: AsyncIterable<number>,
  count: number,
): Promise<{ first: Measured; rest: Measured }> {
  const whole = new Stopwatch();
  let first: Measured | undefined;
  let decoding = whole;
  const made: number[] = [];
  for await (const token of stream) {
    made.push(token);
    if (first === undefined) {
      first = { ...whole.read(), tokens: 1 };
      decoding = new Stopwatch();
    }
    if (made.length === count) break;
  }
  const rest = { ...decoding.read(), tokens: made.length - 1, detail: { made } };
  if (first === undefined || made.length < count) {
    throw new Error(`The model ended after ${made.length} of ${count} tokens.`);
  }
  return { first, rest };
}
