import assert from 'node:assert/strict';
import type { AnswerProblem } from '../../../src/agent/answer/answer.ts';
import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import type { TargetFile, Task } from '../../../src/agent/task.ts';
import { block, newText, target, taskOf } from '../../support/answers.ts';

const fence = '```';
const bad = 'export function add(a, b) {\n  return a - b;\n}';
const good = 'export function add(a, b) {\n  return a + b;\n}';
const single = taskOf([target('src/add.js', `${bad}\n`)]);

describe('an answer with one block', () => {
  const cases: [string, string][] = [
    ['alone', block(good)],
    ['with text around it', `Here is the fix:\n\n${block(good)}\n\nIt adds now.`],
    ['between tildes', `~~~js\n${good}\n~~~`],
    ['in a longer fence', `\`\`\`\`js\n${good}\n\`\`\`\``],
    ['without a language', block(good, '')],
    ['with the path in the info string', block(good, 'js path=src/add.js')],
    ['with only a path as info string', block(good, 'src/add.js')],
    ['with language and path joined', block(good, 'js:src/add.js')],
    ['with a title', block(good, 'js title="src/add.js"')],
    ['below its path in bold', `**src/add.js**\n${block(good)}`],
    ['below its path as a heading', `### \`src/add.js\`\n\n${block(good)}`],
    ['below "File:"', `File: src/add.js\n${block(good)}`],
    ['below the file name alone', `add.js:\n${block(good)}`],
    ['with its path in a comment', block(`// src/add.js\n${good}`)],
    ['with a made-up name in a comment', block(`// example.js\n${good}`)],
    ['below a line that ends like a path', `Node.js\n${block(good)}`],
    ['indented in a list', `1. Fix:\n   ${fence}js\n${good.replace(/^/gm, '   ')}\n   ${fence}`],
    ['with Windows line ends', block(good).replace(/\n/g, '\r\n')],
    ['with blank lines around the code', block(`\n\n${good}\n\n`)],
    ['with white space after the closing fence', `${block(good)}  `],
    ['in another language of the same family', block(good, 'typescript')],
    ['in a wrong language', block(good, 'java')],
    ['with the prompt’s layout in it', `${fence}\nsrc/add.js:\n${fence}js\n${good}\n${fence}`],
    ['with its own fence in it', `${fence}js\n${fence}js\n${good}\n${fence}`],
    ['with its path on a line of the block', block(`src/add.js:\n${good}`)],
    ['after the same text as it was', `Before:\n${block(bad)}\nAfter:\n${block(good)}`],
    ['after a part of the text as it was', `Before:\n${block('  return a - b;')}\nAfter:\n${block(good)}`],
    ['followed by a shell example', `${block(good)}\nRun:\n${block('npm test', 'bash')}`],
    [
      'followed by an example of its use',
      `${block(good)}\nUsage:\n${block("import { add } from './add.js';\nadd(1, 2);")}`,
    ],
    ['after the old text', `Before:\n${block(bad)}\nAfter:\n${block(good)}`],
    ['given twice', `${block(good)}\nAgain:\n${block(good)}`],
    ['with an unclosed shell example after it', `${block(good)}\n${fence}sh\nnpm test`],
    ['without any fence', good],
    ['without the opening fence', `${good}\n${fence}`],
    ['between fences inside a sentence of its own', `Use \`\`\`add\`\`\` like this:\n${block(good)}`],
  ];
  for (const [name, answer] of cases) {
    it(name, () => {
      const parsed = parseAnswer(answer, single);
      assert.equal(newText(parsed), `${good}\n`);
      assert.equal(parsed.kind === 'attempt' && parsed.form, 'block');
    });
  }

  it('keeps a missing final newline missing, and inner fences inside a longer one', () => {
    const file: TargetFile = { path: 'a.js', text: bad, language: 'js' };
    assert.equal(newText(parseAnswer(block(good), taskOf([file]))), good);
    const nested = `${good}\n// ${fence}\n/*\n${fence}\n*/`;
    assert.equal(newText(parseAnswer(`\`\`\`\`js\n${nested}\n\`\`\`\``, single)), `${nested}\n`);
  });

  it('fills an empty file', () => {
    assert.equal(newText(parseAnswer(block(good), taskOf([target('src/add.js', '')]))), `${good}\n`);
  });
});

