const escapes = new RegExp(
  [
    // Operating system commands and other strings, up to their terminator (or the line's end, when it is missing).
    '\\u001b[\\]PX^_][^\\u0007\\u001b\\n]*(?:\\u0007|\\u001b\\\\)?',
    // Control sequences: colours, cursor movements.
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?',
    // All other escapes of two or three characters.
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);

/**
 * What a program printed, as plain text: no escape sequences, no control characters but line end and tab, none that turn
 * the direction of reading. A line that was overwritten (progress bars) shows its last state.
 */
export function plainText(text: string): string {
  return text
    .replace(escapes, '')
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r(?=[^\n])/gm, '')
    .replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '');
}

/** The last characters of a text, from the beginning of a line where that is near. */
export function endOf(text: string, limit: number): string {
  const trimmed = text.trimEnd();
  if (trimmed.length <= limit) return trimmed;
  const tail = trimmed.slice(-limit);
  const line = tail.indexOf('\n');
  return `…\n${line >= 0 && line < limit / 2 ? tail.slice(line + 1) : tail}`;
}
