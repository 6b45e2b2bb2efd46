/**
 * The text without links. VS Code makes one of `[text](target)` in a notification, and the target may be a command; names of tests
 * and files and what a model wrote come from whoever wrote the workspace.
 */
export function withoutLinks(text: string): string {
  // A zero-width space, so that it still reads as it was written.
  return text.replaceAll('](', ']\u200b(');
}
