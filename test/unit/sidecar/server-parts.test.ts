import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '../../../src/sidecar/server/log-file.ts';
import { discardState } from '../../../src/sidecar/server/state-directory.ts';

describe('sidecar server parts', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-server-parts-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('log file: rotates at a megabyte and keeps three predecessors', () => {
    const log = new LogFile(join(directory, 'logs'));
    const long = 'x'.repeat(300_000);
    for (let line = 0; line < 24; line++) log.write('info', `${line} ${long}`);
    const names = readdirSync(join(directory, 'logs')).sort();
    assert.deepEqual(names, ['sidecar.1.log', 'sidecar.2.log', 'sidecar.3.log', 'sidecar.log']);
    assert.ok(names.every((name) => statSync(join(directory, 'logs', name)).size < 1_500_000));
    assert.match(readFileSync(join(directory, 'logs', 'sidecar.log'), 'utf8'), /^\S+Z \d+ info: \d+ x/);
    assert.match(readFileSync(join(directory, 'logs', 'sidecar.log'), 'utf8'), / 23 x/);
  });

  it('discarding state removes what is ours and nothing else', () => {
    mkdirSync(join(directory, 'model'));
    writeFileSync(join(directory, 'model', 'adapters.json'), '{}');
    mkdirSync(join(directory, 'other'));
    discardState(directory);
    assert.deepEqual(readdirSync(directory), ['other']);
    rmSync(join(directory, 'other'), { recursive: true });
    discardState(directory);
    assert.equal(existsSync(directory), false);
    discardState(directory);
  });
});
