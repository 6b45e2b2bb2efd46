import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../../../..');

/** onnxruntime keeps an identifier and what it is about to send in the home directory, unless it sees a CI. */
describe('telemetry of onnxruntime', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'retune-telemetry-'));
    mkdirSync(path.join(home, 'tmp'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** What the library left behind when a process of its own ran this. */
  async function left(args: readonly string[]): Promise<string[]> {
    const env = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: path.join(home, 'tmp') };
    await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { cwd: root, env });
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
    return files.filter((name) => /deviceid|onnxruntime\.db|mat-debug/.test(name)).map((name) => path.basename(name));
  }
  const script = (source: string) => ['--input-type=module', '--eval', source];
  /** A session of y = x + x with the library that this gives. */
  const session = (library: string) => `
    const { GraphBuilder } = await import('./src/engine/graph/builder.ts');
    const { serialise } = await import('./src/engine/graph/onnx-model.ts');
    const g = new GraphBuilder();
    const x = g.input('x', 'float', [1]);
    g.output('y', g.add(x, x), 'float', [1]);
    const ort = ${library};
    await (await ort.InferenceSession.create(serialise(g.finish('twice')).slice())).release();`;

  it('is on by default, so that this test can fail', async function () {
    if (process.platform === 'win32') this.skip();
    assert.ok((await left(script(session("await import('onnxruntime-node')")))).includes('deviceid'));
  });

  it('is off where we load it', async () => {
    const ours = "await (await import('./src/engine/runtime/ort.ts')).loadOrt()";
    assert.deepEqual(await left(script(session(ours))), []);
  });

  it('is off in the sidecar', async () => {
    const generate = ['model', 'generate', '--model', 'resources/model', '--prompt', 'a', '--max-tokens', '1'];
    assert.deepEqual(await left(['src/cli/main.ts', ...generate]), []);
  });

  it('cannot be forgotten: a thread of a process that did not switch it off is refused', async () => {
    const thread = `import { Worker } from 'node:worker_threads';
      const load = "import('./src/engine/runtime/ort.ts').then(({ loadOrt }) => loadOrt())";
      new Worker(load, { eval: true }).on('error', (error) => { console.error(error.message); process.exit(1); });`;
    await assert.rejects(left(script(thread)), /has to switch the telemetry of onnxruntime off/);
  });
});
