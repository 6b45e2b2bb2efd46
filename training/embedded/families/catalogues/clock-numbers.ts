import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';

const clock = (r: Random): Inputs => [
  ...[0, 1, 59, 60, 61, 600, 1439, 1440, 3661].map((n) => [n]),
  ...numbers(r, 3, 62, 9000).map((n) => [n]),
];

/** Numbers of minutes, hours, days and seconds. */
export const clockNumbers = catalogue(
  'time-number',
  'timeText showTime duration clockTime spell timing',
  [['minutes'], ['total'], ['time'], ['amount']],
  [
    [
      'Minutes as hours and minutes, like 1:05.|Write the minutes as h:mm.|Turn minutes into a text like 2:30.|Format minutes as hours:minutes.',
      "return `§{Math.floor($a / 60)}:§{String($a % 60).padStart(2, '0')}`;",
    ],
    [
      'How many full hours are these minutes?|Whole hours in the minutes.|Minutes to full hours.|Count the complete hours.',
      'return Math.floor($a / 60);',
    ],
    [
      'Which hour of the day is it after so many minutes since midnight?|Hour from 0 to 23 for minutes since midnight.|Minutes since midnight: the hour, also after a day.|Hour of the day, it may go past midnight.',
      'return Math.floor($a / 60) % 24;',
    ],
    [
      'Split minutes into days, hours and minutes.|Return days, hours and minutes as a list.|Minutes to [days, hours, minutes].|Break the minutes into three numbers: days, hours, minutes.',
      'const days = Math.floor($a / 1440);\nreturn [days, Math.floor($a / 60) % 24, $a % 60];',
    ],
    [
      'Split hours into days and hours.|Hours to [days, hours].|Return full days and the hours left.|How many days and hours are so many hours?',
      'return [Math.floor($a / 24), $a % 24];',
    ],
    [
      'Days as weeks and days, like "2w 3d".|Write days like "1w 4d".|Turn days into text with weeks: "3w 0d".|Format a number of days as weeks and days, "0w 5d".',
      'return `§{Math.floor($a / 7)}w §{$a % 7}d`;',
    ],
    [
      'Minutes since midnight, $k hours later, within the day.|Add $k hours and wrap at midnight.|$k hours later, in minutes since midnight.|Move it on by $k hours, past midnight start at 0.',
      'return ($a + $k * 60) % 1440;',
    ],
    [
      'Is it before noon? It is in minutes since midnight of any day.|Minutes since some midnight: morning or not?|True from midnight to noon.|Does it lie in the first half of its day?',
      'return $a % 1440 < 720;',
    ],
    [
      'Minutes left until midnight, 0 at midnight.|How many minutes to the next midnight? 0 at midnight.|Time to the end of the day, in minutes, 0 at midnight.|Until midnight: minutes, none at midnight.',
      'return (1440 - ($a % 1440)) % 1440;',
    ],
    [
      'Seconds as text: "45s" below a minute, else like "2m 5s".|Write seconds like "1m 30s", or "30s" below a minute.|Format seconds with m and s, without 0m.|Seconds as "3m 0s", below 60 only "59s".',
      'if ($a < 60) return `§{$a}s`;\nreturn `§{Math.floor($a / 60)}m §{$a % 60}s`;',
    ],
  ],
  clock,
);
