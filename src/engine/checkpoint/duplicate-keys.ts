/**
 * The first key that occurs twice in one object of a JSON text, at any depth; undefined when there is none.
 * JSON.parse keeps the last of them silently, so two readers of one file could see different tensors.
 * @param text valid JSON
 */
export function firstDuplicateKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index]!;
    index++;
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = index - 1;
      while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
      index++;
      const keys = open.at(-1);
      if (keys && isFollowedByColon(text, index)) {
        const key = JSON.parse(text.slice(start, index)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
    }
  }
  return undefined;
}

function isFollowedByColon(text: string, from: number): boolean {
  let index = from;
  while (text[index] === ' ' || text[index] === '\n' || text[index] === '\r' || text[index] === '\t') index++;
  return text[index] === ':';
}
