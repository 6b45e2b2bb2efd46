import assert from 'node:assert/strict';
import { focusAt } from '../../../src/targeting/focus.ts';
import { languageOf } from '../../../src/targeting/languages.ts';
import { type Declaration, outlineOf } from '../../../src/targeting/outline.ts';

const never = new AbortController().signal;

interface Case {
  readonly path: string;
  readonly text: string;
  /** `qualified first-last`; a `!` where the lines hold other code as well. */
  readonly declared: readonly string[];
  /** Line → symbol that a focus there has. */
  readonly focus: Readonly<Record<number, string | undefined>>;
}

const cases: Readonly<Record<string, Case>> = {
  JavaScript: {
    path: 'a.js',
    text: `import x from 'x';

/** Adds. */
export const add = (a, b) =>
  a + b;

// Apart.

export default async function* main() {
  const inner = function () { return 1; };
}

exports.sub = function (a) {
  return a;
};
Stack.prototype.pop = () => {};

const api = {
  get: (id) => id,
  put(id) {
    return [id].map((one) => {
      return one;
    });
  },
};

class Stack extends Array {
  static #count = 0;
  #grow = () => {
    return 1;
  };
  constructor() { super(); } get size() { return 1; }
}
`,
    declared: [
      'add 3-5',
      'main 9-11',
      'main.inner 10-10',
      'sub 13-15',
      'pop 16-16',
      'api 18-25',
      'api.get 19-19',
      'api.put 20-24',
      'Stack 27-33',
      'Stack.#grow 29-31',
      'Stack.constructor 32-32!',
      'Stack.size 32-32!',
    ],
    focus: {
      1: undefined,
      4: 'add',
      7: undefined,
      10: 'main',
      14: 'sub',
      19: 'api.get',
      22: 'api.put',
      28: 'Stack',
      32: 'Stack',
    },
  },
  TypeScript: {
    path: 'a.ts',
    text: `@Component({})
export class A<T> {
  @Input()
  private readonly f = async <U>(u: U): Promise<U> => {
    return u;
  };

  // Of both.
  public g(this: A<T>): void {}
}
export abstract class B {}
export interface C { x: number }
namespace N {
  export function h(): void {}
}
const k = <const T,>(t: T) => t;
`,
    declared: ['A 1-10', 'A.f 3-6', 'A.g 8-9', 'B 11-11', 'C 12-12', 'N 13-15', 'N.h 14-14', 'k 16-16'],
    focus: { 1: 'A', 3: 'A.f', 8: 'A.g', 14: 'N.h' },
  },
  TSX: {
    path: 'a.tsx',
    text: `export const View = ({ name }: Props) => (
  <b onClick={() => go()}>{name}</b>
);
export function Other() { return <i />; }
`,
    declared: ['View 1-3', 'Other 4-4'],
    focus: { 2: 'View' },
  },
  Python: {
    path: 'a.py',
    text: `import os

# About f.
@cache
@other(1)
def f(a,
      b):
    """Doc."""
    def inner():
        return 1
    return inner

class A:
    x = 1

    @property
    def size(self):
        return 1

    async def go(self):
        pass

double = lambda n: n * 2
`,
    declared: ['f 3-11', 'f.inner 9-10', 'A 13-21', 'A.size 16-18', 'A.go 20-21', 'double 23-23'],
    focus: { 3: 'f', 5: 'f', 10: 'f.inner', 11: 'f', 14: 'A', 16: 'A.size' },
  },
  Go: {
    path: 'a.go',
    text: `package a

// Stack is a stack.
type Stack[T any] struct {
	items []T
}

// Push puts
// one on top.
func (s *Stack[T]) Push(x T) {
	s.items = append(s.items, x)
}

func (s Stack[T]) Size() int { return 1 }

func Sum(xs ...int) int {
	return 1
}
`,
    declared: ['Stack 3-6', 'Stack.Push 8-12', 'Stack.Size 14-14', 'Sum 16-18'],
    focus: { 8: 'Stack.Push', 11: 'Stack.Push', 5: 'Stack', 17: 'Sum', 1: undefined },
  },
  Rust: {
    path: 'a.rs',
    text: `use std::fmt;

/// A stack.
#[derive(Debug)]
pub struct Stack<T> {
    items: Vec<T>,
}

impl<T: Clone> Stack<T> {
    /// Puts one on top.
    /// Twice documented.
    #[inline]
    pub fn push(&mut self, x: T) {
        self.items.push(x);
    }
}

impl<T> fmt::Display for Stack<T> {
    fn fmt(&self) {}
}

mod inner {
    pub async fn go() {}
}
`,
    declared: [
      'Stack 3-7',
      'Stack 9-16',
      'Stack.push 10-15',
      'Stack 18-20',
      'Stack.fmt 19-19',
      'inner 22-24',
      'inner.go 23-23',
    ],
    focus: { 10: 'Stack.push', 12: 'Stack.push', 14: 'Stack.push', 9: 'Stack', 23: 'inner.go' },
  },
  Java: {
    path: 'A.java',
    text: `package a;

/** A. */
public class A<T> {
  private int x;

  A() {}

  /** Doc. */
  @Override
  @Other(1)
  public <U> U go(U u) throws E {
    Runnable r = () -> {
      u.run();
    };
    return u;
  }

  enum B { C; void d() {} }
  record P(int x) {}
}
`,
    declared: ['A 3-21', 'A.A 7-7', 'A.go 9-17', 'A.B 19-19', 'A.B.d 19-19!', 'A.P 20-20'],
    focus: { 14: 'A.go', 10: 'A.go', 5: 'A', 19: 'A.B' },
  },
  'C#': {
    path: 'A.cs',
    text: `namespace Shop;

/// <summary>A.</summary>
[Serializable]
public class A : B
{
    /// <summary>Adds.</summary>
    [Pure]
    public static int Add(int a, int b)
    {
        int Inner() => 1;
        return Inner();
    }

    public int Size => 1;
}
`,
    declared: ['A 3-16', 'A.Add 7-13', 'A.Add.Inner 11-11', 'A.Size 15-15'],
    focus: { 8: 'A.Add', 11: 'A.Add', 12: 'A.Add', 15: 'A.Size' },
  },
  'C++': {
    path: 'a.cpp',
    text: `namespace n {
// A.
template <typename T>
class A {
 public:
  int f() const { return 1; }
};
}  // namespace n

int *n::A::g(int a) {
  return a;
}
`,
    declared: ['n 1-8', 'n.A 2-7', 'n.A.f 6-6', 'n.A.g 10-12'],
    focus: { 6: 'n.A.f', 11: 'n.A.g', 5: 'n.A' },
  },
  PHP: {
    path: 'a.php',
    text: `<?php
/** Doc. */
function f() {
    return 1;
}
class A {
    public function g() {}
}
`,
    declared: ['f 2-5', 'A 6-8', 'A.g 7-7'],
    focus: { 2: 'f', 7: 'A.g' },
  },
  Ruby: {
    path: 'a.rb',
    text: `module M
  class A
    # Doc.
    def go!
      1
    end

    def self.make
      new
    end
  end
end
`,
    declared: ['M 1-12', 'M.A 2-11', 'M.A.go! 3-6', 'M.A.make 8-10'],
    focus: { 3: 'M.A.go!', 9: 'M.A.make', 7: 'M.A' },
  },
  Bash: {
    path: 'a.sh',
    text: '# Doc.\ngo() {\n  echo\n}\n',
    declared: ['go 1-4'],
    focus: { 3: 'go' },
  },
};

