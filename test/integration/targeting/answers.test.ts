import assert from 'node:assert/strict';
import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import { loadSyntax } from '../../../src/targeting/syntax.ts';
import { block, newText, target, taskOf } from '../../support/answers.ts';

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly file: string;
  readonly answer: string;
  /** Default: the answer's lines in place of the file's up to the first empty line. */
  readonly expected: string;
}

const usage = (end: string) =>
  `export function usage(name) {\n  return \`\nUsage: \${name} [options]\nOptions may follow${end}\`;\n}`;
const rest = "\nexport function version() {\n  return '1.0';\n}\n\nexport const other = () => 1;";
const stack = (peek: string, clear: string) =>
  `export class Stack {\n  push(x) {\n    this.list.push(x);\n  }\n\n  peek() {\n    return ${peek};\n  }\n${clear}\n  get size() {\n    return this.list.length;\n  }\n}`;

const cases: Case[] = [
  {
    name: 'text at column 0 in a template literal',
    file: `${usage('')}\n${rest}`,
    answer: usage('.\n'),
    expected: `${usage('.\n')}\n${rest}`,
  },
  {
    name: 'a comment at column 0 in a function, which the answer drops',
    file: `export function sum(a, b) {\n  let r = a;\n// r += 1;\n  r -= b;\n  return r;\n}\n${rest}`,
    answer: 'export function sum(a, b) {\n  return a + b;\n}',
    expected: `export function sum(a, b) {\n  return a + b;\n}\n${rest}`,
  },
  {
    name: 'a statement that is no definition, and what it needs, before what follows them',
    file: `export function sum(a, b) {\n  return a - b;\n}\n${rest}`,
    answer:
      "const OPS = { '+': (a, b) => a + b };\nOPS['plus'] = OPS['+'];\n\nexport function sum(a, b) {\n  return OPS['plus'](a, b);\n}",
    expected: `const OPS = { '+': (a, b) => a + b };\nOPS['plus'] = OPS['+'];\n\nexport function sum(a, b) {\n  return OPS['plus'](a, b);\n}\n${rest}`,
  },
  {
    name: 'members of a class that the answer does not mention',
    file: stack('this.list[0]', '\n  clear() {\n    this.list.length = 0;\n  }\n'),
    answer: stack('this.list.at(-1)', ''),
    expected: stack('this.list.at(-1)', '\n  clear() {\n    this.list.length = 0;\n  }\n'),
  },
];

describe('answers read by a parser', () => {
  for (const { name, path = 'src/a.js', file, answer, expected } of cases) {
    it(name, async () => {
      const syntax = await loadSyntax([{ path }]);
      const parsed = parseAnswer(block(answer, ''), taskOf([target(path, `${file}\n`)]), true, syntax);
      assert.equal(newText(parsed), `${expected}\n`);
    });
  }

  it('keeps to the focus where the answer has a syntax error', async () => {
    const part = (end: string) => `def fields(a):\n    """Of\n    type Field.\n    """\n    return a${end}\n`;
    const above = 'class Field:\n    x = 1\n\n\n';
    const file = target('a.py', `${above}${part('')}`, ['fields', 5, 9]);
    const syntax = await loadSyntax([file]);
    const parsed = parseAnswer(block(part(' +').trimEnd(), 'python'), taskOf([file]), true, syntax);
    assert.equal(newText(parsed), `${above}${part(' +')}`);
  });

  it('names the members that stay', async () => {
    const syntax = await loadSyntax([{ path: 'a.js' }]);
    const file = target('a.js', stack('this.list[0]', '\n  clear() {\n    this.list.length = 0;\n  }\n'));
    const parsed = parseAnswer(block(stack('this.list.at(-1)', '')), taskOf([file]), true, syntax);
    assert.deepEqual(parsed.kind === 'attempt' && parsed.kept, ['Stack.clear']);
  });
});
