import { existsSync } from 'node:fs';
import { modelAmbiguous, modelNotFound, modelUnusable } from './errors.ts';
import { findModels } from './find.ts';
import type { FoundModel } from './found-model.ts';
import { stores } from './stores.ts';

/**
 * The model that a developer named among those on the disk: by its full name (`ollama:NAME[:TAG]`), by its name, or by the
 * beginning of one of them that no other model shares. Undefined for a path, and for what no model is called.
 * @throws RetuneError `models.*`
 */
export function modelNamed(named: string, find: () => readonly FoundModel[] = found): FoundModel | undefined {
  if (isPath(named)) return undefined;
  const store = stores.find(({ name }) => named.startsWith(`${name}:`));
  const models = find();
  const matching = matches(named, models);
  if (matching.length > 1) {
    throw modelAmbiguous(
      named,
      matching.map(({ fullName }) => fullName),
    );
  }
  const [model] = matching;
  if (model === undefined && store !== undefined) {
    const known = models.filter((each) => each.store === store.name).map(({ fullName }) => fullName);
    throw modelNotFound(named, store.title, known);
  }
  if (model?.obstacle !== undefined) throw modelUnusable(model.fullName, model.path, model.obstacle);
  return model;
}

/** A store's name and a colon are no drive of Windows: they have more than one letter. */
function isPath(named: string): boolean {
  return named === '' || /^([./\\~]|[a-z]:)/i.test(named) || existsSync(named);
}

/** Exact names come first; Ollama's tag is `latest` where none is given. */
function matches(named: string, models: readonly FoundModel[]): readonly FoundModel[] {
  const wanted = named.toLowerCase();
  const namesOf = ({ name, fullName }: FoundModel) => [fullName.toLowerCase(), name.toLowerCase()];
  const rules: readonly ((name: string) => boolean)[] = [
    (name) => name === wanted,
    (name) => name === `${wanted}:latest`,
    (name) => name.startsWith(wanted),
  ];
  return (
    rules.map((rule) => models.filter((model) => namesOf(model).some(rule))).find(({ length }) => length > 0) ?? []
  );
}

function found(): readonly FoundModel[] {
  return findModels().models;
}
