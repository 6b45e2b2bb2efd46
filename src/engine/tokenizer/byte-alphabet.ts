/** GPT-2's alphabet: every byte as one printable character, so that a byte-level vocabulary can be written as text. */

const printable = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

const byteOf: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) map.set(String.fromCharCode(printable(byte) ? byte : next++), byte);
  return map;
})();

const utf8 = new TextEncoder();

/** The bytes of a byte-level token. Text outside the alphabet (an added token such as `<｜end｜>`) stands for its own UTF-8. */
export function byteLevelBytes(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  let length = 0;
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) return utf8.encode(token);
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

/** The byte that a token such as `<0x0A>` of a SentencePiece vocabulary stands for. */
export function byteToken(token: string): number | undefined {
  const digits = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** The bytes of a SentencePiece token: `▁` is a space, `<0x0A>` is one byte. */
export function sentencePieceBytes(token: string): Uint8Array {
  const byte = byteToken(token);
  return byte === undefined ? utf8.encode(token.replaceAll('▁', ' ')) : Uint8Array.of(byte);
}

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of byte-level tokens; bytes that are no UTF-8 become U+FFFD. */
export function decodeByteLevel(tokens: readonly string[]): string {
  return lossy.decode(Buffer.concat(tokens.map(byteLevelBytes)));
}

/** The text of SentencePiece tokens. As in the reference, every byte of a run of byte tokens that is no UTF-8 becomes one U+FFFD. */
export function decodeSentencePiece(tokens: readonly string[]): string {
  let text = '';
  let run: number[] = [];
  const flush = () => {
    const decoded = lossy.decode(Uint8Array.from(run));
    const valid = Buffer.from(decoded).equals(Uint8Array.from(run));
    text += valid ? decoded : '\ufffd'.repeat(run.length);
    run = [];
  };
  for (const token of tokens) {
    const byte = byteToken(token);
    if (byte !== undefined) {
      run.push(byte);
      continue;
    }
    flush();
    text += token.replaceAll('▁', ' ');
  }
  flush();
  return text;
}
