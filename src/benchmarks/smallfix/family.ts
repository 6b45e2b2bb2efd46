import type { Random } from '../../shared/random.ts';
import type { Json } from './task.ts';

/** One way to settle what a request leaves open. */
interface Choice {
  readonly id: string;
  /** Full sentences that say it, as a request, an instruction or a requirement would. */
  readonly says: readonly string[];
  /** The same in the words of a grumbling developer after a failed attempt. */
  readonly grumbles: readonly string[];
}

/** Something that requests often leave open, in many families alike. */
export interface Axis {
  /** What a vague comment may name: "the ends". */
  readonly topic: string;
  readonly choices: Readonly<Record<string, Choice>>;
}

/** What a family makes from drawn names and parameters. */
export interface Draft {
  /**
   * Requests that leave the readings open, or say everything where there is only one reading. The last one is held out of
   * training; there are at least three.
   */
  readonly asks: readonly string[];
  /** Absent where there is only one reading. */
  readonly axis?: Axis;
  /** By the axis's choice, most plausible first; function bodies without indentation. */
  readonly readings: Readonly<Record<string, string>>;
  /** Faulty bodies that are typical of this family, in addition to those made by mutation. */
  readonly bugs?: readonly string[];
  /** Arguments of candidate tests. */
  readonly inputs: readonly (readonly Json[])[];
}

export interface Names {
  readonly name: string;
  readonly args: readonly string[];
}

/** A kind of small function: names to choose from, parameters to draw, and what they make. */
export interface Family {
  readonly id: string;
  readonly group: string;
  readonly names: readonly string[];
  /** Lists of argument names. */
  readonly args: readonly (readonly string[])[];
  /** How often it is drawn relative to others. */
  readonly weight: number;
  /** Never used in training. */
  readonly heldOut: boolean;
  /** Draws everything that varies apart from names; the same for the same random state. */
  params(random: Random): readonly Json[];
  make(names: Names, params: readonly Json[], random: Random): Draft;
}

export interface FamilySpec<P extends readonly Json[]> {
  readonly names: readonly string[];
  readonly args: readonly (readonly string[])[];
  readonly weight?: number;
  readonly heldOut?: boolean;
  readonly params?: (random: Random) => P;
  readonly make: (given: {
    readonly f: string;
    readonly a: readonly string[];
    readonly p: P;
    readonly r: Random;
  }) => Draft;
}

/** A family from its table entry. */
export function family<P extends readonly Json[] = readonly []>(
  group: string,
  id: string,
  { names, args, weight = 1, heldOut = false, params, make }: FamilySpec<P>,
): Family {
  return {
    id,
    group,
    names,
    args,
    weight,
    heldOut,
    params: (random) => params?.(random) ?? [],
    make: ({ name, args }, drawn, random) => make({ f: name, a: args, p: drawn as P, r: random }),
  };
}

/** A module with one exported function. */
export function moduleSource({ name, args }: Names, body: string): string {
  const indented = body.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
  return `export function ${name}(${args.join(', ')}) {\n${indented.join('\n')}\n}\n`;
}

/** The same without a body, for a function that is still to be written. */
export function stubSource({ name, args }: Names): string {
  return `export function ${name}(${args.join(', ')}) {\n}\n`;
}
