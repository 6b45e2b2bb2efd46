import { runCommand, setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';

/** What is said of the models that were found under a name. */

const maxNamed = 10;

/** @param candidates full names */
export function modelAmbiguous(named: string, candidates: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'models.ambiguous',
    what: `${JSON.stringify(named)} names several models.`,
    why: `These were found: ${listed(candidates)}.`,
    remedy: 'Give the full name of one of them, or its path.',
    actions: candidates.slice(0, maxNamed).map((name) => setOption('model', name)),
    data: { named, candidates },
  });
}

/** @param known full names in the store that was named */
export function modelNotFound(named: string, storeTitle: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'models.not-found',
    what: `There is no model ${JSON.stringify(named)} on this machine.`,
    why: known.length === 0 ? `No model of ${storeTitle} was found.` : `Of ${storeTitle} there are: ${listed(known)}.`,
    remedy: 'Name one of the models that are there, or the path of another one.',
    actions: [...known.slice(0, maxNamed).map((name) => setOption('model', name)), runCommand('listModels')],
    data: { named, known },
  });
}

/** @param obstacle why, as a clause */
export function modelUnusable(fullName: string, path: string, obstacle: string): RetuneError {
  return new RetuneError({
    code: 'models.unusable',
    what: `The model ${fullName} cannot be opened.`,
    why: `Of what lies at ${path} it was seen that ${obstacle}.`,
    remedy: 'Name another model.',
    actions: [runCommand('listModels')],
    data: { fullName, path, obstacle },
  });
}

function listed(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return `${names.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
