import assert from 'node:assert/strict';
import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import { loadSyntax } from '../../../src/targeting/syntax.ts';
import { block, newText, problemOf, target, taskOf } from '../../support/answers.ts';

/** File with the focus between two marks; the marks' lines do not count. */
function focused(path: string, symbol: string, text: string) {
  const lines = text.split('\n');
  const first = lines.indexOf('>>>');
  const last = lines.indexOf('<<<');
  const clean = lines.filter((line) => line !== '>>>' && line !== '<<<').join('\n');
  return taskOf([target(path, `${clean}\n`, [symbol, first + 1, last - 1])]);
}

interface Case {
  readonly name: string;
  readonly path: string;
  readonly symbol: string;
  readonly file: string;
  readonly answer: string;
  readonly expected: string;
  /** Where a parser makes more of the answer than indentation does. */
  readonly parsed?: string;
}

const js = `import { a } from './a.js';

const limit = 3;

>>>
/** Sums. */
export function sum(xs) {
  return a(xs) - limit;
}
<<<

export function other(xs) {
  return xs;
}`;

const cls = `export class Cart {
  #items = [];

  constructor(items) {
    this.#items = items;
  }

>>>
  /** The sum. */
  total(rate) {
    const sum = 1;
    return sum - rate;
  }
<<<

  clear() {
    this.#items = [];
  }
}`;

const py = `import os

class Cart:
    """A cart."""

    def __init__(self, items):
        self.items = items

>>>
    @property
    def total(self):
        return 0
<<<

    def clear(self):
        self.items = []`;

const go = `package cart

import (
	"errors"
)

>>>
// Total sums.
func (c *Cart) Total(rate int) (int, error) {
	return 0, errors.New("no")
}
<<<

func other() int {
	return 1
}`;

