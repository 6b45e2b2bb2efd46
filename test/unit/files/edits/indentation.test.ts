import assert from 'node:assert/strict';
import { conformIndentation } from '../../../../src/files/edits/indentation.ts';
import { matchLines } from '../../../../src/files/edits/line-diff.ts';

const conform = (old: string, text: string) => conformIndentation(old.split('\n'), text.split('\n')).join('\n');

describe('indentation', () => {
  const tabs = 'func f() {\n\tif a {\n\t\treturn 1\n\t}\n}\n\nfunc g() {\n\treturn 2\n}\n';

  it('becomes tabs in a file with tabs, by the width that unchanged words show', () => {
    for (const width of [2, 4, 8]) {
      const spaces = tabs.replaceAll('\t', ' '.repeat(width)).replace('return 1', 'return 3');
      assert.equal(conform(tabs, spaces), tabs.replace('return 1', 'return 3'), `width ${width}`);
    }
  });

  it('touches only lines that changed', () => {
    const old = 'class A {\n\tb() {\n\t\treturn `\n        eight spaces\n`;\n\t}\n\tc() {\n\t\treturn 1;\n\t}\n}\n';
    const text = old.replace('\t\treturn 1;', '        return 2;');
    assert.equal(conform(old, text), old.replace('return 1', 'return 2'));
  });

  it('becomes spaces in a file with spaces', () => {
    const old = 'def f(a):\n    if a:\n        return 1\n    return 2\n';
    assert.equal(conform(old, 'def f(a):\n\tif a:\n\t\treturn 1\n\treturn 3\n'), old.replace('return 2', 'return 3'));
    const two = 'a {\n  b {\n    c\n  }\n}\n';
    assert.equal(conform(two, 'x {\n\ty {\n\t\tz\n\t}\n}\n'), 'x {\n  y {\n    z\n  }\n}\n');
  });

  it('stays as it is when nothing is clear', () => {
    const mixed = 'a {\n\tb\n  c\n}\n';
    assert.equal(conform(mixed, 'a {\n    x\n}\n'), 'a {\n    x\n}\n');
    assert.equal(conform(tabs, 'func f() {\n\tx\n    y\n}\n'), 'func f() {\n\tx\n    y\n}\n');
    assert.equal(conform('a\nb\n', 'a\n    b\n'), 'a\n    b\n');
    assert.equal(conform('a {\n  b\n}\n', 'a {\n    c\n}\n'), 'a {\n    c\n}\n');
  });

  it('leaves the stars of block comments alone', () => {
    const old = '/**\n * One.\n */\nfunc f() {\n\treturn 1\n}\n';
    assert.equal(
      conform(old, '/**\n * Two.\n */\nfunc f() {\n    return 2\n}\n'),
      '/**\n * Two.\n */\nfunc f() {\n\treturn 2\n}\n',
    );
  });
});

describe('matching lines', () => {
  it('finds the lines that stay, in order', () => {
    assert.deepEqual([...matchLines(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd'])], [0, -1, 2, 3]);
    assert.deepEqual([...matchLines(['a', 'b', 'c', 'd', 'e'], ['b', 'x', 'd', 'y', 'e'])], [1, -1, 3, -1, 4]);
    assert.deepEqual([...matchLines([], ['a'])], [-1]);
    assert.deepEqual([...matchLines(['a', 'a'], ['a', 'a', 'a'])], [0, 1, -1]);
  });

  it('stays in order when there is too much to compare exactly', () => {
    const old = Array.from({ length: 5000 }, (_, i) => (i % 5 === 0 ? '}' : `old ${i}`));
    const text = Array.from({ length: 5000 }, (_, i) => (i % 5 === 0 ? '}' : i % 2 ? `old ${i}` : `new ${i}`));
    const match = matchLines(old, text);
    let previous = -1;
    let matched = 0;
    match.forEach((to, from) => {
      if (to === -1) return;
      assert.ok(to > previous);
      assert.equal(old[to], text[from]);
      previous = to;
      matched++;
    });
    assert.ok(matched > 2000, `${matched} matched`);
  });
});
