#!/usr/bin/env node
import { startServer } from './server.ts';

const bundled = !import.meta.url.endsWith('.ts');
startServer({ worker: new URL(bundled ? './sidecar-worker.mjs' : './worker.ts', import.meta.url) });
