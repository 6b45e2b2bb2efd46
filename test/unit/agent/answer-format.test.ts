import assert from 'node:assert/strict';
import { isBalanced } from '../../../src/agent/answer/balance.ts';
import { answerFormat } from '../../../src/agent/answer/format.ts';
import { RunawayWatch } from '../../../src/agent/answer/runaway.ts';
import { isUnifiedDiff } from '../../../src/agent/answer/unified-diff.ts';
import type { TargetFile } from '../../../src/agent/task.ts';
import { target, taskOf } from '../../support/answers.ts';

const prefixOf = (file: TargetFile): string | undefined => answerFormat(taskOf([file]), 'block')?.prefix;

describe('the format that an answer is generated under', () => {
  it('begins with what stays whatever is wrong', () => {
    const text = '/** Adds. */\nexport async function add(a, b) {\n  return a - b;\n}\n';
    assert.equal(prefixOf(target('a.js', text, ['add', 1, 4])), '```js\nexport async function add');
    assert.equal(prefixOf(target('a.js', "import fs from 'node:fs';\nexport const a = 1;\n")), '```js\nimport');
    assert.equal(prefixOf(target('a.js', 'const add = (a) => a;\n')), '```js\nconst add');
    assert.equal(
      prefixOf(target('a.js', 'class A {\n  add(a) {\n    return 1;\n  }\n}\n', ['A.add', 2, 4])),
      '```js\n  add',
    );
    assert.equal(prefixOf(target('a.js', '\n')), '```js\n');
  });

  it('has a fence that the target itself does not hold', () => {
    const format = answerFormat(taskOf([target('a.md', 'Text\n````js\ncode\n````\n')]), 'block');
    assert.match(format?.prefix ?? '', /^`````/);
    assert.deepEqual(format?.stop, ['\n`````\n']);
  });

  it('is none where several files may change, or parts of a large one', () => {
    const one = target('a.js', 'x\n');
    assert.equal(answerFormat(taskOf([one, target('b.js', 'y\n')]), 'files'), undefined);
    assert.equal(answerFormat(taskOf([one]), 'search-replace'), undefined);
  });
});

describe('an answer that runs away', () => {
  const ends = (text: string, known: readonly string[] = []): boolean => {
    const watch = new RunawayWatch(known);
    // In pieces of any length.
    return (text.match(/[\s\S]{1,7}/g) ?? []).some((piece) => watch.push(piece));
  };

  it('is one that repeats a line, or a group of lines', () => {
    assert.equal(ends('assert.equal(add(1, 2), 3);\n'.repeat(12)), true);
    assert.equal(ends("test('adds', () => {\n  assert.equal(add(1, 2), 3);\n});\n\n".repeat(10)), true);
  });

  it('is none that repeats little, says little, or repeats what the target repeats', () => {
    assert.equal(ends('assert.equal(add(1, 2), 3);\n'.repeat(5)), false);
    assert.equal(ends('}\n'.repeat(40)), false);
    assert.equal(ends(Array.from({ length: 40 }, (_, i) => `assert.equal(add(${i}, 2), ${i + 2});\n`).join('')), false);
    const table = '  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n'.repeat(12);
    assert.equal(ends(table), true);
    assert.equal(ends(table, [`const board = [\n${table}];\n`]), false);
  });
});

describe('brackets', () => {
  it('are balanced whatever strings and comments hold', () => {
    for (const code of [
      'function f() { return "}"; }',
      "const s = '(';",
      'const t = `{ [`;',
      'f(); // (',
      '/* { */ f();',
      'def f():\n    """a ( b"""\n    return [1]  # (',
    ]) {
      assert.equal(isBalanced(code), true, code);
    }
  });

  it('are not where one is open, missing, or crossed', () => {
    for (const code of ['f(', 'f() {', ')', '([)]', 'const s = "a" + (']) assert.equal(isBalanced(code), false, code);
  });
});

describe('a diff', () => {
  it('is told from code that is only indented', () => {
    assert.equal(isUnifiedDiff(['  return a;', '  }']), false);
    assert.equal(isUnifiedDiff([' return a;', '-b;', '+c;']), true);
    assert.equal(isUnifiedDiff(['const a = [', '-1,', '+2,', '];']), false);
  });
});
