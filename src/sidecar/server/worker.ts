import { runWorker } from './run-worker.ts';

runWorker(async () => {
  const [{ openModel, openWorkspaceFiles }, { diagnose }] = await Promise.all([
    import('../../engine/runtime/open-model.ts'),
    import('../../engine/runtime/doctor.ts'),
  ]);
  return { openModel, openWorkspaceFiles, diagnose };
});
