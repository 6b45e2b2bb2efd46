/**
 * Text that a terminal shows but does not obey: control characters other than line ends and tabs (escape sequences, bells,
 * carriage returns), and characters that reverse the reading direction, become `\uXXXX`, as in JSON. A text may come in
 * pieces.
 */
export function terminalText(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
