import assert from 'node:assert/strict';
import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import { block, newText, problemOf, target, taskOf } from '../../support/answers.ts';
import { processorTime } from '../../support/time.ts';

const add = 'export function add(a, b) {\n  return a - b;\n}\n';
const mul = 'export function mul(a, b) {\n  return a / b;\n}\n';
const two = taskOf([target('src/add.js', add), target('src/mul.js', mul)]);
const add2 = add.replace('-', '+').trimEnd();
const mul2 = mul.replace('/', '*').trimEnd();

describe('an answer with several files', () => {
  const forms: [string, string][] = [
    ['paths in info strings', `${block(add2, 'js path=src/add.js')}\n${block(mul2, 'js path=src/mul.js')}`],
    ['paths as info strings', `${block(add2, 'src/add.js')}\n${block(mul2, './src/mul.js')}`],
    ['paths above', `**src/add.js**\n${block(add2)}\n\n**src/mul.js**\n${block(mul2)}`],
    ['paths in sentences', `First \`src/add.js\`:\n\n${block(add2)}\nthen \`src/mul.js\`:\n\n${block(mul2)}`],
    ['paths in comments', `${block(`// src/add.js\n${add2}`)}\n${block(`/* src/mul.js */\n${mul2}`)}`],
    ['file names', `### add.js\n${block(add2)}\n### mul.js\n${block(mul2)}`],
    ['backslashes', `File: src\\add.js\n${block(add2)}\nFile: src\\mul.js\n${block(mul2)}`],
    ['whole paths of a machine', `/home/me/p/src/add.js\n${block(add2)}\n/home/me/p/src/mul.js\n${block(mul2)}`],
    ['definitions alone', `${block(add2)}\n${block(mul2)}`],
  ];
  for (const [name, answer] of forms) {
    it(`with ${name}`, () => {
      const parsed = parseAnswer(answer, two);
      assert.equal(newText(parsed, 'src/add.js'), `${add2}\n`);
      assert.equal(newText(parsed, 'src/mul.js'), `${mul2}\n`);
      assert.equal(parsed.kind === 'attempt' && parsed.form, 'files');
    });
  }
  it('may change one file and repeat the other', () => {
    const parsed = parseAnswer(`src/add.js\n${block(add2)}\nsrc/mul.js\n${block(mul)}`, two);
    assert.equal(newText(parsed), `${add2}\n`);
  });
  it('may name one file only', () => {
    assert.equal(newText(parseAnswer(`src/mul.js\n${block(mul2)}`, two)), `${mul2}\n`);
  });
  it('finds the file of a single block without a path', () => {
    const parsed = parseAnswer(block(mul2), two);
    assert.equal(newText(parsed, 'src/mul.js'), `${mul2}\n`);
  });
  it('does not guess between files of the same name', () => {
    const same = taskOf([target('a/i.js', add), target('b/i.js', add)]);
    assert.equal(problemOf(parseAnswer(`i.js\n${block(add2)}`, same)), 'several-blocks');
  });
});

const edit = (search: string, replace: string, path = ''): string =>
  `${path}<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE`;

describe('search/replace blocks', () => {
  const one = taskOf([target('src/add.js', add)]);
  const forms: [string, string][] = [
    ['bare', edit('  return a - b;', '  return a + b;')],
    ['fenced, the path above', `src/add.js\n${block(edit('  return a - b;', '  return a + b;'))}`],
    ['fenced, the path inside', block(edit('  return a - b;', '  return a + b;', 'src/add.js\n'))],
    ['with white space at line ends', edit('  return a - b;  ', '  return a + b;')],
    ['with blank lines around', edit('\n  return a - b;\n', '\n  return a + b;\n')],
    ['with less indentation', edit('return a - b;', 'return a + b;')],
    ['with more indentation', edit('      return a - b;', '      return a + b;')],
    [
      'with ORIGINAL and UPDATED',
      edit('  return a - b;', '  return a + b;').replace('SEARCH', 'ORIGINAL').replace('REPLACE', 'UPDATED'),
    ],
    ['with Windows line ends', edit('  return a - b;', '  return a + b;').replace(/\n/g, '\r\n')],
  ];
  for (const [name, answer] of forms) {
    it(name, () => {
      const parsed = parseAnswer(answer, one);
      assert.equal(newText(parsed), `${add2}\n`);
      assert.equal(parsed.kind === 'attempt' && parsed.form, 'search-replace');
    });
  }

  it('applies several to several files, each to what the one before left', () => {
    const answer = [
      'src/add.js',
      block(`${edit('  return a - b;', '  return a + c;')}\n${edit('return a + c;', 'return a + b;')}`),
      'src/mul.js',
      block(edit('  return a / b;', '  return a * b;')),
    ].join('\n');
    const parsed = parseAnswer(answer, two);
    assert.equal(newText(parsed, 'src/add.js'), `${add2}\n`);
    assert.equal(newText(parsed, 'src/mul.js'), `${mul2}\n`);
  });
  it('finds the file by the text', () => {
    assert.equal(newText(parseAnswer(edit('  return a / b;', '  return a * b;'), two)), `${mul2}\n`);
    assert.equal(problemOf(parseAnswer(edit('}', '};'), two)), 'search-ambiguous');
  });
  it('prefers the focus, and follows it when it moves', () => {
    const text = 'let x = 1;\nlet y = 2;\n\nfunction f() {\n  let x = 1;\n}\n';
    const task = taskOf([target('a.js', text, ['f', 4, 6])]);
    assert.equal(
      newText(parseAnswer(edit('let x = 1;', 'let x = 3;'), task)),
      text.replace('  let x = 1', '  let x = 3'),
    );
    const moved = `${edit('let y = 2;', 'let y = 2;\nlet z = 3;')}\n${edit('let x = 1;', 'let x = 4;')}`;
    assert.equal(
      newText(parseAnswer(moved, task)),
      text.replace('y = 2;', 'y = 2;\nlet z = 3;').replace('  let x = 1', '  let x = 4'),
    );
  });
  it('does not mistake new lines before the focus for the focus', () => {
    const text = 'let y = 2;\n\nfunction f() {\n  let x = 1;\n}\n';
    const task = taskOf([target('a.js', text, ['f', 3, 5])]);
    const answer = `${edit('let y = 2;', 'let y = 2;\n\n\nlet x = 1;')}\n${edit('let x = 1;', 'let x = 4;')}`;
    assert.equal(
      newText(parseAnswer(answer, task)),
      text.replace('  let x = 1', '  let x = 4').replace('y = 2;', 'y = 2;\n\n\nlet x = 1;'),
    );
  });
  it('gives the replacement the indentation that the search lacked', () => {
    const text = 'class A {\n  f() {\n    if (x) {\n      g();\n    }\n  }\n}\n';
    const answer = edit('if (x) {\n  g();\n}', 'if (y) {\n\n  h();\n}');
    assert.equal(
      newText(parseAnswer(answer, taskOf([target('a.js', text)]))),
      text.replace('x', 'y').replace('{\n      g', '{\n\n      h'),
    );
  });
  it('does not match where indentation differs unevenly', () => {
    const text = 'if (x) {\n    g();\n  }\n';
    assert.equal(
      problemOf(parseAnswer(edit('if (x) {\n  g();\n}', 'y'), taskOf([target('a.js', text)]))),
      'search-not-found',
    );
  });
  it('refuses what occurs twice, changed tests, and placeholders', () => {
    const twice = taskOf([target('a.js', 'x();\ny();\nx();\n')]);
    assert.equal(problemOf(parseAnswer(edit('x();', 'z();'), twice)), 'search-ambiguous');
    assert.equal(newText(parseAnswer(edit('y();\nx();', 'y();'), twice)), 'x();\ny();\n');
    const other = `test/add.test.js\n${block(edit('a', 'b'), 'js path=test/add.test.js')}`;
    assert.equal(problemOf(parseAnswer(other, one)), 'not-a-target');
    assert.equal(problemOf(parseAnswer(edit('  return a - b;', '  // ... existing code ...'), one)), 'elided');
  });
  it('deletes lines, and fills an empty file', () => {
    assert.equal(
      newText(parseAnswer('<<<<<<< SEARCH\n  return a - b;\n=======\n>>>>>>> REPLACE', one)),
      add.replace('  return a - b;\n', ''),
    );
    assert.equal(newText(parseAnswer(edit('', 'x();'), taskOf([target('a.js', '')]))), 'x();\n');
  });
  it('ends a loop of the model', () => {
    const many = Array.from({ length: 300 }, () => edit('  return a - b;', '  return a - b;')).join('\n');
    assert.equal(problemOf(parseAnswer(many, one)), 'malformed-search-replace');
  });
});

describe('hostile answers', () => {
  const file = Array.from({ length: 2000 }, (_, index) => `function f${index}() {\n  return ${index};\n}\n`).join('\n');
  const task = taskOf([target('a.js', file, ['f7', 29, 31]), target('b.js', 'x\n'.repeat(30_000))]);
  const cases: [string, string][] = [
    ['backticks in one line', '`'.repeat(200_000)],
    ['fences', '```\n'.repeat(200_000)],
    ['fences with info strings', '```js path=a.js\n'.repeat(60_000)],
    ['tildes and backticks', '~~~\n```\n'.repeat(80_000)],
    ['one long line', 'x'.repeat(5_000_000)],
    ['one long line in a block', block('(a '.repeat(320_000))],
    ['short lines in a block', block('a\n'.repeat(500_000))],
    ['spaces', ' '.repeat(1_000_000)],
    ['tabs in a block', block(`function f7() {\n${'\t'.repeat(800_000)}x\n}`)],
    ['definitions', block('function f7() {\n}\n'.repeat(50_000))],
    ['all definitions of the file, many times', block(file.repeat(50))],
    ['imports', block(`${"import { a } from 'a';\n".repeat(40_000)}function f7() {}`)],
    ['open brackets', block(`import (\n${'({[\n'.repeat(200_000)}`)],
    ['search marks', '<<<<<<< SEARCH\n'.repeat(60_000)],
    [
      'a search that nearly matches everywhere',
      `b.js\n<<<<<<< SEARCH\n${'x\n'.repeat(25_000)}y\n=======\n>>>>>>> REPLACE`,
    ],
    ['the same, indented', `b.js\n<<<<<<< SEARCH\n${' x\n'.repeat(25_000)}=======\n>>>>>>> REPLACE`],
    ['comments', block('// a\n'.repeat(180_000))],
    ['decorators', block('@a(\n'.repeat(180_000))],
    ['lone surrogates and null characters', '\ud800\u0000'.repeat(200_000)],
    ['paths', `${'src/a.js '.repeat(100_000)}\n${block('x')}`],
    ['many different blocks', Array.from({ length: 20_000 }, (_, index) => block(`x${index};`)).join('\n')],
    [
      'many different blocks for a test',
      Array.from({ length: 10_000 }, (_, index) => `test/a.js\n${block(`x${index};`)}`).join('\n'),
    ],
    [
      'nearly all definitions of the file and many others',
      block(
        file.replace('f1999', 'g1999') +
          Array.from({ length: 20_000 }, (_, index) => `function h${index}() {\n}\n`).join(''),
      ),
    ],
    ['the head of a file and a long tail', `b.js\n${block(`x\n${'y\n'.repeat(180_000)}`)}`],
    ['carriage returns', '\r'.repeat(800_000)],
  ];
  for (const [name, answer] of cases) {
    it(`${name} are read in bounded time`, () => {
      const took = processorTime(() => parseAnswer(answer, task));
      assert.ok(took < 5000, `${Math.round(took)} ms`);
    });
  }

  it('keeps prototype names and dollar signs as they are', () => {
    const text = 'function f() {\n  return 1;\n}\n';
    const one = taskOf([target('__proto__', text), target('constructor', text.replace('f', 'g'))]);
    const code = "function f() {\n  return '$& $1 $$';\n}";
    assert.equal(newText(parseAnswer(block(code, 'js path=__proto__'), one)), `${code}\n`);
  });

  it('never throws (random pieces of answers)', () => {
    const pieces = [
      '```',
      '```js\n',
      '~~~\n',
      '\n',
      'function f7() {',
      '}',
      '<<<<<<< SEARCH\n',
      '=======\n',
      '>>>>>>> REPLACE\n',
      'src/a.js',
      '// ...',
      '  ',
      '\t',
      'import x from "x"',
      'class A {',
      '@d',
      '"""',
      "'",
    ];
    let state = 12345;
    const random = (): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state / 2 ** 32;
    };
    const small = taskOf([target('src/a.js', 'function f7() {\n  return 1;\n}\n', ['f7', 1, 3]), target('b.js', '')]);
    for (let round = 0; round < 5000; round++) {
      const answer = Array.from(
        { length: 1 + Math.floor(random() * 20) },
        () => pieces[Math.floor(random() * pieces.length)],
      ).join('');
      const parsed = parseAnswer(answer, small);
      if (parsed.kind === 'attempt') assert.ok(parsed.attempt.files.length > 0);
    }
  });
});
