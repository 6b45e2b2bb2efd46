import type { Axis } from './family.ts';

/** What requests commonly leave open. The sentences are few and regular, so that a small model can learn them. */

/** Whether the limit itself is meant. `side` says which values are: those above it or those below it. */
export function limitAxis(n: number, side: 'high' | 'low'): Axis {
  const more = side === 'high' ? 'more' : 'less';
  return {
    topic: 'the limit',
    choices: {
      without: {
        id: 'without',
        says: [`Exactly ${n} does not count.`, `Only ${more} than ${n} counts.`],
        grumbles: [`${n} is one too many`, `take ${n} out again`, `not ${n} as well`],
      },
      with: {
        id: 'with',
        says: [`Exactly ${n} counts too.`, `${n} or ${more} counts.`],
        grumbles: [`you forgot ${n}`, `${n} is left out`, `what about ${n}?`],
      },
    },
  };
}

export const ends: Axis = {
  topic: 'the ends',
  choices: {
    both: {
      id: 'both',
      says: ['Both ends are included.', 'The last one is included too.'],
      grumbles: ['the last one is missing', 'it stops too early', 'where is the last one?'],
    },
    start: {
      id: 'start',
      says: ['The first one is included, the last one is not.', 'It stops before the last one.'],
      grumbles: ['the last one is too much', 'it goes too far', 'one too many at the end'],
    },
    none: {
      id: 'none',
      says: ['Neither end is included.', 'Only what lies between the ends is included.'],
      grumbles: ['both ends are too much', 'only what lies between', 'leave the first one and the last one out'],
    },
  },
};

export const letterCase: Axis = {
  topic: 'upper case',
  choices: {
    exact: {
      id: 'exact',
      says: ['Upper case and lower case are different.', 'Case matters.'],
      grumbles: ['A and a are not the same', 'do not mix up big and small letters', 'it is too lax with letters'],
    },
    same: {
      id: 'same',
      says: ['Upper case and lower case are the same.', 'Case does not matter.'],
      grumbles: ['A and a are the same to me', 'big and small letters should match', 'it is too strict with letters'],
    },
  },
};

export const empty: Axis = {
  topic: 'empty input',
  choices: {
    zero: {
      id: 'zero',
      says: ['With nothing in it, return 0.', 'For an empty list return 0.'],
      grumbles: ['nothing should give 0', 'I want a 0 when it is empty', '0 for no input'],
    },
    null: {
      id: 'null',
      says: ['With nothing in it, return null.', 'For an empty list return null.'],
      grumbles: ['nothing should give null', 'I want null when it is empty', 'null for no input'],
    },
    minus: {
      id: 'minus',
      says: ['With nothing in it, return -1.', 'For an empty list return -1.'],
      grumbles: ['nothing should give -1', 'I want -1 when it is empty', '-1 for no input'],
    },
  },
};

export const absent: Axis = {
  topic: 'what is missing',
  choices: {
    null: {
      id: 'null',
      says: ['What is missing becomes null.', 'When it is missing, use null.'],
      grumbles: ['null where there is nothing', 'missing means null', 'a gap should be null'],
    },
    skip: {
      id: 'skip',
      says: ['What is missing is left out.', 'When it is missing, skip it.'],
      grumbles: ['do not make up what is not there', 'missing means missing', 'no gaps please'],
    },
    zero: {
      id: 'zero',
      says: ['What is missing becomes 0.', 'When it is missing, use 0.'],
      grumbles: ['0 where there is nothing', 'missing means 0', 'a gap should be 0'],
    },
  },
};

export const direction: Axis = {
  topic: 'the order',
  choices: {
    up: {
      id: 'up',
      says: ['The smallest comes first.', 'Go from small to large.'],
      grumbles: ['the big ones should be at the end', 'it is upside down, start small', 'start with the small ones'],
    },
    down: {
      id: 'down',
      says: ['The largest comes first.', 'Go from large to small.'],
      grumbles: ['the small ones should be at the end', 'it is upside down, start big', 'start with the big ones'],
    },
  },
};

export const ties: Axis = {
  topic: 'ties',
  choices: {
    first: {
      id: 'first',
      says: ['Of equals, the first one wins.', 'On a tie take the first one.'],
      grumbles: [
        'if two are equal I want the earlier one',
        'the earlier one should win',
        'later ones must not take over',
      ],
    },
    last: {
      id: 'last',
      says: ['Of equals, the last one wins.', 'On a tie take the last one.'],
      grumbles: ['if two are equal I want the later one', 'the later one should win', 'later ones should take over'],
    },
  },
};

export const base: Axis = {
  topic: 'the positions',
  choices: {
    zero: {
      id: 'zero',
      says: ['Positions count from 0.', 'The first position is 0.'],
      grumbles: ['it is off by one, 0 is the first', 'start counting at 0', '0 is where it begins'],
    },
    one: {
      id: 'one',
      says: ['Positions count from 1.', 'The first position is 1.'],
      grumbles: ['it is off by one, 1 is the first', 'start counting at 1', '1 is where it begins'],
    },
    back: {
      id: 'back',
      says: ['Positions count from the end, 1 is the last.', 'Count the positions backwards from 1.'],
      grumbles: ['count from the back, 1 is the last', 'wrong way round, 1 is at the end', '1 is the one at the end'],
    },
  },
};

