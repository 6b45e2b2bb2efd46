/** One command of a script, between two `&&`. */
export interface Command {
  /** As the script has it, without spaces around it. */
  readonly text: string;
  readonly words: readonly string[];
  /** The words mean the same without a shell: no variables, patterns or escapes. */
  readonly plain: boolean;
}

/** What a shell would expand or interpret inside a word. */
const expands = /[$`*?[\]{}~\\!%]/;
const operators = /[|&;<>()\n#]/;

/**
 * Splits a script of `package.json` into commands and words, where that is certain.
 * @returns undefined when it has operators other than `&&`, or an unclosed quote
 */
export function commandsOf(script: string): readonly Command[] | undefined {
  const commands: Command[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let plain = true;
  let start = 0;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (end: number): boolean => {
    endWord();
    if (words.length === 0) return false;
    commands.push({ text: script.slice(start, end).trim(), words, plain });
    words = [];
    plain = true;
    return true;
  };
  for (let at = 0; at < script.length; at++) {
    const character = script[at]!;
    if (character === '"' || character === "'") {
      const end = endOfQuote(script, at);
      if (end === undefined) return undefined;
      const inside = script.slice(at + 1, end);
      if (character === '"' && /[$`\\!%]/.test(inside)) plain = false;
      word = (word ?? '') + inside;
      at = end;
    } else if (character === ' ' || character === '\t') {
      endWord();
    } else if (character === '&' && script[at + 1] === '&') {
      if (!endCommand(at)) return undefined;
      start = at + 2;
      at++;
    } else if (operators.test(character)) {
      return undefined;
    } else {
      if (expands.test(character)) plain = false;
      word = (word ?? '') + character;
    }
  }
  return endCommand(script.length) ? commands : undefined;
}

function endOfQuote(script: string, start: number): number | undefined {
  const quote = script[start]!;
  for (let at = start + 1; at < script.length; at++) {
    if (script[at] === quote) return at;
    if (quote === '"' && script[at] === '\\') at++;
  }
  return undefined;
}

const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

/** Separates `A=b`, `env A=b` and `cross-env A=b` from the command that they precede. */
export function withoutAssignments(words: readonly string[]): {
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
} {
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at]!;
    const match = assignment.exec(word);
    if (match) env[match[1]!] = match[2]!;
    else if (!['env', 'cross-env', 'cross-env-shell'].includes(word)) break;
  }
  return { env, words: words.slice(at) };
}

/** A word for the shell that runs scripts: `sh`, or `cmd.exe` on Windows. */
export function quoted(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word) && (platform === 'win32' || !word.includes('\\'))) return word;
  return platform === 'win32' ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
