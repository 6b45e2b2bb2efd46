/** Placeholders that small models write instead of repeating code. */

const commentStart = /^\s*(?:\/\/+|#+|--+|\/\*+|\*+|<!--|;+|\{\s*\/\*)\s*/;
const commentEnd = /\s*(?:\*+\/\s*\}?|-->)?\s*$/;

const part =
  '(?:code|file|function|functions|class|classes|method|methods|implementation|implementations|module|logic|program|body|imports|script|definition|definitions|content|contents|stuff)';
const phrases: readonly RegExp[] = [
  new RegExp(
    `^(?:the )?(?:rest|remainder|remaining part) of (?:the |your |this )?(?:existing |original |previous )?${part}\\b.{0,60}$`,
  ),
  new RegExp(`^(?:the )?(?:existing|original|previous|remaining|unchanged|other|same) (?:\\w+ )?${part}\\b.{0,60}$`),
  new RegExp(`^(?:your|insert|keep|add)(?: \\w+){0,3} ${part} (?:here|below|above|as is|unchanged)\\b.{0,40}$`),
  /^(?:same|unchanged|as before|no changes?)(?: as)?(?: (?:before|above|original|here|needed))?$/,
  new RegExp(`^${part} (?:is |are |remains? |stays? )?(?:the )?(?:same|unchanged|omitted|goes here)\\b.{0,40}$`),
  /^(?:the )?rest (?:is |remains |stays )?(?:the same|unchanged|as before|omitted)$/,
];

/** The first line that stands for omitted code and is not in the original; undefined when nothing is left out. */
export function elidedLine(lines: readonly string[], original: readonly string[]): string | undefined {
  let known: Set<string> | undefined;
  for (const line of lines) {
    if (line.length > 200 || !isPlaceholder(line)) continue;
    known ??= new Set(original.map((other) => other.trim()));
    if (!known.has(line.trim())) return line.trim();
  }
  return undefined;
}

function isPlaceholder(line: string): boolean {
  const bare = line.trim();
  if (/^(?:\.\.\.|…|\[\.\.\.\]|\(\.\.\.\))$/.test(bare)) return true;
  if (!commentStart.test(bare)) return false;
  const words = bare.replace(commentStart, '').replace(commentEnd, '').trim().toLowerCase();
  // "// ..." and "// ... the helpers above ..." stand for code; "// done ..." is only a comment.
  if (/^(?:\.{3,}|…)/.test(words)) return true;
  const plain = words
    .replace(/^[([{]+|[)\]}]+$/g, '')
    .replace(/(?:\.+|…)\s*$/, '')
    .trim();
  return phrases.some((phrase) => phrase.test(plain));
}
