import { join } from 'node:path';
import type { DirectoryView } from '../runner.ts';

export const jvmLanguages: readonly string[] = ['.java', '.kt', '.scala', '.groovy'];

/** The wrapper script of a project, which brings its own version of the tool; else the tool itself. */
export function wrapperOr(tool: 'mvn' | 'gradle', view: DirectoryView): string {
  const script = tool === 'mvn' ? 'mvnw' : 'gradlew';
  const name = process.platform !== 'win32' ? script : tool === 'mvn' ? 'mvnw.cmd' : 'gradlew.bat';
  const directory = [view, ...view.above].find(({ names }) => names.has(name));
  return directory === undefined ? tool : join(directory.path, name);
}
