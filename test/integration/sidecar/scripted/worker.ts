import { setOption } from '../../../../src/shared/errors/actions.ts';
import { runWorker } from '../../../../src/sidecar/server/run-worker.ts';
import { openScriptedModel } from './scripted-model.ts';

runWorker(async () => ({
  openModel: openScriptedModel,
  openWorkspaceFiles: async () => {
    throw new Error('The scripted model has no files.');
  },
  diagnose: async ({ provider, directory }) => ({
    version: '0',
    node: process.version,
    platform: 'scripted',
    cpu: { model: 'scripted', physicalCores: 2, threads: 1 },
    memory: { total: 2e9, available: 1e9 },
    providers: [{ provider: 'cpu', available: true, reason: 'Always available.' }],
    chosen: { provider: 'cpu', reason: `${provider ?? 'auto'} was asked for.`, prefillChunk: 512 },
    cache: { directory: '/none', size: 0 },
    problems: directory?.endsWith('missing')
      ? [
          {
            what: 'The model is missing.',
            why: 'The script says so.',
            remedy: 'Give another one.',
            // The second as from a later release.
            actions: [setOption('model'), { kind: 'option', option: 'colour' as 'model' }],
          },
        ]
      : [],
  }),
}));
