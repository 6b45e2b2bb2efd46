import assert from 'node:assert/strict';
import { withOptions, without } from '../../../../src/runners/javascript/arguments.ts';
import { nodeWords } from '../../../../src/runners/javascript/command-words.ts';
import { nodeFiles, runnerOfScript } from '../../../../src/runners/javascript/script-runner.ts';
import { commandsOf, quoted, withoutAssignments } from '../../../../src/runners/javascript/script-words.ts';
import { runners } from '../../../../src/runners/runners.ts';

type Scripts = Readonly<Record<string, string>>;

/** `runner: words; before; left out`, with `sh` in front where a shell is needed; '-' for a script that is not understood. */
function read(script: string, others: Scripts = {}, testFiles: readonly string[] = []): string {
  const candidates = { runners, testFiles: new Map(testFiles.map((file) => [file, 'node-test'])) };
  const found = runnerOfScript(candidates, { scripts: { test: script, ...others } }, 'test');
  if (found === undefined) return '-';
  const { runner, env, wrapper, name, args, direct, before, leftOut } = found;
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const words = [...variables, ...wrapper.map((word) => `[${word}]`), ...name.map((word) => `<${word}>`), ...args];
  const rest = [before.join(' && '), leftOut.join(' && ')].join('; ').replace(/(?:; )+$/, '');
  return `${direct ? '' : 'sh '}${runner}: ${words.join(' ')}${rest === '' ? '' : `; ${rest}`}`;
}

const scripts: readonly (readonly [script: string, expected: string, others?: Scripts])[] = [
  ['vitest', 'vitest: <vitest>'],
  ['vitest run --coverage', 'vitest: <vitest> run --coverage'],
  ['npx vitest', 'vitest: <vitest>'],
  ['pnpm exec vitest src', 'vitest: <vitest> src'],
  ['cross-env X=1 vitest --coverage && tsc --noEmit', 'vitest: X=1 <vitest> --coverage; ; tsc --noEmit'],
  ['NODE_ENV=test A="b c" jest -i', 'jest: NODE_ENV=test A=b c <jest> -i'],
  ['react-scripts test --env=jsdom', 'jest: <react-scripts> <test> --env=jsdom'],
  ['./node_modules/.bin/jest', 'jest: <./node_modules/.bin/jest>'],
  [
    'node --experimental-vm-modules node_modules/jest/bin/jest.js -i',
    'jest: <node> <--experimental-vm-modules> <node_modules/jest/bin/jest.js> -i',
  ],
  ['c8 --all mocha -r ts-node/register', 'mocha: [c8] [--all] <mocha> -r ts-node/register'],
  ['nyc mocha', 'mocha: [nyc] <mocha>'],
  [`mocha 'test/**/*.js'`, 'mocha: <mocha> test/**/*.js'],
  ['mocha test/**/*.js', 'sh mocha: <mocha> test/**/*.js'],
  ['mocha --grep "a $X"', 'sh mocha: <mocha> --grep a $X'],
  ['tsc -p . && mocha', 'sh mocha: <mocha>; tsc -p .'],
  ['eslint . && mocha', 'mocha: <mocha>; ; eslint .'],
  ['npm run lint && vitest run', 'vitest: <vitest> run; ; npm run lint', { lint: 'eslint .' }],
  [
    'npm run build && npm run test:unit',
    'sh vitest: <vitest> run; npm run build',
    { build: 'tsc', 'test:unit': 'vitest run' },
  ],
  ['npm run test:unit', 'vitest: X=1 <vitest>', { 'test:unit': 'X=1 vitest' }],
  ['yarn unit', 'jest: <jest>', { unit: 'jest' }],
  ['vitest', 'sh vitest: <vitest>; node build.js', { pretest: 'node build.js' }],
  ['vitest', 'vitest: <vitest>', { pretest: 'npm run lint' }],
  ['node --test', 'node-test: <node> --test'],
  ['node --import tsx --test src/*.test.ts', 'sh node-test: <node> --import tsx --test src/*.test.ts'],
  ['tsx --test', 'node-test: <tsx> --test'],
  ['node test.js', '-'],
  // Not understood for certain.
  ['vitest bench', '-'],
  ['vitest || true', '-'],
  ['jest > out.txt', '-'],
  ['jest; tsc', '-'],
  ['jest | tee out', '-'],
  ['(cd a && jest)', '-'],
  ['mocha && jest', '-'],
  ['turbo run test', '-'],
  ['node scripts/jest-like.js', '-'],
  ['echo "Error: no test specified" && exit 1', '-'],
  ['npm run test', '-'],
  ['npm test -- --watch', '-'],
  ['mocha "unclosed', '-'],
  ['', '-'],
  ['  && mocha', '-'],
];

describe('runnerOfScript', () => {
  for (const [script, expected, others] of scripts) {
    it(`${JSON.stringify(script)}${others === undefined ? '' : ` with ${JSON.stringify(others)}`}`, () => {
      assert.equal(read(script, others), expected);
    });
  }

  it('takes a file that uses node:test for a test', () => {
    assert.deepEqual(nodeFiles('A=1 node --import tsx test.js && node b.js c'), ['test.js', 'b.js']);
    assert.equal(read('node --import tsx test.js', {}, ['test.js']), 'node-test: <node> --import tsx test.js');
  });

  it('ends where scripts call each other', () => {
    assert.equal(read('npm run a', { a: 'npm run b', b: 'npm run a' }), '-');
  });
});

describe('words of a script', () => {
  it('separates variables, with and without cross-env', () => {
    const { env, words } = withoutAssignments(['A=1', 'cross-env', 'B=x=y', 'mocha', 'C=3']);
    assert.deepEqual({ env, words }, { env: { A: '1', B: 'x=y' }, words: ['mocha', 'C=3'] });
  });

  it('joins quoted parts', () => {
    assert.deepEqual(commandsOf(`a 'b c'"d"e ""`)?.[0]?.words, ['a', 'b cde', '']);
  });

  it('quotes for the shell, and reads its own quotes', () => {
    for (const word of ['plain', 'a b', '"', '^(?:a|b)\\s*$', '$HOME', '*']) {
      assert.deepEqual(commandsOf(`x ${quoted(word, 'linux')}`)?.[0]?.words, ['x', word]);
    }
    assert.equal(quoted(`it's`, 'linux'), `'it'\\''s'`);
    assert.equal(quoted('a "b"', 'win32'), '"a \\"b\\""');
  });

  it('separates the options of Node from what it runs', () => {
    assert.deepEqual(nodeWords(['--import', 'tsx', '--test', '--x=1', 'a.js', '--b']), {
      options: ['--import', 'tsx', '--test', '--x=1'],
      positionals: ['a.js', '--b'],
    });
  });
});

describe('arguments', () => {
  const dropped = { flags: ['--watch', '-w'], valued: ['--reporter'], first: ['run'] };

  it('drops flags, and options with their values, up to --', () => {
    const words = ['run', '--watch=true', '-w', '--reporter', 'dot', '--reporter=tap', 'run', '-x', '--', '--watch'];
    assert.deepEqual(without(words, dropped), ['run', '-x', '--', '--watch']);
    assert.deepEqual(without(['--watcher', '--reporters=a'], dropped), ['--watcher', '--reporters=a']);
  });

  it('adds options where they are options', () => {
    assert.deepEqual(withOptions(['a', '--', 'b'], ['-x']), ['a', '-x', '--', 'b']);
    assert.deepEqual(withOptions(['a'], ['-x']), ['a', '-x']);
  });
});
