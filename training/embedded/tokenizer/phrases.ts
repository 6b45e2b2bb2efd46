export interface PhraseOptions {
  /** Minimum share of the documents of one kind that contain it. */
  readonly share: number;
  readonly most: number;
}

/**
 * Sentences and lines that the prompts repeat. As single tokens they take one position instead of ten to thirty, both in
 * training and in use, so the model spends its context and its time on what differs.
 * @param documents by kind; each is the texts of its messages
 */
export function commonPhrases(
  documents: ReadonlyMap<string, readonly (readonly string[])[]>,
  { share, most }: PhraseOptions,
): readonly string[] {
  const saved = new Map<string, number>();
  for (const group of documents.values()) {
    const counts = new Map<string, number>();
    for (const document of group) {
      for (const phrase of new Set(document.flatMap(phrasesIn))) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
    for (const [phrase, count] of counts) {
      if (count < share * group.length || count < 2) continue;
      const tokens = phrase.split(' ').length - 1;
      saved.set(phrase, (saved.get(phrase) ?? 0) + (tokens * count) / group.length);
    }
  }
  const whole = [...saved.keys()];
  return (
    whole
      // A sentence that occurs only inside a longer phrase saves nothing.
      .filter(
        (phrase) =>
          !whole.some(
            (other) => other !== phrase && other.includes(phrase) && saved.get(other)! > 0.8 * saved.get(phrase)!,
          ),
      )
      .sort((a, b) => saved.get(b)! - saved.get(a)! || (a < b ? -1 : 1))
      .slice(0, most)
  );
}

/** Lines of prose and their sentences; code and data differ from task to task. */
function phrasesIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line) => [line, ...line.split(/(?<=[.:!?]) /)]).filter(isProse);
}

function isProse(line: string): boolean {
  return line.length >= 20 && line.split(' ').length >= 4 && !/[{};=]/.test(line);
}
