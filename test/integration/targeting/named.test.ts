import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { findTarget } from '../../../src/targeting/find-target.ts';
import { Lookup } from '../../../src/targeting/lookup.ts';
import { namedTargets } from '../../../src/targeting/named-target.ts';
import { filler, test, verdict, workspace } from './workspace.ts';

const never = new AbortController().signal;
const windows = process.platform === 'win32';

const code = `// head
class Stack {
  /** Puts one on top. */
  push(x) {
    this.items.push(x);
  }

  size = () => {
    return this.items.length;
  };
}

export const area = (w, h) => {
  const half = (x) => x / 2;
  return w * half(h);
};

class Queue {
  push(x) {}
}

[1].map((x) => {
  return x;
});
`;

describe('a named target', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = workspace({
      'src/a.js': code,
      'src/sub/a.js': 'export const b = 1;\n',
      'odd:name.js': 'let a;\n',
      'no-final-feed.js': 'let a;',
      'crlf.py': '\uFEFFdef f():\r\n    return 1\r\n',
      'big.js': filler(200) + code,
      'data.bin': Uint8Array.from([0, 1, 2]),
      '.git/config': '[core]\n',
    }));
  });
  afterEach(() => remove());

  const find = async (...specs: string[]) => {
    const found = await findTarget(folder, specs, undefined, never);
    return found.files.map(({ path, target: { focus } }) =>
      focus ? `${path} ${focus.symbol} ${focus.firstLine}-${focus.lastLine}` : path,
    );
  };
  const failing = async (spec: string): Promise<RetuneError> => {
    try {
      await find(spec);
    } catch (error) {
      assert.ok(error instanceof RetuneError, String(error));
      return error;
    }
    throw new assert.AssertionError({ message: `${spec} was found.` });
  };

  it('is a file', async () => {
    assert.deepEqual(await find('src/a.js'), ['src/a.js']);
    assert.deepEqual(await find('./src/../src/a.js'), ['src/a.js']);
    assert.deepEqual(await find(join(folder, 'src', 'a.js')), ['src/a.js']);
    assert.deepEqual(await find('odd:name.js'), ['odd:name.js']);
    assert.deepEqual(await find('src/a.js', 'src/sub/a.js'), ['src/a.js', 'src/sub/a.js']);
  });

  it('is read with its encoding and endings', async () => {
    const { files } = await findTarget(folder, 'crlf.py', undefined, never);
    assert.equal(files[0]?.target.text, 'def f():\n    return 1\n');
    assert.equal(files[0]?.target.language, 'python');
    assert.deepEqual([files[0]?.file.encoding, files[0]?.file.ending], ['utf-8-bom', '\r\n']);
    assert.equal(files[0]?.absolute, join(folder, 'crlf.py'));
  });

  it('is the function or class around a line', async () => {
    const places: readonly [number, string][] = [
      [1, 'src/a.js Stack 1-11'],
      [3, 'src/a.js Stack.push 3-6'],
      [5, 'src/a.js Stack.push 3-6'],
      [7, 'src/a.js Stack 1-11'],
      [9, 'src/a.js Stack.size 8-10'],
      [14, 'src/a.js area 13-16'],
      [23, 'src/a.js'],
    ];
    for (const [line, expected] of places) assert.deepEqual(await find(`src/a.js:${line}`), [expected]);
    // Editors show an empty line after the final line feed; it is in no function, however near the last one is.
    assert.deepEqual(await find('src/a.js:25'), ['src/a.js']);
    assert.deepEqual(await find('crlf.py:3'), ['crlf.py']);
    assert.deepEqual(await find('src/a.js:9:12'), ['src/a.js Stack.size 8-10']);
  });

  it('is a symbol, qualified as people write it', async () => {
    for (const spec of ['Stack.push', 'Stack::push', ':Stack::push', 'Stack#push', 'Stack.push()']) {
      assert.deepEqual(await find(`src/a.js:${spec}`), ['src/a.js Stack.push 3-6'], spec);
    }
    assert.deepEqual(await find('src/a.js:area'), ['src/a.js area 13-16']);
    assert.deepEqual(await find('src/a.js:Queue'), ['src/a.js Queue 18-20']);
    assert.deepEqual(await find('src/a.js:half'), ['src/a.js area.half 14-14']);
  });

  it('has no focus when two places in it are named', async () => {
    assert.deepEqual(await find('src/a.js:area', 'src/a.js:Queue'), ['src/a.js']);
  });

  it('gets a focus from the failing tests when it is large', async () => {
    const baseline = verdict(test('a.test.js', 'x', 'failed', ['big.js:214']));
    const { files } = await findTarget(folder, 'big.js', baseline, never);
    assert.equal(files[0]?.target.focus?.symbol, 'area');
  });

  it('is relative to the current directory first, then to the folder', async () => {
    const from = async (cwd: string, spec: string) => {
      const lookup = new Lookup(folder, never);
      return (await namedTargets({ folder, cwd }, [spec], [], lookup)).files.map(({ path }) => path);
    };
    assert.deepEqual(await from(join(folder, 'src', 'sub'), 'a.js'), ['src/sub/a.js']);
    assert.deepEqual(await from(join(folder, 'src', 'sub'), 'src/a.js'), ['src/a.js']);
    assert.deepEqual(await from(join(folder, '..'), 'workspace/src/a.js'), ['src/a.js']);
    assert.deepEqual(await from(join(folder, 'src'), '../crlf.py'), ['crlf.py']);
  });

  it('works in a folder that is named through a link', async function () {
    if (windows) this.skip();
    symlinkSync(folder, join(folder, '..', 'link'));
    const linked = join(folder, '..', 'link');
    for (const spec of ['src/a.js', join(linked, 'src/a.js'), join(folder, 'src/a.js')]) {
      const { files } = await findTarget(linked, spec, undefined, never);
      assert.deepEqual(
        files.map(({ path }) => path),
        ['src/a.js'],
      );
    }
  });

  it('may be a link inside, and not one out of the folder', async function () {
    if (windows) this.skip();
    symlinkSync('src/a.js', join(folder, 'link.js'));
    assert.deepEqual(await find('link.js'), ['link.js']);
    assert.deepEqual(await find('link.js', 'src/a.js'), ['link.js']);
    writeFileSync(join(folder, '..', 'outside.js'), 'secret');
    symlinkSync('../outside.js', join(folder, 'out.js'));
    symlinkSync('..', join(folder, 'up'));
    for (const spec of ['out.js', 'up/outside.js', '../outside.js', join(folder, '..', 'outside.js')]) {
      assert.equal((await failing(spec)).code, 'target.refused', spec);
    }
  });

  it('is refused with a reason and a remedy', async () => {
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'huge.js'), 'x');
    truncateSync(join(folder, 'huge.js'), 2 ** 21);
    const refused: readonly [spec: string, code: string, says: RegExp, offers?: readonly string[]][] = [
      ['src/b.js', 'target.missing', /Did you mean src\/a\.js/, ['src/a.js']],
      ['C:\\x.js:12', 'target.missing', /C:\\x\.js:12/],
      ['.git/config', 'target.refused', /\.git/],
      ['src', 'target.directory', /regular file/],
      ['.', 'target.directory', /regular file/],
      ['data.bin', 'target.binary', /NUL/],
      ['huge.js', 'target.too-large', /2097152/],
      ['src/a.js:pusch', 'target.symbol-missing', /Stack\.push/],
      ['src/a.js:Stack.pop', 'target.symbol-missing', /Stack comes nearest/, ['src/a.js:Stack']],
      ['data.bin:f', 'target.binary', /NUL/],
      [
        'src/a.js:push',
        'target.symbol-ambiguous',
        /Stack\.push \(line 4\), Queue\.push/,
        ['src/a.js:4', 'src/a.js:19'],
      ],
      ['src/a.js:99', 'target.line-beyond-end', /1 to 24/],
      ['src/a.js:26', 'target.line-beyond-end', /1 to 24/],
      ['no-final-feed.js:2', 'target.line-beyond-end', /1 to 1/],
      ['src/a.js:0', 'target.line-beyond-end', /no line 0/],
    ];
    for (const [spec, errorCode, says, offers] of refused) {
      const error = await failing(spec);
      assert.equal(error.code, errorCode, spec);
      assert.match(error.message, says);
      if (offers === undefined) continue;
      assert.deepEqual(
        error.actions,
        offers.map((value) => ({ kind: 'option', option: 'target', value })),
      );
    }
  });
});

