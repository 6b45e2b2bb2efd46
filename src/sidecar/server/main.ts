#!/usr/bin/env node
import { switchTelemetryOff } from '../../engine/runtime/ort-telemetry.ts';
import { startServer } from './server.ts';

switchTelemetryOff();
const bundled = !import.meta.url.endsWith('.ts');
startServer({ worker: new URL(bundled ? './sidecar-worker.mjs' : './worker.ts', import.meta.url) });
