import { capital } from '../shared/capitals.ts';

/** A verb phrase as different requests. */
export const phrased = (ask: string, about: string): readonly string[] => [
  `${capital(ask)}.`,
  `Given ${about}, ${ask}.`,
  `The function should ${ask}.`,
  `Please ${ask}.`,
  `I want to ${ask}.`,
];
