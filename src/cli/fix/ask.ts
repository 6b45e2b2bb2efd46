import { createInterface } from 'node:readline/promises';
import { cancelled } from '../../shared/errors/cancelled.ts';

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
   * @param onInterrupt what Ctrl-C does; the terminal sends it as a key while a line is being typed
   * @throws RetuneError `cancelled` when the signal fires
   */
  async line(question: string, onInterrupt: () => void, signal: AbortSignal): Promise<string> {
    const reader = createInterface({ input: this.#input, output: this.#output });
    reader.on('SIGINT', onInterrupt);
    try {
      return (await reader.question(question, { signal })).trim();
    } catch (error) {
      // An aborted question rejects with an error of its own, and leaves the cursor behind the question.
      if (!signal.aborted) throw error;
      this.#output.write('\n');
      throw cancelled('The question');
    } finally {
      reader.close();
    }
  }
}
