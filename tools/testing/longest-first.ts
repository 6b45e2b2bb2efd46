/**
 * Parts of the paths of files that take longest, the longest ones first: begun last, one of them would keep a single
 * process busy while the others have nothing left to do.
 */
const longest = [
  'webgpu/oracles',
  'webgpu/quantised',
  'webgpu/adaptation',
  'webgpu/decode-state',
  'session/fix/killed',
  'training/embedded/training',
  'cli/fix.test',
  'files/snapshots/killed',
  'training/embedded/readme',
  'training/forgetting',
  'cli/adapter',
  'session/fix/real-model',
  'cli/earlier-version',
];

export function longestFirst(files: readonly string[]): string[] {
  const rank = (file: string) => {
    const at = longest.findIndex((part) => file.includes(part));
    return at === -1 ? longest.length : at;
  };
  return files.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'));
}
