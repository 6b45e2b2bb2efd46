/** Marks where text was left out. */
const gap = '…';

/**
 * At most `limit` UTF-16 code units; what is left out is marked. Both ends are kept (the beginning twice as long), because
 * messages begin with what happened and end with where. Cut at line ends where one is near. Never cuts a surrogate pair.
 */
export function truncated(text: string, limit: number, keep: 'start' | 'both' = 'both'): string {
  if (text.length <= limit) return text;
  if (limit <= gap.length) return gap.slice(0, Math.max(0, limit));
  if (keep === 'start' || limit < 60) return headOf(text, limit - gap.length) + gap;
  const tailLength = Math.floor((limit - gap.length - 2) / 3);
  const tail = tailOf(text, tailLength);
  const head = headOf(text, limit - gap.length - 2 - tail.length);
  return `${head}\n${gap}\n${tail}`;
}

function headOf(text: string, length: number): string {
  const head = text.slice(0, isLow(text, length) ? length - 1 : length);
  const lineEnd = head.lastIndexOf('\n');
  return lineEnd > length * 0.8 ? head.slice(0, lineEnd) : head;
}

function tailOf(text: string, length: number): string {
  const start = text.length - length;
  const tail = text.slice(isLow(text, start) ? start + 1 : start);
  const lineEnd = tail.indexOf('\n');
  return lineEnd >= 0 && lineEnd < length * 0.2 ? tail.slice(lineEnd + 1) : tail;
}

/** Whether a cut before this index would split a surrogate pair. */
function isLow(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}
