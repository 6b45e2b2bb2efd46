/** JSON with comments and trailing commas, as in tsconfig.json; undefined when it is not valid. */
export function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment inside of one is kept.
  const plain = text
    .replace(
      /("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
      (_, string: string | undefined) => string ?? ' ',
    )
    .replace(/("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    return JSON.parse(plain);
  } catch {
    return undefined; // Not our file; without it there are only fewer ways to resolve an import.
  }
}
