import type { AddedToken } from './tokenizer-files.ts';

/** A run of plain text, or one added token. */
export type Section = { readonly text: string } | { readonly token: AddedToken };

/** White space as the reference implementation sees it: Unicode White_Space, without the byte order mark that JavaScript's \s includes. */
const space = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const trailingSpace = new RegExp(`${space}+$`, 'u');
const leadingSpace = new RegExp(`^${space}+`, 'u');
const wordEnd = /[\p{L}\p{N}\p{M}_]$/u;
const wordStart = /^[\p{L}\p{N}\p{M}_]/u;

/** Finds added tokens in text: leftmost first, the longest where several begin. */
export class AddedTokenSplitter {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | null;

  /** Keys are the texts to look for (normalised where a token asks for it). */
  constructor(tokens: ReadonlyMap<string, AddedToken>) {
    this.#tokens = tokens;
    const contents = [...tokens.keys()]
      .sort((a, b) => b.length - a.length)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    this.#pattern = contents.length === 0 ? null : new RegExp(contents.join('|'), 'gu');
  }

  /** @param parseSpecial false leaves special tokens in the text as ordinary characters. */
  split(text: string, parseSpecial: boolean): Section[] {
    if (this.#pattern === null) return text === '' ? [] : [{ text }];
    const sections: Section[] = [];
    let start = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const token = this.#tokens.get(match[0]);
      if (token === undefined || (token.special && !parseSpecial) || match.index < start) continue;
      let from = match.index;
      let to = from + match[0].length;
      if (token.singleWord && (wordEnd.test(text.slice(0, from)) || wordStart.test(text.slice(to)))) continue;
      if (token.lstrip) from = Math.max(start, from - (trailingSpace.exec(text.slice(0, from))?.[0].length ?? 0));
      if (token.rstrip) to += leadingSpace.exec(text.slice(to))?.[0].length ?? 0;
      if (from > start) sections.push({ text: text.slice(start, from) });
      sections.push({ token });
      start = to;
    }
    if (start < text.length) sections.push({ text: text.slice(start) });
    return sections;
  }
}
