import { join } from 'node:path';
import type { Verdict } from '../agent/verdict.ts';
import { type Candidate, failingTests } from './candidates.ts';
import { targetAmbiguous, targetUnknown } from './errors.ts';
import { shortFileLines } from './focus.ts';
import type { Lookup } from './lookup.ts';
import { suggestedFocus, type TargetSource, targetSource } from './target-source.ts';

/** The file that the failing tests point at. */
export async function chooseTarget(
  candidates: readonly Candidate[],
  baseline: Verdict | undefined,
  lookup: Lookup,
): Promise<{ readonly files: readonly TargetSource[]; readonly why: string }> {
  const readable: Candidate[] = [];
  for (const candidate of candidates.slice(0, 20)) if (await lookup.text(candidate.path)) readable.push(candidate);
  const [best] = readable;
  if (!best) throw targetUnknown(nothingFound(baseline));
  const equals = readable.filter(({ score }) => score === best.score);
  if (equals.length > 1) throw targetAmbiguous(equals.slice(0, 5).map(({ path, why }) => ({ path, why })));
  const file = (await lookup.text(best.path))!;
  const focus = await suggestedFocus(best, file, shortFileLines, lookup);
  const place = focus ? ` (${focus.symbol}, lines ${focus.firstLine} to ${focus.lastLine})` : '';
  const others =
    readable.length > 1
      ? ` Less likely: ${readable
          .slice(1, 4)
          .map(({ path }) => path)
          .join(', ')}.`
      : '';
  return {
    files: [targetSource(join(lookup.folder, best.path), file, focus)],
    why: `${best.path}${place} was chosen because ${best.why}.${others}`,
  };
}

function nothingFound(baseline: Verdict | undefined): string {
  if (!baseline) return 'No tests were run, and no target was named.';
  const failing = failingTests(baseline);
  if (failing.length === 0) return `No test failed (${baseline.detail}), so nothing points at a file.`;
  const names = failing.slice(0, 3).map(({ name }) => `"${name}"`);
  return `Neither the stack frames nor the imports of the failing tests (${names.join(', ')}) lead to a file of the workspace that is not a test.`;
}
