/** Why a path does not name a file in the workspace that Retune may touch. */
export type PathProblem =
  | 'empty'
  | 'too-long'
  | 'character'
  | 'absolute'
  | 'parent'
  | 'git'
  | 'reserved-name'
  | 'stream'
  | 'trailing'
  | 'link-out'
  | 'dangling-link'
  | 'not-a-folder'
  | 'same-file';

export const pathProblems: Readonly<Record<PathProblem, string>> = {
  empty: 'it names no file',
  'too-long': 'it is longer than a path can be',
  character: 'it holds a character that no path may hold',
  absolute: 'it is not relative to the workspace folder',
  parent: 'it leads out of the workspace folder through ".."',
  git: "it lies in .git, which belongs to git's own bookkeeping",
  'reserved-name': 'Windows keeps this name for a device',
  stream: 'the colon names an alternate data stream on Windows',
  trailing: 'Windows drops dots and spaces at the end of a name, so it would be another file',
  'link-out': 'a symbolic link on the way leads out of the workspace folder',
  'dangling-link': 'it is a symbolic link to something that does not exist',
  'not-a-folder': 'a part of it is a file where a folder should be',
  'same-file': 'another path of the same change is the same file',
};

/**
 * Checks a relative path by its text alone, without looking at the disk.
 * @returns its segments, or why it is refused
 */
export function pathSegments(path: string, platform: NodeJS.Platform = process.platform): string[] | PathProblem {
  const windows = platform === 'win32';
  if (path === '') return 'empty';
  if (path.length > 4096) return 'too-long';
  if (/[\x00-\x1f\x7f]/.test(path)) return 'character';
  // A drive or a UNC share is not a path of the workspace on any system; a record may come from another system.
  if (/^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(path)) return 'absolute';
  if (windows && /^(?:\\|[A-Za-z]:)/.test(path)) return 'absolute';
  const segments = path.split(windows ? /[\\/]/ : '/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0) return 'empty';
  for (const segment of segments) {
    const problem = segmentProblem(segment, windows);
    if (problem) return problem;
  }
  return segments;
}

const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)/i;

function segmentProblem(segment: string, windows: boolean): PathProblem | undefined {
  if (segment === '..') return 'parent';
  if (Buffer.byteLength(segment) > 255) return 'too-long';
  if (isGitFolder(segment)) return 'git';
  if (!windows) return undefined;
  if (segment.includes(':')) return 'stream';
  if (/[<>"|?*]/.test(segment)) return 'character';
  if (/[. ]$/.test(segment)) return 'trailing';
  return deviceName.test(segment) ? 'reserved-name' : undefined;
}

/**
 * Includes the names that a case-insensitive system, NTFS (short names, trailing dots) or HFS+ (ignored characters) treat as
 * `.git`.
 */
export function isGitFolder(segment: string): boolean {
  const plain = segment
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return plain === '.git' || plain === 'git~1' || plain.startsWith('.git:');
}
