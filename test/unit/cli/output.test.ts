import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { Output } from '../../../src/cli/output.ts';
import { terminalText } from '../../../src/cli/terminal-text.ts';

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean): { out: NodeJS.WriteStream; written: () => string } {
  let written = '';
  const sink = new Writable({
    write(text, _encoding, done) {
      written += text;
      done();
    },
  });
  return { out: Object.assign(sink, { isTTY }) as unknown as NodeJS.WriteStream, written: () => written };
}

const hostile = 'a\u001b[2J\u009b2Jb\u0007\r\u0008\u007f\0\u202ec\n\td';

describe('text of a model', () => {
  it('reaches a terminal with its control characters escaped', () => {
    const { out, written } = stream(true);
    new Output({}, out).modelText(hostile);
    assert.equal(written(), 'a\\u001b[2J\\u009b2Jb\\u0007\\u000d\\u0008\\u007f\\u0000\\u202ec\n\td');
  });

  it('leaves no control character but line ends and tabs, and everything else as it is', () => {
    const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
    assert.deepEqual(terminalText(all).match(/\p{Cc}/gu), ['\t', '\n']);
    const text = 'x = "Ünï模型🙂👩‍💻"  # \\u001b\n';
    assert.equal(terminalText(text), text);
  });

  it('is exact anywhere else', () => {
    const { out, written } = stream(false);
    new Output({}, out).modelText(hostile);
    assert.equal(written(), hostile);
  });

  it('as JSON means the same on a terminal, and is plain JSON elsewhere', () => {
    const [terminal, pipe] = [stream(true), stream(false)];
    new Output({ json: true }, terminal.out).value({ text: hostile });
    new Output({ json: true }, pipe.out).value({ text: hostile });
    assert.doesNotMatch(terminal.written(), /[^\P{Cc}\n]|\p{Bidi_Control}/u);
    assert.deepEqual(JSON.parse(terminal.written()), { text: hostile });
    assert.equal(pipe.written(), `${JSON.stringify({ text: hostile })}\n`);
  });
});
