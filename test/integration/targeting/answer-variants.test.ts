import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import { outlineOf } from '../../../src/targeting/outline.ts';
import { loadSyntax } from '../../../src/targeting/syntax.ts';
import { block, newText, problemOf, target, taskOf } from '../../support/answers.ts';

/** The answer is what stands between the marks, with `old` replaced by `now`; the file must change in just that. */
interface Case {
  readonly name: string;
  readonly path: string;
  readonly file: string;
  readonly old: string;
  readonly now: string;
}

const cases: Case[] = [
  {
    name: 'text at column 0 in a Python string',
    path: 'a.py',
    file: '>>>\ndef usage(name):\n    return f"""\nUsage: {name}\ndef x():\n""" + 1\n<<<\n\n\ndef other():\n    return 1\n',
    old: '+ 1',
    now: '+ 2',
  },
  {
    name: 'text at column 0 in a Ruby heredoc',
    path: 'a.rb',
    file: 'module Shop\n>>>\n  def usage\n    puts <<~EOS\nUsage\nend\n    EOS\n    1\n  end\n<<<\n\n  def other\n    2\n  end\nend\n',
    old: '    1\n',
    now: '    3\n',
  },
  {
    name: 'text at column 0 in a Go raw string',
    path: 'a.go',
    file: 'package a\n\n>>>\nfunc Usage() string {\n\treturn `\nUsage\n}\nfunc x() {\n` + "a"\n}\n<<<\n\nfunc other() int {\n\treturn 1\n}\n',
    old: '"a"',
    now: '"b"',
  },
  {
    name: 'a comment at column 0 in Python',
    path: 'a.py',
    file: '>>>\ndef total(a, b):\n    r = a\n#   r += 1\n    return r - b\n<<<\n\n\ndef other():\n    return 1\n',
    old: 'r - b',
    now: 'r + b',
  },
  {
    name: 'a method of Go beside another type’s of the same name',
    path: 'a.go',
    file: 'package a\n\nfunc (t T) Len() int {\n\treturn 1\n}\n\n>>>\nfunc (u *U) Len() int {\n\treturn 2\n}\n<<<\n',
    old: '2',
    now: '3',
  },
  {
    name: 'a method in one of two impl blocks of Rust',
    path: 'a.rs',
    file: 'struct S;\n\nimpl S {\n    fn one(&self) -> i32 {\n        1\n    }\n}\n\nimpl Clone for S {\n>>>\n    fn clone(&self) -> S {\n        S\n    }\n<<<\n}\n',
    old: '        S\n',
    now: '        S {}\n',
  },
  {
    name: 'a setter beside its getter',
    path: 'a.js',
    file: 'export class A {\n  get size() {\n    return this.n;\n  }\n\n>>>\n  set size(n) {\n    this.n = 0;\n  }\n<<<\n}\n',
    old: '= 0',
    now: '= n',
  },
  {
    name: 'an implementation below its overloads',
    path: 'a.ts',
    file: 'export function f(a: string): string;\nexport function f(a: number): number;\n>>>\nexport function f(a: unknown): unknown {\n  return 1;\n}\n<<<\n\nexport const g = () => 2;\n',
    old: '1',
    now: 'a',
  },
  {
    name: 'a default export',
    path: 'a.js',
    file: '>>>\nexport default function main() {\n  return 1;\n}\n<<<\n\nexport function other() {\n  return 2;\n}\n',
    old: '1',
    now: '3',
  },
  {
    name: 'a decorated method of Python',
    path: 'a.py',
    file: 'class A:\n    x = 1\n\n>>>\n    @property\n    def total(self):\n        return 1\n<<<\n\n    def other(self):\n        return 2\n',
    old: 'return 1',
    now: 'return 3',
  },
  {
    name: 'a function within a Python condition',
    path: 'a.py',
    file: 'from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import x\nelse:\n>>>\n    def load():\n        return 1\n<<<\n\n\ndef other():\n    return 2\n',
    old: 'return 1',
    now: 'return 3',
  },
  {
    name: 'a function within another',
    path: 'a.js',
    file: 'export function outer() {\n>>>\n  function inner(a) {\n    return a - 1;\n  }\n<<<\n  return inner;\n}\n\nexport const other = 1;\n',
    old: '- 1',
    now: '+ 1',
  },
  {
    name: 'a method in one part of a partial class of C#',
    path: 'a.cs',
    file: 'partial class A\n{\n    int One() { return 1; }\n}\n\npartial class A\n{\n>>>\n    public int Two(int a)\n    {\n        return 1;\n    }\n<<<\n}\n',
    old: 'return 1',
    now: 'return 2',
  },
];

