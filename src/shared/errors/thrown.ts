/** What was thrown, in words. Anything can be: only most of it is an `Error`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The same as a sentence. */
export function sentenceOf(thrown: unknown): string {
  return sentence(messageOf(thrown));
}

/** What the system gave as its reason, as a sentence. */
export function systemSays(thrown: unknown): string {
  return `The system says: ${sentenceOf(thrown)}`;
}

/** With where it was thrown, for logs. */
export function stackOf(thrown: unknown): string {
  return (thrown instanceof Error && thrown.stack) || messageOf(thrown);
}

/** A text that others wrote, with a full stop unless it ends like a sentence. */
export function sentence(text: string): string {
  const words = text.trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
