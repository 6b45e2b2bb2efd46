import type { Family } from '../../../src/benchmarks/smallfix/family.ts';
import type { Problem } from '../../../src/benchmarks/smallfix/problem.ts';
import { mulberry32, pick } from '../../../src/shared/random.ts';

const keywords = new Set(
  'const let return for if else of in while typeof new null true false Math Object String Number'.split(' '),
);

/** The code without its names, numbers and strings, so that a function has the same shape whatever it was drawn with. */
export function codeShape(source: string): string {
  const names = new Map<string, string>();
  return source
    .replace(/'[^']*'/g, "''")
    .replace(/(?<=[\w)\]]\??)\.([a-z]\w*)(?!\w*\()/g, (all, name) => (name === 'length' ? all : '.p'))
    .replace(/(?<![\w']|[\w)\]]\??\.)[A-Za-z_]\w*/g, (name) => {
      if (keywords.has(name)) return name;
      if (!names.has(name)) names.set(name, `v${names.size}`);
      return names.get(name)!;
    })
    .replace(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g, (number) => (Number(number) > 1 ? 'n' : number))
    .replace(/[{};\s]+/g, ' ')
    .trim();
}

/** After this number of draws another shape is unlikely. */
const draws = 200;

/** The shapes of everything that the families make. */
export function shapesOf(families: readonly Family[]): ReadonlySet<string> {
  const shapes = new Set<string>();
  for (const family of families) {
    const random = mulberry32(3);
    for (let count = 0; count < draws; count++) {
      const names = { name: pick(random, family.names), args: pick(random, family.args) };
      const { readings } = family.make(names, family.params(random), random);
      for (const body of Object.values(readings)) shapes.add(shape(names.args, body));
    }
  }
  return shapes;
}

export function hasShapeIn({ names, readings }: Problem, shapes: ReadonlySet<string>): boolean {
  return readings.some(({ source }) => {
    const body = source.slice(source.indexOf('\n') + 1, source.lastIndexOf('}'));
    return shapes.has(shape(names.args, body.replace(/^ {2}/gm, '')));
  });
}

function shape(args: readonly string[], body: string): string {
  return codeShape(`(${args.join(', ')}) ${body}`);
}
