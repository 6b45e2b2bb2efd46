import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifest } from '../src/extension/contributions/manifest.ts';

/** `node tools/manifest.ts` writes the fields that VS Code reads into package.json, and their texts into package.nls.json. */
const root = path.resolve(import.meta.dirname, '..');
const { fields, texts } = manifest();
const file = path.join(root, 'package.json');
const before = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & { engines: Record<string, string> };
const after = { ...before, engines: { ...before.engines, vscode: '^1.101.0' }, ...fields };
write(file, after);
write(path.join(root, 'package.nls.json'), texts);

function write(name: string, value: unknown): void {
  writeFileSync(name, `${JSON.stringify(value, null, 2)}\n`);
}