const shown = ({ qualified, firstLine, lastLine, alone }: Declaration) =>
  `${qualified} ${firstLine}-${lastLine}${alone ? '' : '!'}`;

describe('an outline', () => {
  for (const [name, { path, text, declared, focus }] of Object.entries(cases)) {
    it(`knows functions and classes of ${name}, and which one is around a line`, async () => {
      const outline = await outlineOf(path, text, never);
      assert.deepEqual(outline.declared.map(shown), declared);
      for (const [line, symbol] of Object.entries(focus)) {
        assert.equal(focusAt(outline.declared, Number(line))?.symbol, symbol, `line ${line}`);
      }
    });
  }

  it('knows examples of RSpec', async () => {
    const text = `RSpec.describe 'a' do\n  it 'b' do\n    expect(c 'd').to eq 'e'\n  end\n  it { run }\n  specify("f") { run }\nend\n`;
    const { declared } = await outlineOf('a_spec.rb', text, never);
    assert.deepEqual(
      declared.map(({ kind, name, firstLine, lastLine }) => `${kind} ${name} ${firstLine}-${lastLine}`),
      ['test a 1-7', 'test b 2-4', 'test f 6-6'],
    );
  });

  it('knows tests that are calls', async () => {
    const text = `describe('a', () => {\n  it("b \\"c\\"", () => {});\n  test.only(\`d\`, () => {});\n  it.each([1])('e %i', () => {});\n  other('f', () => {});\n});\n`;
    const { declared } = await outlineOf('a.test.js', text, never);
    assert.deepEqual(
      declared.map(({ kind, name, firstLine }) => `${kind} ${name} ${firstLine}`),
      ['test a 1', 'test b "c" 2', 'test d 3', 'test e %i 4'],
    );
  });

  it('does not take a comment at the end of a line of code for one of the next line', async () => {
    const { declared } = await outlineOf('a.js', 'let x = 1; // About x.\nfunction f() {\n}\n', never);
    assert.deepEqual(declared.map(shown), ['f 2-3']);
  });

  it('still knows what is whole in a file that does not parse', async () => {
    const { declared } = await outlineOf('a.js', 'function a() {\n  return 1;\n}\n\nfunction b( {\n', never);
    assert.equal(shown(declared[0]!), 'a 1-3');
  });

  it('is empty for a language without a grammar', async () => {
    assert.deepEqual(await outlineOf('a.unknown', 'f() {}', never), { declared: [], imports: [] });
    assert.deepEqual(await outlineOf('a.toml', '[a]', never), { declared: [], imports: [] });
    assert.equal(languageOf('Makefile'), undefined);
    assert.equal(languageOf('a.PY')?.fence, 'python');
  });

  it('reads signatures up to the body', async () => {
    const signatures = async (path: string, text: string) =>
      (await outlineOf(path, text, never)).declared.map(({ signature }) => signature);
    assert.deepEqual(await signatures('a.ts', 'export const f = (a: A<B>): C<D> => {\n  return 1;\n};\n'), [
      'export const f = (a: A<B>): C<D>',
    ]);
    assert.deepEqual(await signatures('a.py', '@x\ndef f(\n    a: int,\n) -> str:\n    pass\n'), [
      '@x def f( a: int, ) -> str:',
    ]);
    assert.deepEqual(await signatures('a.go', 'package a\nfunc (s *S) F(a int) (b, error) {\n}\n'), [
      'func (s *S) F(a int) (b, error)',
    ]);
  });

  it('survives deep nesting', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const { declared } = await outlineOf('a.js', `function f() { return ${deep}; }\n`, never);
    assert.ok(declared.length <= 1);
  });
});
