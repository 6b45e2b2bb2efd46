import { join } from 'node:path';
import { codeOf } from '../shared/system-code.ts';
import { configFacts } from './config-facts.ts';
import type { FoundModel, ModelFacts } from './found-model.ts';
import { ggufFacts } from './gguf-facts.ts';
import { bitsPerWeight } from './gguf-types.ts';
import { type Machine, updateFits } from './machine.ts';
import { parametersIn } from './parameters-in.ts';
import type { ModelStore, StoredModel } from './store.ts';
import type { Visit } from './visit.ts';

/** A model of a store with what its files say. What cannot be read is an obstacle, never an error. */
export function described(model: StoredModel, store: ModelStore, visit: Visit, machine: Machine): FoundModel {
  const facts = factsOf(model, visit);
  const parameters = facts.parameters ?? parametersIn(model.name) ?? parametersOf(model, facts);
  const obstacle = model.obstacle ?? facts.obstacle;
  return {
    ...model,
    ...facts,
    ...(parameters !== undefined && { parameters }),
    ...(obstacle !== undefined && { obstacle }),
    store: store.name,
    storeTitle: store.title,
    fullName: `${store.name}:${model.name}`,
    adapts: obstacle === undefined && updateFits(parameters, machine),
  };
}

/** From its size, for a file that does not say it. */
function parametersOf({ bytes }: StoredModel, { type }: ModelFacts): number | undefined {
  return type === undefined ? undefined : Math.round((bytes * 8) / bitsPerWeight(type));
}

function factsOf({ format, path, bytes }: StoredModel, visit: Visit): ModelFacts {
  if (format === 'directory') {
    const facts = configFacts(visit.json(join(path, 'config.json')), bytes);
    return { ...facts, hasChatTemplate: hasChatTemplate(path, visit) };
  }
  try {
    return ggufFacts(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { obstacle: `its file cannot be read (${code})` };
  }
}

/** It lies in a file of its own, or in the tokenizer's configuration. */
function hasChatTemplate(directory: string, visit: Visit): boolean {
  if (visit.entry(join(directory, 'chat_template.jinja')) !== undefined) return true;
  const config = join(directory, 'tokenizer_config.json');
  return visit.entry(config) !== undefined && /"chat_template"\s*:/.test(visit.text(config) ?? '');
}
