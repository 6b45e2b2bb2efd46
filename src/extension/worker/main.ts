import { parentPort } from 'node:worker_threads';
import { Link } from './link.ts';
import type { EditorAnswers, WorkerAnswers } from './protocol.ts';
import { workerAnswers } from './sessions.ts';

/**
 * The entry of the extension's worker thread. Git, parsers of test reports and the protocol live here, because loading them
 * alone would hold up the extension host, which all extensions of the window share.
 */
if (parentPort === null) throw new Error('This file runs in a worker thread only.');
const editor: Link<EditorAnswers, WorkerAnswers> = new Link(
  parentPort,
  workerAnswers(() => editor),
);