describe('what stands beside a target', () => {
  it('is the failing test, whole or in parts, and the signatures of what the target imports', async () => {
    const passing = Array.from(
      { length: 120 },
      (_, i) =>
        `  it('passes ${i}', () => {\n    expect(shape(${i}, ${i + 1}, 'a rather long argument')).toBe(${i});\n  });\n`,
    );
    const { folder, remove } = workspace({
      'shape.js':
        "import { half } from './half.js';\nimport { unused } from './unused.js';\nexport const shape = (a) => half(a);\n",
      'half.js':
        '/** Half of it. */\nexport function half(x) {\n  return x / 2;\n}\n\nexport class Halver {\n  run(x) {\n    return half(x);\n  }\n}\n',
      'unused.js': 'export const unused = () => 1;\n',
      'long.test.js': `import { shape } from './shape.js';\n\ndescribe('shapes', () => {\n  beforeEach(() => reset());\n\n${passing.join('\n')}\n  it('fails', () => {\n    expect(shape(0)).toBe(1);\n  });\n});\n`,
      'short.test.js': "import { shape } from './shape.js';\nit('fails too', () => shape(1));\n",
    });
    const baseline = verdict(test('long.test.js', 'fails'), test('short.test.js', 'fails too'));
    const { files, neighbours } = await findTarget(folder, undefined, baseline, never);
    remove();
    assert.deepEqual(
      files.map(({ path }) => path),
      ['shape.js'],
    );
    assert.deepEqual(
      neighbours.map(({ path }) => path),
      ['long.test.js', 'short.test.js', 'half.js'],
    );
    assert.equal(
      neighbours[0]?.text,
      "import { shape } from './shape.js';\n\ndescribe('shapes', () => {\n  beforeEach(() => reset());\n\n// …\n  it('fails', () => {\n    expect(shape(0)).toBe(1);\n  });\n// …\n",
    );
    assert.match(neighbours[1]!.text, /fails too/);
    assert.equal(neighbours[2]?.text, '// signatures only\nexport function half(x)\nexport class Halver\n  run(x)\n');
  });
});

