import { axes, type MethodOptions } from '../agent/method.ts';

/** A way to continue after a failed attempt, to be compared with others: a method as it is, or a control (adaptation §8). */
export interface Arm {
  readonly name: ArmName;
  /** Description for tables, one line. */
  readonly what: string;
  readonly method: MethodOptions['method'];
  readonly switchFrom?: MethodOptions['switchFrom'];
  /** E2: every attempt starts from the task's prompt alone, with a seed of its own. */
  readonly resample?: true;
  /** E3: updates are computed from answers to other tasks. */
  readonly weights?: 'placebo';
  /** E5: instructions say nothing about the attempt. */
  readonly words?: 'placebo';
}

export const armNames = [
  'baseline',
  'textgrad',
  'rosa',
  'rosa2',
  'switch',
  'resample',
  'placebo-weights',
  'placebo-words',
  'switch-weights',
] as const;
export type ArmName = (typeof armNames)[number];

/** The five methods and the controls; `switch-weights` runs only when it is named. */
export const defaultArms: readonly ArmName[] = armNames.filter((name) => name !== 'switch-weights');

export const arms: Readonly<Record<ArmName, Arm>> = {
  baseline: { name: 'baseline', what: 'neither words nor weights: the comment as it is', method: 'baseline' },
  textgrad: { name: 'textgrad', what: 'words only', method: 'textgrad' },
  rosa: { name: 'rosa', what: 'weights only', method: 'rosa' },
  rosa2: { name: 'rosa2', what: 'words and weights', method: 'rosa2' },
  switch: { name: 'switch', what: 'words, from the middle on also weights (E4)', method: 'switch' },
  resample: {
    name: 'resample',
    what: 'independent attempts from the task alone (E2)',
    method: 'baseline',
    resample: true,
  },
  'placebo-weights': {
    name: 'placebo-weights',
    what: 'words, and weights from rejected answers to other tasks (E3)',
    method: 'rosa2',
    weights: 'placebo',
  },
  'placebo-words': {
    name: 'placebo-words',
    what: 'weights, and a generic critique before the comment (E5)',
    method: 'rosa2',
    words: 'placebo',
  },
  'switch-weights': {
    name: 'switch-weights',
    what: 'weights, from the middle on also words (E4)',
    method: 'switch',
    switchFrom: 'weights',
  },
};

export function methodOptions(arm: Arm, maxTurns: number): MethodOptions {
  return {
    method: arm.method,
    maxTurns,
    ...(arm.switchFrom !== undefined && { switchFrom: arm.switchFrom }),
  };
}

/** Whether any turn of a task run of this arm can update weights. */
export function adaptsWeights(arm: Arm, maxTurns: number): boolean {
  const options = methodOptions(arm, maxTurns);
  return Array.from({ length: maxTurns - 1 }, (_, i) => axes(options, i + 1)).some(({ weights }) => weights);
}