function split({ file, old, now }: Case) {
  const [above, rest] = file.split('>>>\n') as [string, string];
  const [part, below] = rest.split('<<<\n') as [string, string];
  const first = above.split('\n').length;
  const answer = part.replace(old, now);
  return {
    text: above + part + below,
    answer,
    expected: above + answer + below,
    first,
    count: part.split('\n').length - 1,
  };
}

describe('an answer that is one definition of a file', () => {
  for (const one of cases) {
    for (const focus of [true, false]) {
      it(`${one.name}, ${focus ? 'with' : 'without'} a focus`, async () => {
        const { text, answer, expected, first, count } = split(one);
        const name = /(?:usage|Usage|total|Len|clone|size|\bf\b|main|load|inner|Two)/.exec(answer)![0];
        const file = target(one.path, text, focus ? [name, first, first + count - 1] : undefined);
        const syntax = await loadSyntax([file]);
        assert.equal(newText(parseAnswer(block(answer.trimEnd(), ''), taskOf([file]), true, syntax)), expected);
      });
    }
  }

  it('changes just the one function that it changes, in every function of real files', async () => {
    const wrong: string[] = [];
    for (const path of ['src/agent/answer/imports.ts', 'src/targeting/surroundings.ts', 'src/session/fix.ts']) {
      const text = await readFile(path, 'utf8');
      const syntax = await loadSyntax([{ path }]);
      const lines = text.split('\n');
      for (const one of (await outlineOf(path, text, new AbortController().signal)).declared) {
        if (one.kind !== 'function' || !one.alone || one.firstLine === one.lastLine) continue;
        const last = one.lastLine - 1;
        const now = [...lines.slice(one.firstLine - 1, last), '// changed', lines[last]!];
        const expected = [...lines.slice(0, one.firstLine - 1), ...now, ...lines.slice(one.lastLine)].join('\n');
        const file = target(path, text, [one.qualified, one.firstLine, one.lastLine]);
        const answer = parseAnswer(block(now.join('\n'), 'ts'), taskOf([file]), true, syntax);
        if (problemOf(answer) !== 'attempt' || newText(answer) !== expected) wrong.push(`${path}:${one.firstLine}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});

describe('an answer of which it is not clear where it belongs', () => {
  const refused: [string, string, string, string][] = [
    [
      'a method that two classes have',
      'a.py',
      'class A:\n    def f(self):\n        return 1\n\n\nclass B:\n    def f(self):\n        return 2\n',
      'def f(self):\n    return 3',
    ],
    [
      'a statement that may stand for one of two',
      'a.js',
      "app.get('/a', one);\napp.get('/b', two);\n\nfunction one() {\n  return 1;\n}\n\nfunction two() {\n  return 2;\n}\n",
      "app.get('/c', one);\n\nfunction one() {\n  return 3;\n}",
    ],
  ];
  for (const [name, path, text, answer] of refused) {
    it(name, async () => {
      const syntax = await loadSyntax([{ path }]);
      assert.equal(problemOf(parseAnswer(block(answer, ''), taskOf([target(path, text)]), true, syntax)), 'unclear');
    });
  }
});
