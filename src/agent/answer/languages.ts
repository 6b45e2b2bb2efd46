/** Tags of fenced blocks, by their meaning for an answer. */

export type Family = 'js' | 'python' | 'go' | 'other';

const families: Readonly<Record<string, Family>> = Object.fromEntries([
  ...'js javascript jsx mjs cjs ts typescript tsx mts cts node'.split(' ').map((tag) => [tag, 'js'] as const),
  ...'py python python3 py3'.split(' ').map((tag) => [tag, 'python'] as const),
  ...'go golang'.split(' ').map((tag) => [tag, 'go'] as const),
]);

const synonyms: Readonly<Record<string, string>> = {
  rs: 'rust',
  'c++': 'cpp',
  cs: 'csharp',
  'c#': 'csharp',
  kt: 'kotlin',
  rb: 'ruby',
};

/** Tags of blocks that show something and replace nothing. */
const shown = new Set(
  'sh bash shell zsh console terminal cmd powershell ps1 text txt plaintext plain output log diff patch json yaml yml toml ini xml html md markdown http'.split(
    ' ',
  ),
);

export function familyOf(language: string): Family {
  return families[language.toLowerCase()] ?? 'other';
}

/** Whether a block with this tag can be code in the language of a target; '' fits any. */
export function canBe(tag: string, language: string): boolean {
  const [a, b] = [canonical(tag), canonical(language)];
  return a === '' || b === '' || a === b;
}

export function onlyShows(tag: string): boolean {
  return shown.has(tag.toLowerCase());
}

function canonical(tag: string): string {
  const lower = tag.toLowerCase();
  return families[lower] ?? synonyms[lower] ?? lower;
}
