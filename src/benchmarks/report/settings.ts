import type { RunMetrics } from '../metrics-types.ts';
import type { RunHeader } from '../results.ts';

/** What was run, as the end of a report. */
export function settingsRows({ run, seeds, firstTurns }: RunMetrics): readonly (readonly [string, string])[] {
  const { settings, model } = run;
  const { update } = settings;
  return [
    ['benchmark', `${run.benchmark} version ${run.benchmarkVersion}, split ${run.split}`],
    ...Object.entries(run.variant).map(([name, value]) => [name, value] as const),
    ['tasks', `${run.tasks} (${run.tasksDigest})`],
    ['seeds', seeds.join(', ')],
    [
      'first attempts',
      `${firstTurns.done} of ${firstTurns.planned}${firstTurns.failed > 0 ? `, ${firstTurns.failed} failed` : ''}`,
    ],
    ['turn limit', String(settings.maxTurns)],
    ['switch at turn', String(settings.switchTurn)],
    ['sampling', `temperature ${settings.temperature}, top-p ${settings.topP}`],
    [
      'updates',
      update.paper === true
        ? 'as in the paper: Gauss–Newton, β 1, no centring'
        : `${update.solver ?? 'one-step'}, β ${update.beta ?? 1}, centring ${update.centering === false ? 'off' : 'on'}`,
    ],
    ['KL cap', `${update.klCap ?? 0.02} nat per token`],
    ['weight cap', `${100 * (update.weightCap ?? 0.01)} % of a matrix`],
    ['model', [model.name, ...sizeOf(model), `${model.dtype} on ${model.provider}`].join(', ')],
    ['model digest', model.digest],
    ['prompts', `version ${run.promptVersion}`],
  ];
}

/** `12.3 M parameters`; nothing where nobody says. */
export function sizeOf({ parameters }: RunHeader['model']): readonly string[] {
  return parameters === undefined ? [] : [`${(parameters / 1e6).toFixed(1)} M parameters`];
}
