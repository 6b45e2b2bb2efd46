import { createWriteStream, type WriteStream } from 'node:fs';

/** What a process printed, on disk, up to a limit. A full disk ends the log and nothing else. */
export class OutputLog {
  readonly #stream: WriteStream;
  #room: number;
  #failed = false;

  /** @param bytes maximum number of bytes written; the rest is replaced by a line that says so */
  constructor(path: string, bytes: number) {
    this.#room = bytes;
    this.#stream = createWriteStream(path, { mode: 0o600 });
    this.#stream.on('error', () => {
      this.#failed = true;
    });
  }

  write(chunk: Uint8Array): void {
    if (this.#failed || this.#room <= 0) return;
    this.#stream.write(chunk.subarray(0, this.#room));
    this.#room -= chunk.byteLength;
    if (this.#room < 0) this.#stream.write('\n[… the rest is left out …]\n');
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#failed) resolve();
      this.#stream.once('close', resolve);
      this.#stream.end();
    });
  }
}
