import { styleText } from 'node:util';
import type { Action } from '../shared/errors/actions.ts';
import type { RetuneError } from '../shared/errors/retune-error.ts';
import { codeOf } from '../shared/system-code.ts';
import { typedAction } from './actions.ts';
import { terminalText } from './terminal-text.ts';

export interface OutputOptions {
  readonly json?: boolean;
}

/**
 * Where a command writes. With `--json` standard output carries one JSON value and nothing else; everything meant for
 * people goes to stderr.
 */
export class Output {
  readonly json: boolean;
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  #unread = false;

  constructor(
    { json = false }: OutputOptions,
    out: NodeJS.WriteStream = process.stdout,
    err: NodeJS.WriteStream = process.stderr,
  ) {
    this.json = json;
    this.#out = out;
    this.#err = err;
    out.on('error', (error: Error) => {
      if (codeOf(error) === 'EPIPE') this.#unread = true;
    });
  }

  /** Nobody reads the result any more (`| head`), so nobody should be asked about it either. */
  get unread(): boolean {
    return this.#unread;
  }

  /** The result of a command for machines. */
  value(value: unknown): void {
    // JSON leaves DEL and the C1 controls as they are; escaped for a terminal they still mean the same.
    this.modelText(JSON.stringify(value));
    this.#out.write('\n');
  }

  /** A piece of the result for people, without a line end of its own. */
  text(text: string): void {
    this.#out.write(text);
  }

  /** The same for text that a model wrote: it cannot drive a terminal, and anything else gets it exactly. */
  modelText(text: string): void {
    this.#out.write(this.#out.isTTY ? terminalText(text) : text);
  }

  /** Aligned `name  value` lines of the result for people. */
  table(rows: readonly (readonly [string, string])[]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.#out.write(`${dim(this.#out, name.padEnd(width))}  ${value}\n`);
  }

  heading(title: string): void {
    this.#out.write(`${paint(this.#out, 'bold', title)}\n`);
  }

  /** Progress and remarks. */
  note(message: string, actions: readonly Action[] = []): void {
    this.#err.write(`${dim(this.#err, message)}\n`);
    this.#actions(actions);
  }

  /** Progress that overwrites itself; nothing when stderr is no terminal. */
  progress(message: string): void {
    if (this.#err.isTTY) this.#err.write(`\r\u001b[K${dim(this.#err, message)}`);
  }

  progressEnd(): void {
    if (this.#err.isTTY) this.#err.write('\r\u001b[K');
  }

  error(error: RetuneError): void {
    this.progressEnd();
    this.#err.write(`${paint(this.#err, 'red', 'error:')} ${error.what}\n${error.why.trimEnd()}\n${error.remedy}\n`);
    this.#actions(error.actions);
    if (this.json) this.value({ error });
  }

  /** What can be typed, one a line, to be copied. */
  #actions(actions: readonly Action[]): void {
    for (const line of actions.map(typedAction)) {
      if (line !== undefined) this.#err.write(`  ${terminalText(line)}\n`);
    }
  }
}

function dim(stream: NodeJS.WriteStream, text: string): string {
  return paint(stream, 'dim', text);
}

/** `styleText` looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
function paint(stream: NodeJS.WriteStream, style: 'bold' | 'dim' | 'red', text: string): string {
  return styleText(style, text, { stream, validateStream: true });
}
