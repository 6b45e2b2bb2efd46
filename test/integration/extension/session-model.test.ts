import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSettings } from '../../../src/extension/worker/protocol.ts';
import { SessionModel } from '../../../src/extension/worker/session-model.ts';
import { startTestServer } from '../../support/http-server.ts';
import { fixture as fixturePath, Home } from '../../support/model-stores.ts';
import { listOf } from '../../support/openai-bytes.ts';
import { until } from '../../support/time.ts';
import { Fixture, never, rejection, scriptedCommand } from '../sidecar/fixture.ts';

describe('the model of a window', () => {
  const fixture = new Fixture();
  let model: SessionModel;
  let directory: string;
  let settings: ModelSettings;
  let log: string[];
  beforeEach(() => {
    log = [];
    model = new SessionModel((_level, text) => log.push(text));
    directory = fixture.directory();
    // The scripted sidecar in a program that ends at once while `broken` exists, and says who it is.
    const main = JSON.stringify(scriptedCommand.at(-1));
    const script = `const fs = require('node:fs');
      if (fs.existsSync('${join(directory, 'broken')}')) process.exit(9);
      fs.writeFileSync('${join(directory, 'pid')}', String(process.pid));
      import(${main});`;
    settings = {
      model: '/models/scripted',
      embedded: '/none',
      sidecarCommand: [process.execPath, '--disable-warning=ExperimentalWarning', '-e', script],
      clientName: 'test',
      dtype: 'int8',
      provider: 'cpu',
    };
  });
  afterEach(async () => {
    await model.close();
    await fixture.cleanUp();
  });

  const broken = (yes: boolean) =>
    yes ? writeFileSync(join(directory, 'broken'), '') : rmSync(join(directory, 'broken'));
  const crashLoop = async () => {
    broken(true);
    for (let crash = 0; crash < 3; crash++) await rejection(model.open(settings, never()), 'sidecar.crashed');
  };

  it('is tried again by every request, also after a crash loop', async () => {
    await crashLoop();
    await rejection(model.open(settings, never()), 'sidecar.crashed');
    broken(false);
    assert.equal((await model.open(settings, never())).info.contextLength, 512);
  });

  it('can be another one after a crash loop', async () => {
    await model.open(settings, never());
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
    await until(() => log.some((line) => /crashed/.test(line)), 'the crash');
    broken(true);
    for (let crash = 0; crash < 2; crash++) await rejection(model.open(settings, never()), 'sidecar.crashed');
    broken(false);
    const other = await model.open({ ...settings, dtype: 'int4' }, never());
    assert.equal((other.info as { dtype?: string }).dtype, 'int4');
  });

  it('is opened again for a later session under that session’s Stop', async () => {
    const slow = join(directory, 'slow-again');
    await mkdir(slow);
    const named = { ...settings, model: slow };
    await model.open(named, never());
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
    await until(() => log.some((line) => /crashed/.test(line)), 'the crash');
    const stop = new AbortController();
    const stopped = rejection(model.open(named, stop.signal), 'cancelled');
    await until(() => existsSync(join(slow, 'opening')), 'the opening');
    stop.abort();
    await stopped;
    // What is still being opened does not keep the next model out.
    assert.ok(await model.open(settings, never()));
  });

  it('that is embedded is not offered to a command, which may run on another machine', async () => {
    const error = await rejection(model.open({ ...settings, model: '' }, never()), 'extension.no-remote-model');
    assert.deepEqual(error.actions[0], { kind: 'option', option: 'model' });
    await rejection(model.open({ ...settings, model: '', sidecarCommand: [] }, never()), 'extension.no-model');
    assert.ok(!existsSync(join(directory, 'pid')), 'a process was started');
  });

  it('is found on the disk by its name, and without one when it can adapt here', async () => {
    const home = new Home();
    const { HOME, USERPROFILE, RETUNE_MODEL_STORES } = process.env;
    const back = { HOME, USERPROFILE, RETUNE_MODEL_STORES };
    try {
      home.copyCached('org/Coder-1B', fixturePath('checkpoints', 'qwen2'));
      Object.assign(process.env, { HOME: home.path, USERPROFILE: home.path, RETUNE_MODEL_STORES: 'hf' });
      const here = { ...settings, sidecarCommand: [], dtype: 'fp32' as const };
      for (const name of ['hf:org/Coder-1B', 'org/coder', '']) {
        const { info } = await model.open({ ...here, model: name }, never());
        assert.match((info as { directory?: string }).directory ?? '', /models--org--Coder-1B/);
      }
      assert.equal(log.filter((line) => /No model is set: org\/Coder-1B/.test(line)).length, 1);
      await rejection(model.open({ ...here, model: 'hf:other' }, never()), 'models.not-found');
    } finally {
      for (const [name, value] of Object.entries(back)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      home.remove();
    }
  });

  it('can be served elsewhere: no process is started, and every session’s log says who receives the prompts', async () => {
    await using server = await startTestServer((_, response) => void response.end(JSON.stringify(listOf({ id: 'q' }))));
    const served = { ...settings, model: '', engine: `openai:${server.url}/v1` };
    for (let session = 1; session <= 2; session++) {
      const policy = await model.open(served, never());
      assert.equal(policy.info.capabilities.adapts, false);
      assert.equal(log.filter((line) => line.includes(`served by ${server.host}, which receives`)).length, session);
    }
    assert.equal(server.asked.length, 1, 'opened once');
    assert.ok(!existsSync(join(directory, 'pid')), 'a process was started');
  });

  it('whose command waits for a machine can be stopped', async () => {
    const waiting = [process.execPath, '-e', `console.error('queued'); setInterval(() => {}, 1000)`];
    const stop = new AbortController();
    const stopped = rejection(model.open({ ...settings, sidecarCommand: waiting }, stop.signal), 'cancelled');
    await until(() => log.some((line) => /queued/.test(line)), 'the queue');
    stop.abort();
    await stopped;
  });
});
