/** Names that a mistyped one may mean, nearest first; none that differs too much. */
export function closest(names: readonly string[], typed: string, limit: number): string[] {
  const wanted = typed.toLowerCase();
  return names
    .slice(0, 2000)
    .map((name) => ({ name, far: distance(name.toLowerCase(), wanted) }))
    .filter(({ far }) => far <= Math.max(2, wanted.length / 2))
    .sort((a, b) => a.far - b.far)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Number of letters to insert, remove or change; half of it when one name is part of the other. */
function distance(a: string, b: string): number {
  const [s, t] = [a.slice(0, 80), b.slice(0, 80)];
  let row = Array.from({ length: t.length + 1 }, (_, i) => i);
  for (let i = 1; i <= s.length; i++) {
    const next = [i];
    for (let j = 1; j <= t.length; j++) {
      const change = row[j - 1]! + (s[i - 1] === t[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  const far = row[t.length]!;
  return t.length > 2 && (a.includes(b) || b.includes(a)) ? far / 2 : far;
}
