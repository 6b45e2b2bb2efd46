/**
 * What a Python trace has to say, without the frames of Python's own import machinery: pytest marks it with `E`; in a
 * plain traceback it is what follows the last frame, and the last place before it.
 * @returns the text itself when it is not a trace
 */
export function pythonError(text: string): string {
  const lines = text.split('\n');
  const marked = lines.filter((line) => /^E {3}/.test(line)).map((line) => line.slice(4));
  if (marked.length > 0) return [...marked, ...lastPlace(lines)].join('\n');
  const last = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
  if (last < 0) return text;
  // Frames are indented; the exception begins at the margin.
  const exception = lines.findIndex((line, index) => index > last && /^\S/.test(line));
  if (exception < 0) return text;
  return [lines.slice(exception).join('\n').trim(), ...lastPlace(lines.slice(0, exception))].join('\n');
}

/** The last frame that is not of an installed library, as `at PATH:LINE`. */
function lastPlace(lines: readonly string[]): string[] {
  for (const line of lines.toReversed()) {
    const { path, number } =
      (
        /^ *File "(?<path>[^"<]+)", line (?<number>\d+)/.exec(line) ??
        /^(?<path>[^\s:<][^:]*\.py):(?<number>\d+): /.exec(line)
      )?.groups ?? {};
    if (path !== undefined && !/[\\/](?:lib[\\/]python|site-packages|Lib[\\/])/.test(path))
      return [`at ${path}:${number}`];
  }
  return [];
}
