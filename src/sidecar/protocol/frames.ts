import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageWriter,
} from 'vscode-jsonrpc/node';

const headerStart = 'Content-Length: ';
const headerEnd = '\r\n\r\n';
/** Larger than any batch of generations; a longer length means that the bytes are not a header of ours. */
const maxBody = 256 * 1024 * 1024;

/**
 * Reads `Content-Length` frames from a stream that others also print to: a native library, a login banner of `ssh`.
 * Everything outside a frame goes to `onStray` and is otherwise ignored, and so does a cancellation that names no request;
 * only a broken body is an error.
 */
export class FrameReader extends AbstractMessageReader {
  readonly #stream: NodeJS.ReadableStream;
  readonly #onStray: (text: string) => void;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the body to come, or -1 while between frames. */
  #expected = -1;

  constructor(stream: NodeJS.ReadableStream, onStray: (text: string) => void) {
    super();
    this.#stream = stream;
    this.#onStray = onStray;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (chunk: Buffer): void => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      for (let message = this.#next(); message !== undefined; message = this.#next()) {
        if (isEmptyCancellation(message)) this.#onStray(JSON.stringify(message));
        else callback(message);
      }
    };
    this.#stream.on('data', onData);
    this.#stream.on('error', (error) => this.fireError(error));
    this.#stream.on('close', () => {
      this.#flushStray();
      this.fireClose();
    });
    return { dispose: () => this.#stream.off('data', onData) };
  }

  #next(): Message | undefined {
    if (this.#expected < 0) this.#findHeader();
    if (this.#expected < 0 || this.#size < this.#expected) return undefined;
    const bytes = this.#take(this.#expected);
    this.#expected = -1;
    try {
      return JSON.parse(bytes.toString('utf8')) as Message;
    } catch (error) {
      this.#onStray(bytes.toString('utf8').slice(0, 500));
      this.fireError(error);
      return undefined;
    }
  }

  #findHeader(): void {
    const bytes = this.#join();
    let from = 0;
    for (;;) {
      const start = bytes.indexOf(headerStart, from, 'latin1');
      if (start < 0) {
        // The tail may be the beginning of a header that is still on its way.
        this.#stray(Math.max(0, bytes.length - headerStart.length + 1));
        return;
      }
      const end = bytes.indexOf(headerEnd, start, 'latin1');
      const digits = bytes.toString('latin1', start + headerStart.length, end < 0 ? bytes.length : end);
      const length = Number(digits.split('\r\n', 1)[0]);
      const complete = end >= 0;
      if (!complete && digits.length < 64) {
        this.#stray(start);
        return;
      }
      if (complete && /^\d+(\r\n|$)/.test(digits) && length <= maxBody) {
        this.#stray(start);
        this.#take(end + headerEnd.length - start);
        this.#expected = length;
        return;
      }
      from = start + headerStart.length;
    }
  }

  #stray(count: number): void {
    if (count === 0) return;
    this.#onStray(this.#take(count).toString('utf8'));
  }

  #flushStray(): void {
    if (this.#expected < 0) this.#stray(this.#size);
  }

  #join(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #take(count: number): Buffer {
    const bytes = this.#join();
    this.#chunks = [bytes.subarray(count)];
    this.#size -= count;
    return bytes.subarray(0, count);
  }
}

/** vscode-jsonrpc takes the parameters for granted and would end the process. */
function isEmptyCancellation(message: Message): boolean {
  const { method, params } = (message ?? {}) as { readonly method?: unknown; readonly params?: unknown };
  return method === '$/cancelRequest' && (params === undefined || params === null);
}

/** Writes header and body in one piece, so that a print from elsewhere cannot fall between them. */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #write: (bytes: Buffer, done: (error?: Error | null) => void) => void;
  readonly #end: () => void;

  constructor(sink: { write(bytes: Buffer, done: (error?: Error | null) => void): void; end(): void }) {
    super();
    this.#write = (bytes, done) => sink.write(bytes, done);
    this.#end = () => sink.end();
  }

  write(message: Message): Promise<void> {
    const body = Buffer.from(JSON.stringify(message), 'utf8');
    const frame = Buffer.concat([Buffer.from(`${headerStart}${body.length}${headerEnd}`, 'latin1'), body]);
    return new Promise((resolve, reject) => {
      this.#write(frame, (error) => {
        if (error) {
          this.fireError(error, message);
          reject(error);
        } else resolve();
      });
    });
  }

  end(): void {
    this.#end();
  }
}