const cases: Case[] = [
  {
    name: 'keeps the comment above when the block has none',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: 'export function sum(xs) {\n  return a(xs) + limit;\n}',
    expected: js.replace('- limit', '+ limit'),
  },
  {
    name: 'takes the comment of the block',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: '/** Adds. */\nexport function sum(xs) {\n  return a(xs) + limit;\n}',
    expected: js.replace('- limit', '+ limit').replace('Sums.', 'Adds.'),
  },
  {
    name: 'restores a forgotten export',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: 'function sum(xs) {\n  return a(xs) + limit;\n}',
    expected: js.replace('- limit', '+ limit'),
  },
  {
    name: 'accepts an arrow function in place of a declaration, and a helper beside it',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: 'const twice = (x) => 2 * x;\n\nexport const sum = (xs) => twice(a(xs));',
    expected: js.replace(
      /\/\*\*[\s\S]*?\n\}/,
      '/** Sums. */\nconst twice = (x) => 2 * x;\n\nexport const sum = (xs) => twice(a(xs));',
    ),
    parsed: js.replace(
      /\/\*\*[\s\S]*?\n\}/,
      'const twice = (x) => 2 * x;\n\n/** Sums. */\nexport const sum = (xs) => twice(a(xs));',
    ),
  },
  {
    name: 'moves imports that are missing to the others, and drops those that are there',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer:
      "import fs from 'node:fs';\nimport { a, b } from './a.js';\n\nexport function sum(xs) {\n  return b(fs, xs);\n}",
    expected: js
      .replace("from './a.js';", "from './a.js';\nimport fs from 'node:fs';\nimport { b } from './a.js';")
      .replace('a(xs) - limit', 'b(fs, xs)'),
  },
  {
    name: 'takes a whole file for the whole file',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: js
      .replace(/>>>\n|<<<\n/g, '')
      .replace('- limit', '* limit')
      .replace('limit = 3', 'limit = 4'),
    expected: js.replace('- limit', '* limit').replace('limit = 3', 'limit = 4'),
  },
  {
    name: 'replaces two functions of the file, each in its place',
    path: 'src/sum.js',
    symbol: 'sum',
    file: `${js}\n\nexport function third() {\n  return 3;\n}`,
    answer: 'export function sum(xs) {\n  return other(xs);\n}\n\nexport function other(xs) {\n  return xs.length;\n}',
    expected: `${js.replace('a(xs) - limit', 'other(xs)').replace('return xs;', 'return xs.length;')}\n\nexport function third() {\n  return 3;\n}`,
  },
  {
    name: 'takes a changed helper even without the focus',
    path: 'src/sum.js',
    symbol: 'sum',
    file: `${js}\n\nexport function third() {\n  return 3;\n}`,
    answer: 'export function other(xs) {\n  return xs.length;\n}',
    expected: `${js.replace('return xs;', 'return xs.length;')}\n\nexport function third() {\n  return 3;\n}`,
  },
  {
    name: 'indents a method that was moved to column 0',
    path: 'src/cart.js',
    symbol: 'Cart.total',
    file: cls,
    answer: 'total(rate) {\n  const sum = 1;\n\n  return sum + rate;\n}',
    expected: cls.replace('1;\n    return sum - rate', '1;\n\n    return sum + rate'),
  },
  {
    name: 'indents only the first line where only that was moved',
    path: 'src/cart.js',
    symbol: 'Cart.total',
    file: cls,
    answer: 'total(rate) {\n    const sum = 1;\n    return sum + rate;\n  }',
    expected: cls.replace('sum - rate', 'sum + rate'),
  },
  {
    name: 'takes a method out of the class that the model put around it',
    path: 'src/cart.js',
    symbol: 'Cart.total',
    file: cls,
    answer: 'class Cart {\n  total(rate) {\n    const sum = 1;\n    return sum + rate;\n  }\n}',
    expected: cls.replace('sum - rate', 'sum + rate'),
  },
  {
    name: 'takes a whole class for the whole file',
    path: 'src/cart.js',
    symbol: 'Cart.total',
    file: cls,
    answer: cls
      .replace(/>>>\n|<<<\n/g, '')
      .replace('sum - rate', 'sum + rate')
      .replace('= [];\n  }', '= null;\n  }'),
    expected: cls.replace('sum - rate', 'sum + rate').replace('= [];\n  }', '= null;\n  }'),
  },
  {
    name: 'indents a Python method and keeps its decorator',
    path: 'cart.py',
    symbol: 'Cart.total',
    file: py,
    answer: 'def total(self):\n    if self.items:\n        return sum(self.items)\n    return 0',
    expected: py.replace(
      '        return 0',
      '        if self.items:\n            return sum(self.items)\n        return 0',
    ),
  },
  {
    name: 'keeps a decorator below a comment that the block brings',
    path: 'cart.py',
    symbol: 'Cart.total',
    file: py,
    answer: '# Sums.\ndef total(self):\n    return 1',
    expected: py.replace('    @property\n', '    # Sums.\n    @property\n').replace('return 0', 'return 1'),
  },
  {
    name: 'indents only the first line of a Python method',
    path: 'cart.py',
    symbol: 'Cart.total',
    file: py,
    answer: 'def total(self):\n        return 1',
    expected: py.replace('return 0', 'return 1'),
  },
  {
    name: 'takes a Python method out of its class',
    path: 'cart.py',
    symbol: 'Cart.total',
    file: py,
    answer: 'class Cart:\n    @property\n    def total(self):\n        return 1',
    expected: py.replace('return 0', 'return 1'),
  },
  {
    name: 'adds a Python import below the others',
    path: 'cart.py',
    symbol: 'Cart.total',
    file: py,
    answer: 'import os\nfrom math import fsum\n\n@property\ndef total(self):\n    return fsum(self.items)',
    expected: py
      .replace('import os', 'import os\nfrom math import fsum')
      .replace('return 0', 'return fsum(self.items)'),
  },
  {
    name: 'adds a Go import to the list, drops the package, and uses tabs',
    path: 'cart.go',
    symbol: '(*Cart).Total',
    file: go,
    answer:
      'package cart\n\nimport (\n    "errors"\n    "strings"\n)\n\nfunc (c *Cart) Total(rate int) (int, error) {\n    if rate > 0 {\n        return strings.Count("a", "a"), nil\n    }\n    return 0, errors.New("no")\n}',
    expected: go
      .replace('\t"errors"', '\t"errors"\n\t"strings"')
      .replace('\treturn 0,', '\tif rate > 0 {\n\t\treturn strings.Count("a", "a"), nil\n\t}\n\treturn 0,'),
  },
  {
    name: 'drops an export that the file has already',
    path: 'sum.js',
    symbol: 'sum',
    file: `>>>\nfunction sum(a, b) {\n  return a - b;\n}\n<<<\n\nmodule.exports = { sum };`,
    answer: 'function sum(a, b) {\n  return a + b;\n}\n\nmodule.exports = { sum };',
    expected: `>>>\nfunction sum(a, b) {\n  return a + b;\n}\n<<<\n\nmodule.exports = { sum };`,
  },
  {
    name: 'leaves a multi-line string where it was',
    path: 'a.js',
    symbol: 'A.f',
    file: 'class A {\n>>>\n  f() {\n    return `\nx\n`;\n  }\n<<<\n}',
    answer: 'f() {\n  return 1 + `\nx\n`;\n}',
    expected: 'class A {\n>>>\n  f() {\n    return 1 + `\nx\n`;\n  }\n<<<\n}',
  },
  {
    name: 'removes indentation that the model added',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer: '    export function sum(xs) {\n      return a(xs) + limit;\n    }',
    expected: js.replace('- limit', '+ limit'),
  },
  {
    name: 'keeps the fields of a class of which only the method is given',
    path: 'a.js',
    symbol: 'A.f',
    file: 'class A {\n  one = 1;\n  two = 2;\n\n>>>\n  f() {\n    return 1;\n  }\n<<<\n}',
    answer: 'class A {\n  f() {\n    return 2;\n  }\n}',
    expected: 'class A {\n  one = 1;\n  two = 2;\n\n>>>\n  f() {\n    return 2;\n  }\n<<<\n}',
  },
  {
    name: 'keeps comment and decorators together',
    path: 'a.ts',
    symbol: 'f',
    file: '>>>\n/** Says. */\n@log({\n  level: 1,\n})\nexport class f {\n  x = 1;\n}\n<<<',
    answer: 'class f {\n  x = 2;\n}',
    expected: '>>>\n/** Says. */\n@log({\n  level: 1,\n})\nexport class f {\n  x = 2;\n}\n<<<',
  },
  {
    name: 'adds no import that is there in another form',
    path: 'src/sum.js',
    symbol: 'sum',
    file: js,
    answer:
      "import { a } from '../src/a.js';\nconst { a } = require('./a');\n\nexport function sum(xs) {\n  return a(xs);\n}",
    expected: js.replace(' - limit', ''),
  },
  {
    name: 'takes anything for a focus without a name',
    path: 'a.js',
    symbol: '<anonymous>',
    file: 'const x = 1;\n>>>\nrun(() => {\n  x - 1;\n});\n<<<',
    answer: 'run(() => {\n  x + 1;\n});',
    expected: 'const x = 1;\n>>>\nrun(() => {\n  x + 1;\n});\n<<<',
  },
];