describe('finding a target in a large workspace', () => {
  it('does not look at it', async () => {
    const { folder, remove } = workspace({
      'src/stats.js': code,
      'test/stats.test.js': "import { area } from '../src/stats.js';\nit('x', () => area(1, 2));\n",
    });
    try {
      for (let d = 0; d < 1500; d++) mkdirSync(join(folder, 'src', `d${d}`));
      const baseline = verdict(test('test/stats.test.js', 'x'));
      await findTarget(folder, undefined, baseline, never);
      const before = process.cpuUsage();
      const { files } = await findTarget(folder, undefined, baseline, never);
      const { user, system } = process.cpuUsage(before);
      assert.equal(files[0]?.path, 'src/stats.js');
      // Reading each of these directories would take several times as much.
      assert.ok(user + system < 100_000, `${user + system} µs`);
      assert.equal(realpathSync(files[0]!.absolute), join(folder, 'src', 'stats.js'));
    } finally {
      remove();
    }
  });

  it('leaves the event loop free while it reads large files', async () => {
    const functions = Array.from(
      { length: 14_500 },
      (_, i) => `export function f${i}(a, b) {\n  return [a, b].map((x) => x + ${i});\n}\n`,
    );
    const { folder, remove } = workspace({ 'large.js': functions.join('') });
    try {
      await findTarget(folder, 'large.js:f1', undefined, never);
      // Processor time of this thread between two ticks, so that a busy machine does not matter.
      let longest = 0;
      let last = process.threadCpuUsage();
      const timer = setInterval(() => {
        const { user, system } = process.threadCpuUsage(last);
        longest = Math.max(longest, user + system);
        last = process.threadCpuUsage();
      }, 1);
      const { files } = await findTarget(folder, 'large.js:f14000', undefined, never);
      // The last block of work is seen by the tick after it.
      await new Promise((resolve) => setTimeout(resolve, 5));
      clearInterval(timer);
      assert.equal(files[0]?.target.focus?.firstLine, 42_001);
      assert.ok(longest < 100_000, `${longest} µs`);
    } finally {
      remove();
    }
  });
});