describe('an answer that cannot be applied', () => {
  const two = taskOf([target('src/add.js', `${bad}\n`), target('src/mul.js', 'export const mul = (a, b) => a;\n')]);
  const withTest = taskOf(single.targets, [
    { path: 'test/add.test.js', text: "import test from 'node:test';\ntest('adds', () => {});\n", language: 'js' },
  ]);
  const search = (body: string): string => `src/add.js\n<<<<<<< SEARCH\n${body}`;
  const cases: [string, AnswerProblem, string, Task?][] = [
    ['nothing', 'empty', ''],
    ['white space', 'empty', ' \n\n'],
    ['prose', 'no-block', 'You should add instead of subtracting.'],
    ['prose that begins like code', 'no-block', 'import the function add and call it.'],
    ['code without a fence, and prose after it', 'no-block', `${good}\nThis adds the numbers.`],
    ['a diff of other code', 'search-not-found', block('-  return a * b;\n+  return a + b;', 'diff')],
    ['only a shell command', 'no-block', block('sed -i s/-/+/ src/add.js', 'bash')],
    ['an empty block', 'no-block', block('')],
    ['an open fence', 'unclosed-block', `${fence}js\n${good}`],
    ['two different versions', 'several-blocks', `${block(good)}\nor\n${block(good.replace('a + b', 'b + a'))}`],
    ['two blocks without paths for two files', 'several-blocks', `${block('x = 1;')}\n${block('y = 2;')}`, two],
    ['a path outside the target', 'not-a-target', `**src/other.js**\n${block(good)}`],
    ['a path above the folder', 'not-a-target', block(good, 'js path=../src/add.js')],
    ['an absolute path elsewhere', 'not-a-target', block(good, 'js path=/etc/passwd.js')],
    ['a changed test', 'not-a-target', `${block(good)}\ntest/add.test.js\n${block("test('x', () => {});")}`, withTest],
    ['the name of a test in a comment', 'not-a-target', block("// add.test.js\ntest('x', () => {});"), withTest],
    ['the same text', 'unchanged', block(bad)],
    ['the same text with other white space', 'unchanged', block(`\n${bad.replace(/$/gm, '  ')}\n\n`)],
    ['another function', 'symbol-missing', block('export function sum(a, b) {\n  return a + b;\n}')],
    ['a call instead of the definition', 'symbol-missing', block('console.log(add(1, 2));')],
    ['an ellipsis', 'elided', block(`${good}\n...`)],
    ['a comment for the rest', 'elided', block(`${good}\n// ... rest of the code`)],
    ['a comment that says unchanged', 'elided', block(`// existing imports and code here\n${good}`)],
    ['a search that is not there', 'search-not-found', search('return a * b;\n=======\nreturn a;\n>>>>>>> REPLACE')],
    ['a search without divider', 'malformed-search-replace', search('  return a - b;\n>>>>>>> REPLACE')],
    ['a search without end', 'malformed-search-replace', search('  return a - b;\n=======\n  return a + b;')],
    ['a search for nothing', 'malformed-search-replace', search('=======\n  return a + b;\n>>>>>>> REPLACE')],
    ['a replacement by the same', 'unchanged', search('  return a - b;\n=======\n  return a - b;\n>>>>>>> REPLACE')],
  ];
  for (const [name, problem, answer, task] of cases) {
    it(`${name}: ${problem}`, () => {
      const parsed = parseAnswer(answer, task ?? single);
      assert.equal(parsed.kind === 'unparsable' ? parsed.problem : 'attempt', problem, JSON.stringify(parsed));
      assert.ok(parsed.kind === 'unparsable' && /\.$/.test(parsed.detail));
    });
  }

  it('does not take a quoted test for a change of it', () => {
    const parsed = parseAnswer(
      `The test\ntest/add.test.js\n${block("test('adds', () => {});")}\nneeds\n${block(good)}`,
      withTest,
    );
    assert.equal(newText(parsed), `${good}\n`);
  });
});

