/**
 * Text from a model for a terminal: control characters other than line end and tab, which a terminal would obey (escape
 * sequences, bells, carriage returns), and those that reverse the direction of reading are shown as `\uXXXX`, as JSON
 * writes them. May be given a text in pieces.
 */
export function terminalText(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
