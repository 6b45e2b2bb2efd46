import { createInterface } from 'node:readline/promises';
import { cancelled } from '../../../shared/errors/cancelled.ts';

/** Asks a person at the terminal; what they type is one line. */
export class Asker {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;

  constructor(input: NodeJS.ReadStream = process.stdin, output: NodeJS.WriteStream = process.stderr) {
    this.#input = input;
    this.#output = output;
  }

  /** False when nobody could answer. */
  get available(): boolean {
    return this.#input.isTTY === true && this.#output.isTTY === true;
  }

  /**
   * @param onLeave what Ctrl-C, which the terminal sends as a key while a line is being typed, and the end of the input
   * (Ctrl-D) do
   * @throws RetuneError `cancelled` when the person leaves, or the signal fires
   */
  async line(question: string, onLeave: () => void, signal: AbortSignal): Promise<string> {
    const reader = createInterface({ input: this.#input, output: this.#output });
    const left = new AbortController();
    const leave = () => {
      left.abort();
      onLeave();
    };
    reader.on('SIGINT', leave);
    // The end of the input closes the reader, and does not always settle the question.
    reader.on('close', leave);
    const stop = AbortSignal.any([signal, left.signal]);
    try {
      return (await reader.question(question, { signal: stop })).trim();
    } catch (error) {
      // An aborted question rejects with an error of its own, and leaves the cursor behind the question.
      if (!stop.aborted) throw error;
      this.#output.write('\n');
      throw cancelled('The question');
    } finally {
      reader.off('close', leave);
      reader.close();
    }
  }
}
