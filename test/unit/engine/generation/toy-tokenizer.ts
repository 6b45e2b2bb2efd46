import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer-types.ts';

export const endOfText = 256;
/** A special token that does not end anything. */
export const marker = 257;
const words = ['ab', 'aba', 'abac', 'STOP', 'Hello ', 'world', '</', 'answer>', 'é', '日本'];

/** Ids 0 to 255 are bytes, 256 and 257 special tokens, the rest a few words. */
export class ToyTokenizer implements Tokenizer {
  readonly size = 258 + words.length;
  readonly hasChatTemplate = false;
  readonly thinks = false;

  /** The longest words first, then bytes. */
  encode(text: string): number[] {
    if (text === '') return [];
    const word = words
      .filter((candidate) => text.startsWith(candidate))
      .sort((a, b) => b.length - a.length)
      .at(0);
    if (word !== undefined) return [258 + words.indexOf(word), ...this.encode(text.slice(word.length))];
    const first = String.fromCodePoint(text.codePointAt(0)!);
    return [...Buffer.from(first), ...this.encode(text.slice(first.length))];
  }

  decode(ids: readonly number[]): string {
    return Buffer.concat(ids.map((id) => this.bytes(id))).toString('utf8');
  }

  bytes(id: number): Uint8Array {
    if (this.isSpecial(id) || !(id >= 0 && id < this.size)) return new Uint8Array(0);
    return id < 256 ? Uint8Array.of(id) : Buffer.from(words[id - 258]!);
  }

  isSpecial(id: number): boolean {
    return id === endOfText || id === marker;
  }

  chat(): string {
    throw new Error('no chat template');
  }
}
