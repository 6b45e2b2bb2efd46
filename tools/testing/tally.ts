import type { Counted } from './suites.ts';
import type { FileResult } from './test-process.ts';

export interface Outcome extends Counted {
  readonly name: string;
  /** Of work, added up over the processes that did it. */
  readonly seconds: number;
}

/** Counts what comes of one suite, and prints a line for each of its files and every failure in full. */
export class Tally {
  readonly #name: string;
  readonly #print: (line: string) => void;
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #seconds = 0;
  readonly #notes: string[] = [];

  constructor(name: string, print: (line: string) => void) {
    this.#name = name;
    this.#print = print;
  }

  get outcome(): Outcome {
    const note = this.#notes.join('; ');
    return { name: this.#name, ...this.#counts, seconds: this.#seconds, ...(note !== '' && { note }) };
  }

  file({ file, passed, failed, skipped, seconds, texts }: FileResult): void {
    const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`];
    this.#print(`  ${failed > 0 ? '✗' : '✓'} ${file}  ${counts.filter(Boolean).join(', ')}  ${seconds.toFixed(1)} s`);
    for (const text of texts) this.#print(text);
    this.counted({ passed, failed, skipped }, seconds);
  }

  counted({ passed, failed, skipped, note }: Counted, seconds: number): void {
    const { passed: p, failed: f, skipped: s } = this.#counts;
    this.#counts = { passed: p + passed, failed: f + failed, skipped: s + skipped };
    this.#seconds += seconds;
    if (note !== undefined) this.#notes.push(note);
  }

  /** A failure that belongs to no test. */
  fault(what: string): void {
    this.#print(`  ✗ ${this.#name}: ${what}`);
    this.counted({ passed: 0, failed: 1, skipped: 0, note: what }, 0);
  }

  note(text: string): void {
    this.#notes.push(text);
  }
}
