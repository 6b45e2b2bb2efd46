import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';

/** Settings that name an engine which this release does not have. */
export function engineUnknown(named: string, usages: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'connect.engine-unknown',
    what: `There is no engine called ${JSON.stringify(named.split(':', 1)[0])}.`,
    why: `Models are run by: ${usages.join(', ')}.`,
    remedy: 'Name one of these, or none for the engine that comes with Retune.',
    actions: usages.map((usage) => setOption('engine', usage)),
    data: { engine: named },
  });
}

/** Adapters of workspaces are asked for, and the engine has none. */
export function nothingKept(engine: string): RetuneError {
  return new RetuneError({
    code: 'connect.nothing-kept',
    what: `Models of the engine ${engine} learn nothing from accepted answers.`,
    why: 'They only answer; their weights cannot be changed.',
    remedy: 'Name a checkpoint directory and no engine.',
    actions: [setOption('model')],
    data: { engine },
  });
}
