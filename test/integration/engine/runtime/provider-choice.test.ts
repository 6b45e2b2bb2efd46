import assert from 'node:assert/strict';
import { builtInProviders, chooseProvider } from '../../../../src/engine/runtime/choose-provider.ts';
import { loadOrt } from '../../../../src/engine/runtime/ort.ts';
import { relativeError, selfTest } from '../../../../src/engine/runtime/provider-selftest.ts';
import { describeSpeed } from '../../../../src/engine/runtime/provider-speed.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';

describe('providers', () => {
  it('the CPU passes its own self-test with whole and with split prefill', async () => {
    const result = await selfTest('cpu', 1);
    assert.equal(result.usable, true);
    assert.equal(result.prefillChunk, 512);
    assert.deepEqual(
      result.checks.map((check) => check.ok),
      result.checks.map(() => true),
    );
    assert.ok(result.checks.length >= 6);
  });

  it('tests a provider once per process', async () => {
    assert.equal(await selfTest('cpu', 1), await selfTest('cpu', 1));
  });

  it('a wrong or missing number is an error above any tolerance', () => {
    const expected = Float32Array.of(3, 4);
    assert.equal(relativeError(Float32Array.of(3, 4), expected), 0);
    assert.equal(relativeError(Float32Array.of(3, 9), expected), 1);
    assert.equal(relativeError(Float32Array.of(3, Number.NaN), expected), Number.POSITIVE_INFINITY);
    assert.equal(relativeError(Float32Array.of(3), expected), Number.POSITIVE_INFINITY);
  });

  it('cpu is used when asked for', async () => {
    const chosen = await chooseProvider('cpu', { threads: 1 });
    assert.equal(chosen.provider, 'cpu');
    assert.match(chosen.reason, /asked for/);
  });

  it('a provider that this build does not contain is refused by name, with those it has', async () => {
    const missing = (['dml', 'coreml'] as const).find(
      (name) => process.platform !== (name === 'dml' ? 'win32' : 'darwin'),
    );
    assert.ok(missing);
    await assert.rejects(chooseProvider(missing, { threads: 1 }), (error: unknown) => {
      assert.ok(error instanceof RetuneError);
      assert.equal(error.code, 'runtime.provider-unavailable');
      assert.match(error.why, new RegExp(`does not contain ${missing}`));
      assert.match(error.remedy, /cpu/);
      return true;
    });
  });

  it('TensorRT is refused with its remedy where its libraries are not installed', async function () {
    if (!builtInProviders(await loadOrt()).includes('tensorrt')) this.skip();
    const started = await selfTest('tensorrt', 1).catch(() => undefined);
    if (started !== undefined) this.skip();
    await assert.rejects(chooseProvider('tensorrt', { threads: 1 }), (error: unknown) => {
      assert.ok(error instanceof RetuneError);
      assert.equal(error.code, 'runtime.provider-unavailable');
      assert.match(error.what, /"tensorrt"/);
      assert.match(error.why, /TensorRT 10/);
      assert.match(error.remedy, /cuda12.*"cpu" or "auto"/);
      return true;
    });
  });

  it('lists the providers of this build', async () => {
    assert.ok(builtInProviders(await loadOrt()).includes('cpu'));
  });

  it('tells a software adapter by its speed', () => {
    const speed = (device: number, cpu: number) =>
      describeSpeed({ provider: 'webgpu', device, cpu, ratio: device / cpu });
    assert.match(speed(600, 2), /300× slower.*software adapter/);
    assert.match(speed(6, 2), /3\.0× slower.*work\)\.$/);
    assert.match(speed(1, 5), /5\.0× faster/);
    assert.match(speed(2, 2.1), /about as fast/);
  });
});
