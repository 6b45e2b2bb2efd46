import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Where test files are looked for, below the package: as `node --test` does, and beside the source. */
const folders = ['.', 'test', 'tests', '__tests__', 'src', 'lib'];
/** What `node --test` runs by itself. */
const testFile = /(?:^test|^test-.*|[._-]test)\.(?:[cm]?[jt]s)$/;
const inTestFolder = /\.(?:[cm]?[jt]s)$/;
const maximumFiles = 50;
const searchedBytes = 16 << 10;

const usesNodeTest = /(?:from|require\(|import\(|import)\s*['"]node:test['"]/;

/** @returns the first test file of a package that imports node:test, relative to the package, or undefined */
export async function nodeTestFile(directory: string): Promise<string | undefined> {
  for (const folder of folders) {
    const names = await readdir(path.join(directory, folder)).catch(() => []);
    const tests = names
      .filter((name) => (folder === 'test' ? inTestFolder : testFile).test(name))
      .slice(0, maximumFiles);
    for (const name of tests) {
      const file = path.join(folder, name);
      if (await importsNodeTest(path.join(directory, file))) return file;
    }
  }
  return undefined;
}

/** Whether a file imports node:test near its start. */
export async function importsNodeTest(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(searchedBytes), 0, searchedBytes, 0);
    return usesNodeTest.test(buffer.toString('utf8', 0, bytesRead));
  } catch {
    // A folder that is named like a test.
    return false;
  } finally {
    await handle.close();
  }
}
