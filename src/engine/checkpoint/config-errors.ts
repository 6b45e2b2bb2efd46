import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about config.json. */

/** `problems`: clauses without a full stop, each naming a field and what is wrong with it. */
export function badConfig(path: string, problems: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'checkpoint.bad-config',
    what: `${path} does not describe a model.`,
    why: `${problems.slice(0, 5).join('; ')}.`,
    remedy: 'Take config.json from the same place as the weights.',
    actions: [setOption('model')],
    data: { path, problems },
  });
}

/** `found` and `supported`: clauses without a full stop. `families`: names of models that can be used instead. */
export function unsupportedModel(
  path: string,
  found: string,
  supported: string,
  families: readonly string[],
): RetuneError {
  const last = families.length - 1;
  const usable = families.length < 2 ? families.join('') : `${families.slice(0, last).join(', ')} or ${families[last]}`;
  return new RetuneError({
    code: 'checkpoint.unsupported-model',
    what: `This kind of model is not supported: ${path} has ${found}.`,
    why: `Supported: ${supported}.`,
    remedy: `Use a ${usable} model, or one derived from them.`,
    actions: [setOption('model')],
    data: { path, found, supported },
  });
}
