/**
 * The text without links. VS Code turns `[text](target)` in a notification into a link, and its target may be a command; but
 * names of tests and files, and what a model wrote, come from whoever wrote the workspace.
 */
export function withoutLinks(text: string): string {
  // With a zero-width space, so that it still looks as it was written.
  return text.replaceAll('](', ']\u200b(');
}
