import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLevel } from '../protocol/protocol.ts';

const maxBytes = 1024 * 1024;
const kept = 3;

/**
 * `sidecar.log` and its predecessors `sidecar.1.log` … in one directory. Writes are synchronous, so that the last
 * words of a dying process are on disk. A log that cannot be written is reported once and then abandoned.
 */
export class LogFile {
  readonly #directory: string;
  #broken = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  write(level: LogLevel, message: string): void {
    if (this.#broken) return;
    try {
      mkdirSync(this.#directory, { recursive: true });
      this.#rotate();
      appendFileSync(this.#path(0), `${new Date().toISOString()} ${process.pid} ${level}: ${message}\n`);
    } catch (error) {
      this.#broken = true;
      console.error(`The log in ${this.#directory} cannot be written: ${String(error)}`);
    }
  }

  #rotate(): void {
    const size = statSync(this.#path(0), { throwIfNoEntry: false })?.size ?? 0;
    if (size < maxBytes) return;
    for (let index = kept - 1; index >= 0; index--) {
      if (existsSync(this.#path(index))) renameSync(this.#path(index), this.#path(index + 1));
    }
  }

  #path(index: number): string {
    return join(this.#directory, index === 0 ? 'sidecar.log' : `sidecar.${index}.log`);
  }
}
