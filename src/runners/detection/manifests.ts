import type { DirectoryView, Runner } from '../runner.ts';

/** What the runners look for, in words, for the message that nothing was found. */
export function lookedFor(runners: readonly Runner[]): readonly string[] {
  return [...new Set(runners.flatMap(({ looksFor = [] }) => looksFor))];
}

/** The runners in the order in which they are asked: those for a target's language come first. */
export function forLanguage(runners: readonly Runner[], extension: string): readonly Runner[] {
  const fits = runners.filter(({ languages }) => languages.includes(extension.toLowerCase()));
  return [...fits, ...runners.filter((runner) => !fits.includes(runner))];
}

/** The file of a directory that speaks for a runner; '' when only its test files do. */
export function manifestOf({ manifests }: Runner, { names }: DirectoryView): string {
  for (const pattern of manifests) {
    for (const name of names) if (pattern.test(name)) return name;
  }
  return '';
}

/** Whether a file name alone makes a directory worth a look. */
export function isManifest(runners: readonly Runner[], name: string): boolean {
  return runners.some(({ manifests }) => manifests.some((pattern) => pattern.test(name)));
}
