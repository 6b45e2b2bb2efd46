import type { FoundModel } from './found-model.ts';

/** For whoever starts without naming a model, when one was found. */
export function unaskedNotice({ name, storeTitle }: FoundModel): string {
  return `No model is set: ${name} of ${storeTitle} is used, the best one for code that was found on this machine.`;
}
