import { parentPort } from 'node:worker_threads';
import { acquireLock } from '../../../src/session/lock.ts';
import { openStorage } from '../../../src/session/storage.ts';

/** Holds the lock until its thread is ended. Usage: lock-thread.ts FOLDER ROOT SESSION HEARTBEAT_MS. */
const [folder = '', root = '', sessionId = '', heartbeatMs = ''] = process.argv.slice(2);
await acquireLock(await openStorage(folder, root), { sessionId, heartbeatMs: Number(heartbeatMs) });
parentPort?.postMessage('held');
// The heartbeat alone does not keep a thread alive.
parentPort?.on('message', () => undefined);