describe('a block for a focus', () => {
  for (const { name, path, symbol, file, answer, expected } of cases) {
    it(name, () => {
      const clean = `${expected.replace(/(?:>>>|<<<)\n/g, '').replace(/\n<<<$/, '')}\n`;
      assert.equal(newText(parseAnswer(block(answer, ''), focused(path, symbol, file))), clean);
    });
  }

  for (const { name, path, symbol, file, answer, expected, parsed } of cases) {
    it(`${name}, read by a parser`, async () => {
      const clean = `${(parsed ?? expected).replace(/(?:>>>|<<<)\n/g, '').replace(/\n<<<$/, '')}\n`;
      const syntax = await loadSyntax([{ path }]);
      assert.equal(newText(parseAnswer(block(answer, ''), focused(path, symbol, file), false, syntax)), clean);
    });
  }

  const refused: [string, string, string, string, string, string][] = [
    [
      'the definition of something else',
      'src/sum.js',
      'sum',
      js,
      'function total(xs) {\n  return 1;\n}',
      'symbol-missing',
    ],
    ['a use of the symbol', 'src/sum.js', 'sum', js, 'const x = sum([1]);', 'symbol-missing'],
    ['imports alone', 'src/sum.js', '<anonymous>', js, "import x from 'x';", 'empty'],
    ['an ellipsis in the body', 'src/sum.js', 'sum', js, 'function sum(xs) {\n  // ...\n  return 1;\n}', 'elided'],
    [
      'a function defined twice',
      'src/sum.js',
      'sum',
      `${js}\nfunction t() {}`,
      `${'function other() {\n}\n'.repeat(2)}`,
      'elided',
    ],
    [
      'the old text',
      'src/cart.js',
      'Cart.total',
      cls,
      'total(rate) {\n  const sum = 1;\n  return sum - rate;\n}',
      'unchanged',
    ],
  ];
  for (const [name, path, symbol, file, answer, problem] of refused) {
    it(`refuses ${name}: ${problem}`, () => {
      const parsed = parseAnswer(block(answer, ''), focused(path, symbol, file));
      assert.equal(problemOf(parsed), problem, JSON.stringify(parsed));
    });
  }

  it('replaces every line in turn and no other (all positions of a focus)', () => {
    const names = ['a', 'b', 'c', 'd'];
    const text = names.map((name) => `function ${name}() {\n  return 0;\n}\n`).join('\n');
    for (const [index, name] of names.entries()) {
      const first = 1 + index * 4;
      const task = taskOf([target('f.js', text, [name, first, first + 2])]);
      const answer = parseAnswer(block(`function ${name}() {\n  return 1;\n}`), task);
      const lines = text.split('\n');
      lines[first] = '  return 1;';
      assert.equal(newText(answer), lines.join('\n'));
    }
  });
});
