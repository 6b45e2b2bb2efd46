import type { TargetFile } from '../task.ts';
import { type FencedBlock, opensFence } from '../text/fences.ts';
import { lineLabel } from './labels.ts';

/** A model that copies the prompt's layout into its block nests once; more is a loop. */
const deepest = 3;

/**
 * The code of a block into which the model has copied the prompt's own layout: a line with the target's path, another opening
 * fence, and only then the code.
 */
export function unwrapped(block: FencedBlock, targets: readonly TargetFile[]): FencedBlock {
  let { info, lines } = block;
  for (let depth = 0; depth < deepest; depth++) {
    const inner = afterLayout(lines, targets);
    if (inner === undefined) break;
    lines = inner.lines;
    info = [info, inner.info].filter((part) => part !== '').join(' ');
  }
  return { ...block, info, lines };
}

/** What follows the layout's lines at the top; undefined when there are none. The label stays known through the info string. */
function afterLayout(
  lines: readonly string[],
  targets: readonly TargetFile[],
): { readonly lines: readonly string[]; readonly info: string } | undefined {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) return undefined;
  const path = labelledPath(lines[first]!, targets);
  const second = path === undefined ? first : lines.findIndex((line, index) => index > first && line.trim() !== '');
  const fence = second < 0 ? undefined : opensFence(lines[second]!);
  if (fence !== undefined && !stands(lines[second]!, targets)) {
    return { lines: lines.slice(second + 1), info: [path ?? '', fence.info].join(' ').trim() };
  }
  return path === undefined ? undefined : { lines: lines.slice(first + 1), info: path };
}

function labelledPath(line: string, targets: readonly TargetFile[]): string | undefined {
  // Code that names a file, such as an import, is no label; neither is a line that the target has itself.
  if (/[;{}()='"]/.test(line) || stands(line, targets)) return undefined;
  const label = lineLabel(line, targets, []);
  return label.kind === 'target' ? label.target.path : undefined;
}

function stands(line: string, targets: readonly TargetFile[]): boolean {
  return targets.some(({ text }) => text.split('\n').some((known) => known.trim() === line.trim()));
}
