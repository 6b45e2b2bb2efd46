import type { Family } from '../../../../src/benchmarks/smallfix/family.ts';
import { askedWords } from './asked-words.ts';
import { casedWords } from './cased-words.ts';
import { characters } from './characters.ts';
import { textFields } from './fields.ts';
import { keptWords } from './kept-words.ts';
import { letterExtents } from './letter-extents.ts';
import { textSides } from './sides.ts';
import { sortedWords } from './sorted-words.ts';
import { twoSteps } from './two-steps.ts';
import { twoTexts } from './two-texts.ts';
import { whichWords } from './which-words.ts';
import { wordPlaces } from './word-places.ts';

/** Texts and lists of words: which of them, what is done, how it is returned. */
export const textFamilies: readonly Family[] = [
  ...keptWords,
  characters,
  twoSteps,
  askedWords,
  textSides,
  casedWords,
  letterExtents,
  wordPlaces,
  whichWords,
  textFields,
  sortedWords,
  twoTexts,
];
