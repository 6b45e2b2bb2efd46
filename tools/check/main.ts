import path from 'node:path';
import { circleViolations } from './circles.ts';
import { documentViolations } from './documents.ts';
import { figureViolations } from './figures.ts';
import { layerViolations } from './layers.ts';
import { mirrorViolations } from './mirror.ts';
import { phraseViolations } from './phrases.ts';
import { readSources } from './source.ts';
import { show } from './violation.ts';

/** The project's own rules, as a part of `npm run check`: prints every violation and ends with exit code 1 on any. */
process.chdir(path.resolve(import.meta.dirname, '../..'));
const sources = readSources();
const rules = [
  layerViolations,
  circleViolations,
  mirrorViolations,
  figureViolations,
  phraseViolations,
  documentViolations,
];
const violations = rules.flatMap((rule) => rule(sources));
if (violations.length > 0) {
  process.stdout.write(`${violations.map(show).join('\n')}\n${violations.length} violations of the project's rules\n`);
  process.exitCode = 1;
}
