import { startServer } from '../../../../src/sidecar/server/server.ts';

startServer({ worker: new URL('./worker.ts', import.meta.url) });
