import assert from 'node:assert/strict';
import type { Verdict } from '../../../../src/agent/verdict.ts';
import { SmallFixEnvironment } from '../../../../src/benchmarks/smallfix/environment.ts';
import { JudgePool } from '../../../../src/benchmarks/smallfix/judge/pool.ts';
import type { Json, SmallFixTask } from '../../../../src/benchmarks/smallfix/task.ts';
import type { EvidenceLevel } from '../../../../src/benchmarks/smallfix/verdict.ts';
import { isCancelled } from '../../../../src/shared/errors/cancelled.ts';
import { assertWithin, patienceMs } from '../../../support/time.ts';

const secret = 'zebra';

function taskWith(expected: Json, args: readonly Json[] = [[1, 2]]): SmallFixTask {
  const reading = { id: 'only', source: '', says: [], weight: 1 };
  return {
    id: 't',
    family: 'f',
    split: 'train',
    request: 'do it',
    ambiguous: false,
    path: 'src/f.js',
    text: 'export function f(x) {\n}\n',
    symbol: 'f',
    reading,
    readings: [reading],
    tests: [{ name: 'first', args, expected }],
    comments: { vague: ['no'], hints: [], precise: [] },
  };
}

describe('the smallfix judge', () => {
  const pool = new JudgePool(1);
  after(() => pool.close());

  async function judge(
    source: string,
    expected: Json = secret,
    evidence: EvidenceLevel = 'L1',
    milliseconds = patienceMs,
  ): Promise<Verdict> {
    const environment = new SmallFixEnvironment(taskWith(expected), { pool, evidence, milliseconds });
    const attempt = { files: [{ path: 'src/f.js', text: source }] };
    return environment.evaluate(attempt, 1, () => undefined, new AbortController().signal);
  }

  /** Of what has no end. */
  const judgeEndless = (source: string) => judge(source, secret, 'L1', 300);

  const f = (body: string): string => `export function f(x) {\n  ${body}\n}\n`;

  it('passes what returns the expected values, however it is exported', async () => {
    assert.equal((await judge(f("return 'zebra';"))).reward, 1);
    assert.equal((await judge('export const f = () => "zebra";')).reward, 1);
    assert.equal((await judge('function f() { return "zebra"; }\nexport { f };')).reward, 1);
    assert.equal((await judge(f('return { b: [x[1], null], a: 1 };'), { a: 1, b: [2, null] })).reward, 1);
  });

  it('names the class of a failure', async () => {
    const kinds = async (source: string): Promise<string | undefined> => (await judge(source)).failureKind;
    assert.equal(await kinds(f('return 1;')), 'wrong-result');
    assert.equal(await kinds(f('return x.y.z;')), 'runtime');
    assert.equal(await kinds(f('return (;')), 'syntax');
    assert.equal(await kinds('function f() {}'), 'import');
    assert.equal(await kinds("import fs from 'node:fs';\nexport function f() {}"), 'import');
    // The error of a dynamic import would be an object of Node's own realm.
    assert.equal(await kinds(f("return import('node:fs').catch((e) => e.constructor);")), 'import');
    assert.equal((await judgeEndless(f('for (;;) {}'))).failureKind, 'timeout');
    assert.equal((await judgeEndless('for (;;) {}\nexport function f() {}')).failureKind, 'timeout');
  });

  it('tells values apart as deepStrictEqual does', async () => {
    const cases: readonly (readonly [string, Json])[] = [
      ['undefined', null],
      ['-0', 0],
      ['NaN', null],
      ['NaN', 0],
      ['[,1]', [null, 1]],
      ['[undefined]', [null]],
      ['{ a: undefined }', {}],
      ['{ length: 0 }', []],
      ["new String('a')", 'a'],
      ['new Map()', {}],
      ['Object.create(null)', {}],
      ['new (class A {})()', {}],
      ['Object.assign([1], { a: 1 })', [1]],
      ['Promise.resolve(1)', 1],
      ['1n', 1],
      ["'1'", 1],
    ];
    for (const [value, expected] of cases) {
      assert.equal(
        (await judge(f(`return ${value};`), expected)).reward,
        -1,
        `${value} for ${JSON.stringify(expected)}`,
      );
    }
  });

  const forgeries: Readonly<Record<string, string>> = {
    'a changed prototype': `Array.prototype.toJSON = () => [{ value: 'zebra' }];\n${f('return [];')}`,
    'a changed JSON': `JSON.stringify = () => '[{"value":"zebra"}]';\n${f('return 1;')}`,
    'another JSON': `globalThis.JSON = { stringify: () => '[{"value":"zebra"}]', parse: () => [[]] };\n${f('return 1;')}`,
    'another runner': `globalThis.__run = () => '[{"value":"zebra"}]';\n${f('return 1;')}`,
    'a runner of its own': `function __run() { return '[{"value":"zebra"}]'; }\n${f('return 1;')}`,
    'a lexical runner': `const __run = () => '[{"value":"zebra"}]';\n${f('return 1;')}`,
    'a changed Reflect': `Reflect.apply = () => 'zebra';\n${f('return 1;')}`,
    'the process': f('return typeof process === "undefined" ? 1 : "zebra";'),
    require: f('return typeof require === "undefined" ? 1 : "zebra";'),
    'code from strings': f('return new Function("return \'zebra\'")();'),
    eval: f('return (0, eval)("\'zebra\'");'),
    'a way out by a constructor': f("return globalThis.constructor.constructor('return process')() ? 'zebra' : 1;"),
    'a way out by an error': `let found = 1;\ntry { null.x; } catch (e) { try { found = e.constructor.constructor("return process")() ? 'zebra' : 1; } catch {} }\n${f('return found;')}`,
    'a prepared stack': `Error.prepareStackTrace = (_, frames) => frames;\n${f("return new Error().stack[0].getThis?.() ? 'zebra' : 1;")}`,
    'a proxy with a changing face': f(
      "return new Proxy({}, { get: () => 'zebra', ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) });",
    ),
    'a thrown value': `throw { get message() { return 'zebra'; }, code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' };\n${f('return 1;')}`,
  };
  for (const [name, source] of Object.entries(forgeries)) {
    it(`is not deceived by ${name}`, async () => assert.equal((await judge(source)).reward, -1));
  }

  it('leaves nothing for the next attempt', async () => {
    await judge(`globalThis.left = 'zebra';\nvar other = 'zebra';\n${f('return 1;')}`);
    assert.equal((await judge(f('return globalThis.left ?? (typeof other === "string" ? other : 1);'))).reward, -1);
  });

  it('goes on after attempts that hang, use up the memory or recurse without end', async () => {
    for (const body of [
      'for (;;) {}',
      'const list = []; for (;;) list.push(new Array(1e6).fill(0));',
      // One allocation that is too large takes a whole process down, not only a thread.
      'const list = []; for (let i = 0; i >= 0; i++) list.push(i);',
      'return f(x);',
      "return 'a'.repeat(2 ** 29) + x;",
      'return Promise.resolve().then(function again() { return Promise.resolve().then(again); });',
    ]) {
      assert.equal((await judgeEndless(f(body))).reward, -1, body);
      assert.equal((await judge(f("return 'zebra';"))).reward, 1, `after ${body}`);
    }
  });

  it('is stopped by the signal', async () => {
    const stop = new AbortController();
    const environment = new SmallFixEnvironment(taskWith(1), { pool, milliseconds: 30_000 });
    const attempt = { files: [{ path: 'src/f.js', text: f('for (;;) {}') }] };
    setTimeout(() => stop.abort(), 100);
    const started = performance.now();
    await assert.rejects(
      environment.evaluate(attempt, 1, () => undefined, stop.signal),
      isCancelled,
    );
    assertWithin(performance.now() - started, 5000, 'stopping');
    assert.equal((await judge(f("return 'zebra';"))).reward, 1);
  });

  it('tells nothing of the tests at L0 and L1, and all at workspace level', async () => {
    for (const source of [f('return 1;'), f('return x.y.z;'), f('return (;'), 'import "zebra"']) {
      for (const level of ['L0', 'L1'] as const) {
        const told = JSON.stringify(await judge(source, secret, level));
        assert.ok(!told.includes(secret), told);
        assert.ok(!told.includes('first'), told);
      }
    }
    const { failureKind, detail, tests } = await judge(f('return 1;'), secret, 'L0');
    assert.deepEqual([failureKind, detail, tests], [undefined, 'The attempt was rejected.', []]);
    const seen = await judge(f('return 1;'), secret, 'workspace');
    assert.equal(seen.detail, '1 of 1 tests failed: first.');
    assert.deepEqual(seen.tests[0], {
      id: 'test/f.test.js › first',
      name: 'first',
      file: 'test/f.test.js',
      status: 'failed',
      failure: {
        message: "Expected values to be strictly equal:\n\n1 !== 'zebra'\n",
        expected: "'zebra'",
        actual: '1',
        frames: [{ path: 'test/f.test.js', line: 5, symbol: 'TestContext.<anonymous>' }],
      },
    });
  });
});
