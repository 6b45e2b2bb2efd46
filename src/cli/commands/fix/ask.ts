import { createInterface } from 'node:readline/promises';
import { cancelled } from '../../../shared/errors/cancelled.ts';

/** Asks a person at the terminal for one line. */
export class Asker {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;

  constructor(input: NodeJS.ReadStream = process.stdin, output: NodeJS.WriteStream = process.stderr) {
    this.#input = input;
    this.#output = output;
  }

  /** Whether somebody can answer. */
  get available(): boolean {
    return this.#input.isTTY === true && this.#output.isTTY === true;
  }

  /**
   * @param onLeave is called on Ctrl-C, which is only a key while a line is being typed, and at the end of the input (Ctrl-D)
   * @throws RetuneError `cancelled` after either, or when the signal fires
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
      // An aborted question rejects with Node's own error, and leaves the cursor after the question.
      if (!stop.aborted) throw error;
      this.#output.write('\n');
      throw cancelled('The question');
    } finally {
      reader.off('close', leave);
      reader.close();
    }
  }
}
