import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runWindow } from './editor/run-window.ts';
import { stageExtension } from './editor/stage.ts';
import { type EditorSetup, setUpEditor } from './setup/editor.ts';
import type { ProgramResult } from './testing/programs.ts';

/**
 * The extension in a real VS Code: `node tools/editor-test.ts RESULT.json [--only RUN] [--photos DIRECTORY]`.
 * Each run has a fresh copy of a sample workspace; the suites of its windows run in the extension host.
 * `RETUNE_TEST_VSCODE=desktop` takes the desktop's VS Code through `@vscode/test-electron` instead of the server's.
 */

interface Run {
  readonly name: string;
  /** Folders in test/editor/suites: one window after the other on the same workspace. */
  readonly windows: readonly string[];
  /** Folder in test/editor/fixtures. */
  readonly workspace: string;
  readonly trust: boolean;
}

const runs: readonly Run[] = [
  { name: 'fix', windows: ['fix'], workspace: 'sample', trust: true },
  { name: 'recovery', windows: ['interrupted', 'recovered'], workspace: 'sample', trust: true },
  { name: 'restricted', windows: ['restricted'], workspace: 'sample', trust: false },
];

/** Only a window that hangs reaches it. */
const windowLimitMs = 30 * 60_000;
const fixtures = path.resolve(import.meta.dirname, '..', 'test', 'editor', 'fixtures');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    photos: { type: 'string' },
    suites: { type: 'string' },
    limit: { type: 'string' },
  },
});
const [resultFile] = positionals;
if (resultFile === undefined) throw new Error('usage: editor-test.ts RESULT.json [--only RUN] [--photos DIRECTORY]');

const desktop = process.env.RETUNE_TEST_VSCODE === 'desktop';
const setup: EditorSetup = desktop ? { ready: true, server: '', chromium: '' } : setUpEditor();
if (!setup.ready) throw new Error(`${setup.missing} missing; to get it, type: ${setup.command}`);
const { server, chromium } = setup;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'retune-editor-'));
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  const extension = path.join(scratch, 'extension');
  stageExtension(extension);
  for (const { name, windows, workspace, trust } of runs) {
    if (values.only !== undefined && values.only !== name) continue;
    const shared = path.join(scratch, name);
    cpSync(path.join(fixtures, workspace), path.join(shared, 'workspace'), { recursive: true });
    for (const suites of windows) {
      const result = await runWindow({
        suites,
        pattern: values.suites ?? `${suites}/**/*.test.ts`,
        shared,
        trust,
        extension,
        server: desktop ? undefined : server,
        chromium,
        photos: values.photos,
        limitMs: Number(values.limit ?? windowLimitMs),
      });
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += result[key];
      writeFileSync(resultFile, JSON.stringify({ ...total, finished: false } satisfies ProgramResult));
    }
  }
  writeFileSync(resultFile, JSON.stringify({ ...total, finished: true } satisfies ProgramResult));
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = total.failed > 0 ? 1 : 0;
