import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EarlierState, earlierVersions } from '../../support/earlier-state.ts';
import { checkpointDirectory } from '../../support/oracle.ts';
import { buggy } from '../../support/sample-workspace.ts';
import { runCli } from './run-cli.ts';

/** The commands on what an earlier version left; `test/integration/session/earlier-version.test.ts` looks closer. */
for (const version of earlierVersions) {
  describe(`command line: state of Retune ${version}`, () => {
    let earlier: EarlierState;
    beforeEach(() => {
      earlier = new EarlierState(version);
    });
    afterEach(() => earlier[Symbol.dispose]());

    const retune = async (args: readonly string[], sidecar?: null) => {
      const env = { RETUNE_STATE: earlier.state, RETUNE_CACHE: path.join(earlier.root, 'fresh-cache') };
      const { code, stdout, stderr } = await runCli(args, { env, ...(sidecar === null && { sidecar }) });
      assert.equal(code, 0, stderr);
      return { stdout, stderr };
    };
    const adapter = (command: string, ...more: string[]) =>
      retune(['adapter', command, earlier.folder('decided'), '--model', checkpointDirectory('linear'), ...more], null);

    it('sessions lists its sessions, and undo takes them back', async () => {
      const listed = await retune(['sessions', earlier.folder('interrupted')]);
      assert.match(listed.stdout, /^\d{8}-\d{6}-[0-9a-f]{4} {2}interrupted +1 turn +rosa2 +add is wrong\n$/);
      const undone = await retune(['undo', '--folder', earlier.folder('interrupted')]);
      assert.match(undone.stdout, /^src\/add\.js is as it was before session /);
      assert.equal(readFileSync(path.join(earlier.folder('interrupted'), 'src/add.js'), 'utf8'), buggy);
    });

    it('fix takes attempts from its record', async () => {
      const sessions = await retune(['sessions', earlier.folder('decided'), '--json']);
      const [{ directory }] = JSON.parse(sessions.stdout).sessions;
      const record = path.join(directory, 'record.jsonl');
      await retune(['undo', '--folder', earlier.folder('interrupted')]);
      const args = ['fix', earlier.folder('interrupted'), 'add is wrong', '--replay', record, '--auto', '--yes'];
      assert.match((await retune(args)).stdout, /Solved after 2 turns/);
    });

    it('adapter lists what was learnt, exports it bit by bit and takes it back', async () => {
      const versions = async () => JSON.parse((await adapter('list', '--json')).stdout);
      const listed = await versions();
      assert.deepEqual([listed.notices, listed.accepted, listed.versions.length], [[], 2, 2]);
      assert.deepEqual(
        listed.versions.map((each: { version: number; updates: number; current: boolean }) => [
          each.version,
          each.updates,
          each.current,
        ]),
        [
          [1, 1, false],
          [2, 2, true],
        ],
      );
      const weights = (directory: string) => readFileSync(path.join(directory, 'adapter_model.safetensors'));
      for (const number of ['000002', '000001']) {
        const out = path.join(earlier.root, number);
        const version = path.join(listed.directory, 'versions', number);
        const stored = weights(version);
        assert.equal((await adapter('export', '--out', out)).stderr, '');
        assert.deepEqual(weights(out), stored);
        await adapter('revert');
      }
      assert.deepEqual((await versions()).versions, []);
    });

    it('model generate and model score use its exported adapter', async () => {
      const directory = earlier.directory('adapter');
      const model = ['--model', checkpointDirectory('linear'), '--dtype', 'fp32', '--provider', 'cpu'];
      const [prompt, completion] = ['def', ' add'].map((text, index) => {
        const file = path.join(earlier.root, `text-${index}`);
        writeFileSync(file, text);
        return file;
      }) as [string, string];
      const score = async (...more: string[]) => {
        const texts = ['--prompt-file', prompt, '--completion-file', completion];
        const args = ['model', 'score', ...model, ...texts, '--json', ...more];
        return JSON.parse((await retune(args, null)).stdout).logprobs as number[];
      };
      const [plain, adapted] = [await score(), await score('--adapter', directory)];
      assert.equal(adapted.length, plain.length);
      assert.notDeepEqual(adapted, plain);
      await retune(
        ['model', 'generate', ...model, '--prompt', 'def', '--max-tokens', '2', '--adapter', directory],
        null,
      );
      assert.deepEqual(readdirSync(directory).sort(), [
        'adapter_config.json',
        'adapter_model.safetensors',
        'retune.json',
      ]);
    });

    it('replay resumes what was cut off', async () => {
      const out = earlier.directory('replay');
      const record = () => readFileSync(path.join(out, 'sessions.jsonl'), 'utf8');
      const whole = record().slice(0, record().lastIndexOf('\n') + 1);
      assert.notEqual(whole, record(), 'its last line was not finished');
      const args = ['--seeds', '1', '--limit', '3', '--methods', 'baseline,rosa2', '--turns', '2', '--out', out];
      const { stdout } = await retune(['replay', 'smallfix', '--model', '/models/scripted', ...args, '--json']);
      const { methods } = JSON.parse(stdout);
      assert.deepEqual([methods.baseline.sessions, methods.rosa2.sessions], [3, 3]);
      assert.ok(record().startsWith(whole), 'what was there is kept');
      const lines = record().trimEnd().split('\n');
      assert.equal(lines.length, 1 + 3 + 6, 'and nothing was done twice');
    });
  });
}
