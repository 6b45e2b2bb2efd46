import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runnerModules } from '../../tools/setup/runners.ts';

/** Puts the installed runners where Node finds them from a copied workspace, without touching the workspace itself. */
export async function linkRunners(directory: string): Promise<void> {
  await symlink(runnerModules, join(dirname(directory), 'node_modules'), 'junction');
}

/** A workspace of a few files, given by path and content, with the runners within reach. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'retune-workspace-')));
  const directory = join(root, 'workspace');
  try {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), content);
    }
    await linkRunners(directory);
    return await use(directory);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
