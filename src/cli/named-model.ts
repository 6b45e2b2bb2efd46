import { existsSync } from 'node:fs';
import path from 'node:path';
import { engineOf } from '../connect/open-policy.ts';
import { modelMissing } from './errors.ts';
import { engineFrom, type OpeningOptions } from './policy-settings.ts';

/** Beside the sources, and beside the bundle in `dist`. */
const embedded = ['../../resources/model', '../resources/model'];

/** The embedded demonstration model, when this build has one. */
export function embeddedModel(): string | undefined {
  return embedded
    .map((relative) => path.resolve(import.meta.dirname, relative))
    .find((directory) => existsSync(path.join(directory, 'config.json')));
}

export interface NamedModel {
  /** A checkpoint directory, or the name of a served model; '' = the only one that is served. */
  readonly model: string;
  readonly isEmbedded: boolean;
}

/**
 * The model of `--model`, else of `RETUNE_MODEL`, else the embedded one or the one that is served.
 * @throws RetuneError `cli.usage` when there is none
 */
export function namedModel(options: Pick<OpeningOptions, 'engine'> & { readonly model?: string }): NamedModel {
  const named = options.model ?? process.env.RETUNE_MODEL ?? '';
  if (named !== '' || options.model !== undefined) return { model: named, isEmbedded: false };
  if (engineOf({ engine: engineFrom(options) }).models === 'served models') return { model: '', isEmbedded: false };
  const directory = embeddedModel();
  if (directory === undefined) throw modelMissing();
  return { model: directory, isEmbedded: true };
}
