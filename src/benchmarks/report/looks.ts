import type { ArmName } from '../arms.ts';
import type { Marker } from './svg.ts';

/** How an arm is drawn: markers and dashes distinguish it where colours do not. */
export interface Look {
  readonly marker: Marker;
  /** SVG's stroke-dasharray; '' = solid. */
  readonly dashes: string;
  /** On a light and on a dark background. */
  readonly colours: readonly [string, string];
}

export const looks: Readonly<Record<ArmName, Look>> = {
  baseline: { marker: 'ring', dashes: '', colours: ['#6b6b6b', '#a8a8a8'] },
  textgrad: { marker: 'square', dashes: '', colours: ['#0072b2', '#56a8e0'] },
  rosa: { marker: 'up', dashes: '', colours: ['#b35c00', '#f0a040'] },
  rosa2: { marker: 'circle', dashes: '', colours: ['#00795a', '#33c79b'] },
  switch: { marker: 'diamond', dashes: '7 3', colours: ['#8a3f8f', '#d08fd4'] },
  resample: { marker: 'cross', dashes: '2 3', colours: ['#6b6b6b', '#a8a8a8'] },
  'placebo-weights': { marker: 'down', dashes: '2 3', colours: ['#b3261e', '#f08070'] },
  'placebo-words': { marker: 'box', dashes: '2 3', colours: ['#4a55a0', '#98a4f0'] },
  'switch-weights': { marker: 'plus', dashes: '7 3', colours: ['#7a6a00', '#cdb930'] },
};
