import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspaceKey } from '../../../src/session/storage.ts';
import { SidecarClient } from '../../../src/sidecar/client/sidecar-client.ts';
import { never } from '../sidecar/fixture.ts';
import { type Finished, runCli } from './run-cli.ts';

const checkpoint = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/checkpoints/${name}`, import.meta.url));
const model = checkpoint('qwen2');

describe('command line: adapter', () => {
  let directory: string;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const answers = [1, 2].map((seed) => Array.from({ length: 8 }, (_, i) => (seed * 37 + i * 11) % 300));

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-cli-adapter-'));
    folder = join(directory, 'my project');
    mkdirSync(folder);
    env = { RETUNE_STATE: join(directory, 'state'), RETUNE_CACHE: join(directory, 'cache'), RETUNE_MODEL: model };
  });
  /** Two answers are accepted in the folder. */
  beforeEach(async () => {
    rmSync(join(directory, 'state'), { recursive: true, force: true });
    const client = new SidecarClient({ clientName: 'test', env: { ...process.env, ...env } });
    try {
      const options = { directory: model, dtype: 'fp32', provider: 'cpu', threads: 1 } as const;
      const policy = await client.openModel(options, {}, never());
      const key = await workspaceKey(folder);
      for (const responseTokens of answers) {
        const accepted = { key, name: 'w', promptTokens: [5, 6, 7, 8], responseTokens };
        const { report } = await policy.workspace.accept(accepted, never());
        assert.ok(report.accepted, `rolled back: ${report.reason}`);
      }
    } finally {
      await client.dispose();
    }
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const adapter = (...args: string[]): Promise<Finished> => runCli(['adapter', ...args], { sidecar: null, env });
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await adapter(...args, '--json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const versionsOf = (state: { versions: { version: number; current: boolean }[] }) =>
    state.versions.map(({ version, current }) => (current ? `${version}*` : String(version)));

  it('list shows the versions, when they were made, how much they learnt, and where they are', async () => {
    const { code, stdout, stderr } = await adapter('list', folder, '--model', model);
    assert.deepEqual([code, stderr], [0, '']);
    const today = new Date().toISOString().slice(0, 4);
    assert.match(
      stdout,
      /^folder {2}.*my project\nmodel {3}.*qwen2\nlearnt {2}2 accepted answers, which later updates must not unlearn\n/,
    );
    assert.match(stdout, /\nfiles {3}.*adapters.my-project-[0-9a-f]{16}.[0-9a-f]{32}, \d+ KiB\nVersions\n/);
    assert.match(
      stdout,
      new RegExp(`\\n2 {2}${today}.* UTC, 2 answers learnt, current\\n1 {2}.* UTC, 1 answer learnt\\n$`),
    );
    const state = await json('list', folder);
    assert.deepEqual(versionsOf(state), ['1', '2*']);
    assert.ok(existsSync(join(state.directory, 'versions', '000002')));
  });

  it('revert takes one version back at a time, until nothing is left', async () => {
    const one = await adapter('revert', folder);
    assert.equal(one.stdout, 'Version 2 was reverted. Version 1 is current now.\n', one.stderr);
    assert.deepEqual(versionsOf(await json('list', folder)), ['1*']);
    const two = await adapter('revert', folder);
    assert.equal(two.stdout, 'Version 1 was reverted. The base model is used.\n');
    assert.match((await adapter('list', folder)).stdout, /\nlearnt {2}nothing\n$/);
    const three = await adapter('revert', folder);
    assert.equal(three.code, 1);
    assert.match(three.stderr, /^error: There is no earlier version of the workspace adapter\.\n/);
  });

  it('export writes an adapter that the other commands load', async () => {
    const out = join(directory, 'exported');
    const { code, stdout, stderr } = await adapter('export', folder, '--out', out);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `Version 2 was written to ${out}.\n`);
    assert.equal(JSON.parse(readFileSync(join(out, 'adapter_config.json'), 'utf8')).peft_type, 'LORA');
    const generate = ['model', 'generate', '--model', model, '--dtype', 'fp32', '--prompt', 'def', '--max-tokens', '3'];
    const loaded = await runCli([...generate, '--adapter', out, '--seed', '1', '--json'], { sidecar: null, env });
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.equal((await json('export', folder, '--out', out)).version, 2);
    const occupied = join(directory, 'occupied');
    mkdirSync(occupied);
    writeFileSync(join(occupied, 'notes.txt'), 'mine');
    const refused = await adapter('export', folder, '--out', occupied);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is not empty and is not an adapter/);
    assert.deepEqual(readdirSync(occupied), ['notes.txt']);
  });

  it('reset sets everything aside and says where', async () => {
    const { directory: files } = await json('list', folder);
    const { code, stdout, stderr } = await adapter('reset', folder);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'The model starts afresh in this folder.\n');
    assert.ok(stderr.includes(`${files}.reset-1`), stderr);
    assert.ok(existsSync(join(`${files}.reset-1`, 'versions', '000002', 'adapter_model.safetensors')));
    assert.deepEqual((await json('list', folder)).versions, []);
    const nothing = await adapter('export', folder, '--out', join(directory, 'none'));
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /^error: There is no workspace adapter to export\./);
    assert.equal((await adapter('reset', folder)).stdout, 'Nothing had been learnt here.\n');
  });

  it('another model has learnt nothing, and is told whose the adapters are', async () => {
    const { stdout, stderr } = await adapter('list', folder, '--model', checkpoint('qwen3'));
    assert.match(stdout, /learnt {2}nothing/);
    assert.match(stderr, /belongs to another model. 2 versions were learnt with .*qwen2/);
  });

  it('says what is wrong with a folder or a model', async () => {
    const missing = await adapter('list', join(directory, 'nowhere'));
    assert.deepEqual([missing.code, /nowhere/.test(missing.stderr)], [2, true], missing.stderr);
    const noModel = await adapter('list', folder, '--model', directory);
    assert.equal(noModel.code, 1);
    assert.match(noModel.stderr, /config\.json/);
    assert.equal((await adapter('export', folder)).code, 2);
  });
});