export const side: Axis = {
  topic: 'the side',
  choices: {
    start: {
      id: 'start',
      says: ['Do it at the start.', 'The start is meant, not the end.'],
      grumbles: ['wrong side, I mean the left', 'it belongs on the left', 'do that at the front'],
    },
    end: {
      id: 'end',
      says: ['Do it at the end.', 'The end is meant, not the start.'],
      grumbles: ['wrong side, I mean the right', 'it belongs on the right', 'do that at the back'],
    },
    both: {
      id: 'both',
      says: ['Do it at both sides.', 'Start and end are both meant.'],
      grumbles: ['left and right', 'one side is not enough', 'do that at the front and at the back'],
    },
  },
};

export const rounding: Axis = {
  topic: 'rounding',
  choices: {
    nearest: {
      id: 'nearest',
      says: ['Round to the nearest whole number.', 'Halves and more go up, less goes down.'],
      grumbles: ['take the closest one', 'it should go to the one that is closer', 'round it properly'],
    },
    down: {
      id: 'down',
      says: ['Round down.', 'Drop the fraction.'],
      grumbles: ['it came out too high', 'cut the fraction off', 'never more than the exact value'],
    },
    up: {
      id: 'up',
      says: ['Round up.', 'A fraction counts as a whole one.'],
      grumbles: ['it came out too low', 'what is begun counts in full', 'never less than the exact value'],
    },
  },
};

export const rest: Axis = {
  topic: 'the rest',
  choices: {
    keep: {
      id: 'keep',
      says: ['A short rest at the end stays.', 'Keep the rest, even if it is short.'],
      grumbles: ['you lost the rest', 'the remaining ones are gone', 'something is cut off at the end'],
    },
    drop: {
      id: 'drop',
      says: ['A short rest at the end is left out.', 'Drop the rest if it is too short.'],
      grumbles: ['I only want full ones', 'the short one at the end is no use', 'no leftovers'],
    },
  },
};

export const clash: Axis = {
  topic: 'what comes twice',
  choices: {
    first: {
      id: 'first',
      says: ['What comes first stays.', 'When it comes twice, the first one stays.'],
      grumbles: ['later ones must not overwrite', 'I want the old one', 'do not replace what is there'],
    },
    last: {
      id: 'last',
      says: ['What comes last stays.', 'When it comes twice, the last one stays.'],
      grumbles: ['later ones should overwrite', 'I want the new one', 'replace what is there'],
    },
    sum: {
      id: 'sum',
      says: ['What comes twice is added up.', 'When it comes twice, add them.'],
      grumbles: ['put both together', 'they should be summed', 'one plus the other'],
    },
  },
};

export const extent: Axis = {
  topic: 'how many',
  choices: {
    all: {
      id: 'all',
      says: ['All of them are meant.', 'Do it for every one.'],
      grumbles: ['there are still some left', 'not only one', 'you missed the others'],
    },
    first: {
      id: 'first',
      says: ['Only the first one is meant.', 'Do it for the first one only.'],
      grumbles: ['too many changed', 'one is enough, the one in front', 'leave the later ones alone'],
    },
    last: {
      id: 'last',
      says: ['Only the last one is meant.', 'Do it for the last one only.'],
      grumbles: ['just one, the one at the back', 'leave the earlier ones alone', 'one is enough, at the back'],
    },
  },
};

export const bounds: Axis = {
  topic: 'what is out of range',
  choices: {
    clamp: {
      id: 'clamp',
      says: ['What is out of range stops at the edge.', 'It stays at the nearest edge.'],
      grumbles: ['do not jump to the other side', 'it should stick to the edge', 'too far means the edge'],
    },
    wrap: {
      id: 'wrap',
      says: ['What is out of range goes round.', 'After the last one it starts again.'],
      grumbles: ['it should go round in a circle', 'too far means back to the other side', 'it must not get stuck'],
    },
    null: {
      id: 'null',
      says: ['What is out of range gives null.', 'Out of range, return null.'],
      grumbles: ['too far means null', 'that is not allowed, so null', 'no value there, just null'],
    },
  },
};

export const zero: Axis = {
  topic: 'zero',
  choices: {
    without: {
      id: 'without',
      says: ['0 does not count.', '0 is not meant.'],
      grumbles: ['not 0', 'leave 0 out', '0 is wrong there'],
    },
    with: {
      id: 'with',
      says: ['0 counts too.', '0 is meant too.'],
      grumbles: ['0 as well', 'put 0 in', 'you forgot 0'],
    },
  },
};

export const words: Axis = {
  topic: 'the words',
  choices: {
    first: {
      id: 'first',
      says: ['Only the first word changes.', 'Change the first word only.'],
      grumbles: ['leave the other words alone', 'just the one in front', 'too many words changed'],
    },
    each: {
      id: 'each',
      says: ['Every word changes.', 'Change each word.'],
      grumbles: ['the other words too', 'one word is not enough', 'you missed some words'],
    },
    last: {
      id: 'last',
      says: ['Only the last word changes.', 'Change the last word only.'],
      grumbles: ['just the one at the back', 'it is the last word that I want', 'leave the words before it alone'],
    },
  },
};
