import { codeOf } from '../shared/system-code.ts';
import { described } from './describe.ts';
import type { Findings, FoundModel } from './found-model.ts';
import { type Machine, thisMachine } from './machine.ts';
import { type Place, thisPlace } from './place.ts';
import type { ModelStore } from './store.ts';
import { stores } from './stores.ts';
import { byUsefulness } from './usefulness.ts';
import { Visit } from './visit.ts';

/**
 * The models that other programs keep on this machine. Nothing but their stores is read, and nothing fails: what cannot be
 * read is in the notes. `RETUNE_MODEL_STORES` names the stores to search, separated by commas; `none` is none of them.
 */
export function findModels(place: Place = thisPlace(), machine: Machine = thisMachine()): Findings {
  const notes: string[] = [];
  const models = searched(place).flatMap((store) =>
    visits(store, place, notes).flatMap((visit) => {
      const found = store.models(visit).map((model) => described(model, store, visit, machine));
      notes.push(...visit.notes);
      return found;
    }),
  );
  return { models: byUsefulness(distinct(models)), notes };
}

function searched({ env }: Place): readonly ModelStore[] {
  const named = env.RETUNE_MODEL_STORES?.trim() ?? '';
  if (named === '') return stores;
  const names = named.split(',').map((name) => name.trim());
  return stores.filter(({ name }) => names.includes(name));
}

/** One for each root that exists. */
function visits(store: ModelStore, place: Place, notes: string[]): readonly Visit[] {
  return store.roots(place).flatMap((root) => {
    try {
      return new Visit(root);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      if (code !== 'ENOENT') notes.push(`${root} cannot be read (${code}).`);
      return [];
    }
  });
}

/** Two roots may be one directory; of the same name in two roots of a store the first counts. */
function distinct(models: readonly FoundModel[]): readonly FoundModel[] {
  return [...new Map(models.toReversed().map((model) => [model.fullName, model])).values()];
}
