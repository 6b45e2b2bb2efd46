import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, count, number } from '../../../src/cli/format.ts';
import { checkOutput, promptFrom, readMessages, readText } from '../../../src/cli/inputs.ts';

describe('command line inputs', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-inputs-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const file = (content: string | Uint8Array): string => {
    const path = join(directory, 'file');
    writeFileSync(path, content);
    return path;
  };

  it('text is read exactly, and must be UTF-8', () => {
    assert.equal(readText('--prompt-file', file('\ufeffä\r\n')), '\ufeffä\r\n');
    assert.throws(() => readText('--prompt-file', file(new Uint8Array([0x61, 0xff]))), {
      code: 'cli.input-unreadable',
    });
    assert.throws(() => readText('--prompt-file', directory), { code: 'cli.input-unreadable' });
  });

  it('messages are checked one by one', () => {
    const messages = [{ role: 'user', content: 'x' }];
    assert.deepEqual(readMessages(file(JSON.stringify(messages))), messages);
    assert.deepEqual(readMessages(file(`\ufeff${JSON.stringify(messages)}`)), messages);
    for (const [content, message] of [
      ['{', /JSON/],
      ['\ufeff\ufeff[]', /JSON/],
      ['[]', /the list is empty/],
      ['{"role":"user"}', /expected array/],
      ['[{"role":"user","content":"x"},{"role":"robot","content":"x"}]', /At 1\.role/],
      ['[{"role":"user","content":7}]', /At 0\.content/],
    ] as const) {
      assert.throws(() => readMessages(file(content)), { code: 'cli.messages-invalid', message });
    }
  });

  it('raw prompts stay text, others become one user message', () => {
    assert.deepEqual(promptFrom('a\n', true), { text: 'a\n' });
    assert.deepEqual(promptFrom('a\n', false), { messages: [{ role: 'user', content: 'a\n' }] });
  });

  it('an output directory must be new, empty or an adapter', () => {
    const out = join(directory, 'out');
    assert.equal(checkOutput(out), out);
    mkdirSync(out);
    assert.equal(checkOutput(out), out);
    writeFileSync(join(out, 'notes'), '');
    assert.throws(() => checkOutput(out), { code: 'cli.output-occupied' });
    writeFileSync(join(out, 'adapter_config.json'), '{}');
    assert.equal(checkOutput(out), out);
    assert.throws(() => checkOutput(file('')), { code: 'cli.output-occupied' });
  });

  it('numbers are short', () => {
    assert.deepEqual([0, 1023, 1536, 1.5e9].map(bytes), ['0 B', '1023 B', '1.5 KiB', '1.4 GiB']);
    assert.deepEqual([12, 64_000, 2_160_000, 494_032_768, 7.6e9].map(count), [
      '12',
      '64 k',
      '2.2 M',
      '494 M',
      '7.60 B',
    ]);
    assert.deepEqual([0, -0.125, 1e-5, 123456.789].map(number), ['0', '-0.125', '1.00e-5', '123460']);
  });
});
