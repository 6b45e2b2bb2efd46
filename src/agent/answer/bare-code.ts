import type { TargetFile } from '../task.ts';
import { opensFence } from '../text/fences.ts';
import { defines, definitionsIn, plainName } from './definitions.ts';
import { linesOf, withoutBlankEnds } from './lines.ts';
import { isComment, isDecorator } from './spans.ts';

const beginsCode =
  /^(?:(?:import|from|package|use|using|const|let|var|export)\b(?=.*[={("';])|(?:import|package) [\w.]+;?$|module\.exports\b|exports\.|['"]use strict|#include\b|#!)/;
const endsCode = /[}\])>;:,`"']\s*$|^\s+\S|^\s*end\s*$/;

/**
 * The code of an answer without a fenced block, only if everything indicates that the text is the target's code and nothing
 * else. A closing fence without an opening one, which was part of the prompt, is removed.
 */
export function bareCode(lines: readonly string[], target: TargetFile): readonly string[] | undefined {
  const text = withoutBlankEnds(lines);
  const code = withoutBlankEnds(
    text.at(-1) !== undefined && opensFence(text.at(-1)!)?.info === '' ? text.slice(0, -1) : text,
  );
  const first = code[0];
  const last = code.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const known = new Set(linesOf(target.text).map((line) => line.trim()));
  const begins =
    known.has(first.trim()) ||
    beginsCode.test(first) ||
    isComment(first) ||
    isDecorator(first) ||
    definitionsIn([first]).length > 0;
  if (!begins || !(known.has(last.trim()) || endsCode.test(last))) return undefined;
  const symbol = target.focus === undefined ? undefined : plainName(target.focus.symbol);
  if (symbol !== undefined) return defines(code, symbol) ? code : undefined;
  const names = definitionsIn(linesOf(target.text)).map((definition) => definition.name);
  return names.some((name) => defines(code, name)) ? code : undefined;
}
