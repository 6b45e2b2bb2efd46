import assert from 'node:assert/strict';
import { type Blame, blame, type Changes, type Trouble } from '../../../../src/runners/verdict/blame.ts';

const changes: Changes = {
  targets: [
    {
      path: 'src/add.js',
      before: "import { one } from './one.js';\nexport const add = (a) => a - one;\n",
      after:
        "import { one } from './one.js';\nimport { two } from './two.js';\nexport const add = (a) => a + one + two;\n",
    },
  ],
};
const other = { ...changes, other: 'src/b.js was changed' };

interface Case {
  readonly blame: Blame | undefined;
  readonly when: string;
  readonly trouble: Trouble;
  readonly changes?: Changes;
}

const cases: readonly Case[] = [
  { blame: 'proven', when: 'a stack leads into the target', trouble: { text: 'Error: no\n    at f (src/add.js:2:1)' } },
  { blame: 'proven', when: 'an absolute path does', trouble: { text: '  File "/home/me/src/add.js", line 2' } },
  { blame: 'proven', when: 'a path from elsewhere does', trouble: { text: './add.js:2:1: undefined: b' } },
  {
    blame: 'proven',
    when: 'the target no longer exports a name',
    trouble: { text: "SyntaxError: The requested module '../src/add.js' does not provide an export named 'add'" },
  },
  {
    blame: 'proven',
    when: 'the target is imported by a module that the attempt added',
    trouble: { text: "Cannot find module '/w/src/two.js' imported from src/add.js" },
  },
  {
    blame: undefined,
    when: 'a module is gone that the original imported',
    trouble: { text: "Cannot find module '/w/src/one.js' imported from src/add.js" },
  },
  {
    blame: undefined,
    when: 'a module is gone that the attempt does not mention',
    trouble: { text: "Error: Cannot find module 'yargs'\nRequire stack:\n- /w/node_modules/mocha/lib/cli.js" },
  },
  {
    blame: 'suspected',
    when: 'a test file misses a name',
    trouble: { text: 'TypeError: add is not a function\n    at test/add.test.js:3:1' },
  },
  {
    blame: undefined,
    when: 'a test file throws an error of its own',
    trouble: { text: 'Error: the database is not there\n    at test/setup.js:3:1' },
  },
  {
    blame: 'suspected',
    when: 'a compiler refuses a test file',
    trouble: { text: 'test/add_test.go:3:1: too many arguments', compiler: true },
  },
  {
    blame: 'suspected',
    when: 'no place is known',
    trouble: { text: 'The test process ended before its tests did.\n    at node:internal/process/task_queues:105:5' },
  },
  {
    blame: undefined,
    when: 'the disk is full',
    trouble: { text: 'Error: ENOSPC: no space left on device, write\n    at f (src/add.js:2:1)' },
  },
  { blame: undefined, when: 'a service is down', trouble: { text: 'connect ECONNREFUSED 127.0.0.1:5432' } },
  { blame: undefined, when: 'a linker is missing', trouble: { text: 'error: linker `cc` not found', compiler: true } },
  {
    blame: undefined,
    when: 'the target only stands among the lines that are shown of a test',
    trouble: {
      text: "Error: no database\n  1 | const { add } = require('../src/add.js');\n> 2 | throw new Error('no database');\n    at test/add.test.js:2:7",
    },
  },
  { blame: undefined, when: 'something else changed', trouble: { text: 'at f (src/add.js:2:1)' }, changes: other },
  {
    blame: 'proven',
    when: 'something else changed, but the target cannot be parsed',
    trouble: { text: 'src/add.js:1\nSyntaxError: Unexpected token' },
    changes: other,
  },
  {
    blame: undefined,
    when: 'what the target imports cannot be parsed, and changed',
    trouble: { text: 'SyntaxError: src/b.js: Unexpected token (1:2)\n    at require (src/add.js:1:1)' },
    changes: other,
  },
  {
    blame: undefined,
    when: 'the attempt changed no file of the target',
    trouble: { text: '' },
    changes: { targets: [] },
  },
  {
    blame: 'suspected',
    when: 'only printed text names the target',
    trouble: { text: 'src/add.js | 80', printed: true },
  },
  { blame: 'proven', when: 'printed text names a line', trouble: { text: 'at src/add.js:2:1', printed: true } },
  { blame: undefined, when: 'a place is needed', trouble: { text: 'no', printed: true, needs: 'place' } },
  { blame: 'proven', when: 'a place is needed and there', trouble: { text: 'at src/add.js:2:1', needs: 'place' } },
  { blame: undefined, when: 'a syntax error is needed', trouble: { text: 'at src/add.js:2:1', needs: 'syntax-error' } },
  {
    blame: 'proven',
    when: 'a syntax error is needed and there',
    trouble: { text: 'src/add.js:2\nSyntaxError: missing )', needs: 'syntax-error' },
  },
];

describe('who is to blame when tests cannot run', () => {
  for (const { blame: expected, when, trouble, changes: differing = changes } of cases) {
    it(`${expected ?? 'nobody'}: ${when}`, () => assert.equal(blame([trouble], differing), expected));
  }

  it('one proof among several troubles is enough', () => {
    const [known, unknown] = [{ text: 'at src/add.js:2:1' }, { text: 'ECONNREFUSED' }];
    assert.equal(blame([unknown, known], changes), 'proven');
    assert.equal(blame([unknown], changes), undefined);
    assert.equal(blame([], changes), undefined);
  });

  it('does not look for paths in endless words, which would take minutes', () => {
    assert.equal(blame([{ text: 'a/'.repeat(500_000), printed: true }], changes), 'suspected');
  });
});
