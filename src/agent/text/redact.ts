/** Removes secrets and places on the developer's machine, which neither a prompt nor a record needs. */

const hidden = '[redacted]';

/** Every pattern is bounded, so that matching is linear in the text. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, hidden],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, hidden],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255})\b/g, hidden],
  [/\bglpat-[A-Za-z0-9_-]{20,64}/g, hidden],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g, hidden],
  [/\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{20,200}/g, hidden],
  [/\bAIza[A-Za-z0-9_-]{35}/g, hidden],
  [/\b(?:npm_|hf_|pypi-|dop_v1_|SG\.)[A-Za-z0-9_.-]{20,255}/g, hidden],
  [/\beyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{5,4096}(?:\.[A-Za-z0-9_-]{0,4096})?/g, hidden],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]{12,4096}/gi, `$1 ${hidden}`],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@'"]{1,256}:[^\s/@'"]{1,256}@/gi, `$1${hidden}@`],
  [
    /\b([\w-]{0,40}(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|(?:access|auth|refresh|session)[_-]?token|private[_-]?key|client[_-]?secret))(["']?\s{0,4}[=:]\s{0,4})(?:"[^"\n]{4,400}"|'[^'\n]{4,400}'|(?!(?:null|undefined|none|true|false|string|str|number)\b)[^\s"'`,;(){}[\]<>]{6,400}(?![\w(.]))/gi,
    `$1$2${hidden}`,
  ],
];

/**
 * Top folders of machines. Other paths that begin with a slash are kept, because they are often the very values that a test
 * compares. A file's name is kept, because a failure is useless without it.
 */
const roots =
  'home|Users|root|tmp|var|private|opt|usr|etc|mnt|media|srv|workspace|workspaces|builds|nix|run|proc|Library|Applications|Volumes|snap|github';
const posix = new RegExp(`(?<![\\w.…/])(?:file:\\/\\/)?\\/(?:${roots})(?:\\/[\\w.@+~%,=-]{1,255}){1,64}\\/?`, 'g');
const windows =
  /(?<![\w…])(?:file:\/\/\/)?(?:[A-Za-z]:[\\/]{1,2}|\\\\[\w.-]{1,255}[\\/]{1,2})(?:[^\\/:*?"'<>|\s]{1,255}[\\/]{1,2}){0,64}[^\\/:*?"'<>|\s]{0,255}/g;

export function redacted(text: string): string {
  let result = text;
  for (const [pattern, by] of secrets) result = result.replace(pattern, by);
  return result.replace(posix, fileName).replace(windows, fileName);
}

function fileName(path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  return parts.length > 1 ? `…/${parts.at(-1)}` : path;
}
