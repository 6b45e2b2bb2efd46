import { maxAdapterRank } from '../../policy/adapters.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about adapters in memory: their names and their training. */

export function saddleAdapter(name: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.saddle',
    what: `The adapter "${name}" cannot be trained.`,
    why: 'All of its A and B matrices are zero, and there every gradient is exactly zero.',
    remedy: 'Reset the adapter, which draws a new A, or create a new one.',
    data: { name },
  });
}

export function adapterNotFound(name: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'adaptation.no-adapter',
    what: `There is no adapter named "${name}".`,
    why: known.length === 0 ? 'No adapter is loaded.' : `The loaded adapters are ${known.join(', ')}.`,
    remedy: 'Check the spelling, or create or load the adapter first.',
    data: { name, known },
  });
}

export function adapterExists(name: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.adapter-exists',
    what: `An adapter named "${name}" is already loaded.`,
    why: 'Replacing it would lose its weights if they were not saved.',
    remedy: 'Choose another name, or drop the loaded adapter first.',
    data: { name },
  });
}

/** `problem`: one clause without a full stop, with the offending number. */
export function badAdapterSpec(name: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.bad-spec',
    what: `The adapter "${name}" cannot be created.`,
    why: `${problem}.`,
    remedy: `Use a rank between 1 and ${maxAdapterRank} and a positive alpha.`,
    data: { name, problem },
  });
}
