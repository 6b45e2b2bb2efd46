/**
 * Paths with `/` against patterns: `*` and `?` within a name, `**` over any number of folders, `{a,b}`, `[a-z]`.
 * A pattern without `/` is about the top folder only, as in most tools' configurations.
 */
export function globMatcher(globs: readonly string[], ignoreCase = false): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const pattern = new RegExp(`^(?:${globs.map(source).join('|')})$`, ignoreCase ? 'i' : '');
  return (path) => pattern.test(path);
}

const tokens = /\*\*\/|\/\*\*$|\*\*|\*|\?|\{[^{}]*\}|\[[^\]/]+\]|[\s\S]/g;

function source(glob: string): string {
  return glob.replace(tokens, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '/**') return '/.+';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1 && token.startsWith('{')) return `(?:${token.slice(1, -1).split(',').map(source).join('|')})`;
    if (token.length > 1 && token.startsWith('[')) return characters(token);
    return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
}

function characters(token: string): string {
  const inside = token.slice(1, -1).replace(/^!/, '^').replace(/[\\[]/g, '\\$&');
  return `[${inside}]`;
}