describe('placeholders', () => {
  const elided = [
    '// ...',
    '// … existing code …',
    '# ... rest of the function ...',
    '/* ... */',
    '// rest of the code remains the same',
    '// Rest of your existing code here',
    '// other methods unchanged',
    '# existing code',
    '// keep the existing code here',
    '<!-- rest of file -->',
    '// (rest of the file)',
    '// same as before',
    '# Your code here',
    '-- remaining code',
    '// implementation goes here',
    '{/* ... */}',
  ];
  for (const line of elided) {
    it(`refuses ${line}`, () => {
      const parsed = parseAnswer(block(`${good}\n${line}`), single);
      assert.equal(parsed.kind === 'unparsable' && parsed.problem, 'elided', JSON.stringify(parsed));
    });
  }
  const real = [
    '// The rest of the arguments are summed.',
    '// uses the existing code page',
    'const rest = [...items];',
    '// remaining items go first',
    '  ...options,',
    '// See the method above.',
    '// adds (e.g. 1 and 2) ...',
    '# same length as the input',
  ];
  for (const line of real) {
    it(`accepts ${line}`, () => {
      assert.equal(newText(parseAnswer(block(`${good}\n${line}`), single)), `${good}\n${line}\n`);
    });
  }
  it('accepts what the target already had', () => {
    const task = taskOf([target('a.py', 'class P:\n    def f(self):\n        ...\n\ndef g():\n    return 1\n')]);
    const answer = 'class P:\n    def f(self):\n        ...\n\ndef g():\n    return 2';
    assert.equal(newText(parseAnswer(block(answer, 'python'), task)), `${answer}\n`);
  });
});

describe('an answer without its closing fence', () => {
  it('is whole where the model ended it and every bracket is closed', () => {
    assert.equal(newText(parseAnswer(`${fence}js\n${good}`, single, true)), `${good}\n`);
  });

  it('was cut off otherwise', () => {
    for (const [text, ended] of [
      [`${fence}js\n${good}`, false],
      [`${fence}js\n${good.slice(0, -1)}`, true],
      [`${fence}js\nexport function add(a, b) {\n  return (a + b;\n}`, true],
    ] as const) {
      const parsed = parseAnswer(text, single, ended);
      assert.equal(parsed.kind === 'unparsable' && parsed.problem, 'unclosed-block');
    }
  });

  it('is not ended by a fence in a comment of the code', () => {
    const python = taskOf([target('a.py', 'def half(value):\n    return value / 3\n')]);
    const half =
      'def half(value):\n    """Half.\n\n        ```pycon\n        >>> half(4)\n        ```\n    """\n    return value / 2';
    assert.equal(newText(parseAnswer(block(half, 'python'), python)), `${half}\n`);
  });
});

describe('an answer that is a diff', () => {
  const diffs: [string, string][] = [
    ['as a diff', block(' export function add(a, b) {\n-  return a - b;\n+  return a + b;\n }', 'diff')],
    [
      'as a diff with headers and wrong numbers',
      block('--- a/src/add.js\n+++ b/src/add.js\n@@ -9,3 +9,3 @@\n-  return a - b;\n+  return a + b;', 'diff'),
    ],
    ['as a diff in a block of code', block(' export function add(a, b) {\n-  return a - b;\n+  return a + b;\n }')],
  ];
  for (const [name, answer] of diffs) {
    it(`is applied ${name}`, () => {
      assert.equal(newText(parseAnswer(answer, single)), `${good}\n`);
    });
  }
});
