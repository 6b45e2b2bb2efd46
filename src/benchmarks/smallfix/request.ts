import { pick, type Random } from '../../shared/random.ts';
import type { Problem, ProblemReading } from './problem.ts';

const openers: readonly ((name: string) => string)[] = [
  () => '',
  () => '',
  (name) => `Write ${name}. `,
  (name) => `Correct ${name}. `,
  (name) => `${name} should do this: `,
];
const heldOutOpeners: readonly ((name: string) => string)[] = [() => '', (name) => `Make ${name} work. `];

/** Words a request. `say` adds a sentence that settles the reading. */
export function requestText(
  problem: Problem,
  random: Random,
  { reading, heldOut = false }: { readonly reading?: ProblemReading; readonly heldOut?: boolean } = {},
): string {
  const ask = heldOut ? problem.asks.at(-1)! : pick(random, problem.asks.slice(0, -1));
  const opener = pick(random, heldOut ? heldOutOpeners : openers)(problem.names.name);
  const say = reading === undefined || reading.says.length === 0 ? '' : ` ${pick(random, reading.says)}`;
  return `${opener}${ask}${say}`;
}
