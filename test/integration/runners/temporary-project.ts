import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { detectTests } from '../../../src/runners/detection/detect.ts';
import type { TestProject } from '../../../src/runners/runner.ts';

export interface TemporaryProject {
  /** The workspace folder. */
  readonly folder: string;
  /** For `runTests`. */
  readonly scratch: string;
  write(files: Readonly<Record<string, string>>): void;
  detect(target?: string): Promise<TestProject>;
  remove(): void;
}

/** Files by path with `/`. */
export function temporaryProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'retune-project-')));
  const folder = join(root, 'workspace');
  mkdirSync(folder);
  const project: TemporaryProject = {
    folder,
    scratch: join(root, 'scratch'),
    write(written) {
      for (const [path, text] of Object.entries(written)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    detect: (target) => detectTests(folder, target === undefined ? {} : { target }),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
  project.write(files);
  return project;
}

export const nodePackage = JSON.stringify({ type: 'module', scripts: { test: 'node --test' } });

/** A test file for node:test; each body by its test's name. */
export function nodeTests(bodies: Readonly<Record<string, string>>): string {
  const tests = Object.entries(bodies).map(
    ([name, body]) => `test(${JSON.stringify(name)}, async (t) => {${body}});\n`,
  );
  return `import { test } from 'node:test';\nimport assert from 'node:assert';\nimport fs from 'node:fs';\n${tests.join('')}`;
}
