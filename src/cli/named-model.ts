import { existsSync } from 'node:fs';
import path from 'node:path';
import { engineOf } from '../connect/open-policy.ts';
import { findModels } from '../models/find.ts';
import type { FoundModel } from '../models/found-model.ts';
import { bestUnasked } from '../models/usefulness.ts';
import { modelMissing } from './errors.ts';
import { commandFromVariable, engineFrom, type OpeningOptions } from './policy-settings.ts';

/** Beside the sources, and beside the bundle in `dist`. */
const embedded = ['../../resources/model', '../resources/model'];

/** The embedded demonstration model, when this build has one. */
export function embeddedModel(): string | undefined {
  return embedded
    .map((relative) => path.resolve(import.meta.dirname, relative))
    .find((directory) => existsSync(path.join(directory, 'config.json')));
}

export interface NamedModel {
  /** A path, a name of a model on the disk or of a served one; '' = the only one that is served. */
  readonly model: string;
  readonly isEmbedded: boolean;
  /** The model, where none was named and it was found on the disk. */
  readonly unasked?: FoundModel;
}

/**
 * The model of `--model`, else of `RETUNE_MODEL`, else the one that is served; else the best one on the disk that adapts here,
 * else the embedded one.
 * @throws RetuneError `cli.usage` when there is none
 */
export function namedModel(options: Pick<OpeningOptions, 'engine'> & { readonly model?: string }): NamedModel {
  const named = options.model ?? process.env.RETUNE_MODEL ?? '';
  if (named !== '' || options.model !== undefined) return { model: named, isEmbedded: false };
  if (engineOf({ engine: engineFrom(options) }).models === 'served models') return { model: '', isEmbedded: false };
  // A model process elsewhere has a disk of its own.
  const unasked = commandFromVariable() === undefined ? bestUnasked(findModels().models) : undefined;
  if (unasked !== undefined) return { model: unasked.path, isEmbedded: false, unasked };
  const directory = embeddedModel();
  if (directory === undefined) throw modelMissing();
  return { model: directory, isEmbedded: true };
}
