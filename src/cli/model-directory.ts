import { existsSync } from 'node:fs';
import path from 'node:path';
import { modelMissing } from './errors.ts';

/** Beside the sources, and beside the bundle in `dist`. */
const embedded = ['../../resources/model', '../resources/model'];

/** The embedded demonstration model, when this build has one. */
export function embeddedModel(): string | undefined {
  return embedded
    .map((relative) => path.resolve(import.meta.dirname, relative))
    .find((directory) => existsSync(path.join(directory, 'config.json')));
}

/**
 * The checkpoint directory: `--model`, else `RETUNE_MODEL`, else the embedded model.
 * @throws RetuneError `cli.usage` when there is none
 */
export function modelDirectory(given: string | undefined): { readonly directory: string; readonly embedded: boolean } {
  const named = given ?? (process.env.RETUNE_MODEL === '' ? undefined : process.env.RETUNE_MODEL);
  if (named !== undefined) return { directory: named, embedded: false };
  const directory = embeddedModel();
  if (directory === undefined) throw modelMissing();
  return { directory, embedded: true };
}
