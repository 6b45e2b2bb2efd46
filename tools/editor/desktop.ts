import { createServer } from 'node:net';
import path from 'node:path';
import type { Driver } from './driver.ts';
import { chromium } from './playwright.ts';
import type { EditorWindow } from './window.ts';

export interface DesktopOptions {
  readonly directory: string;
  readonly folder: string;
  readonly extension: string;
  readonly tests: string;
  readonly trust: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly driver: Driver;
}

/** The little of `@vscode/test-electron` that is used here. It downloads VS Code, so it is no dependency. */
interface TestElectron {
  runTests(options: {
    readonly extensionDevelopmentPath: string;
    readonly extensionTestsPath: string;
    readonly extensionTestsEnv: Readonly<Record<string, string | undefined>>;
    readonly launchArgs: readonly string[];
  }): Promise<number>;
}

const attachLimitMs = 120_000;

/**
 * The same tests in the desktop's VS Code. Needs the network, `npm install --no-save @vscode/test-electron`, and playwright-core:
 * `npm ci --prefix test/editor --ignore-scripts`.
 */
export async function openDesktop(options: DesktopOptions): Promise<EditorWindow> {
  const name = '@vscode/test-electron';
  const { runTests } = (await import(name)) as TestElectron;
  const port = await freePort();
  const exit = runTests({
    extensionDevelopmentPath: options.extension,
    extensionTestsPath: options.tests,
    extensionTestsEnv: options.environment,
    launchArgs: [
      options.folder,
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${path.join(options.directory, 'user')}`,
      `--extensions-dir=${path.join(options.directory, 'extensions')}`,
      '--enable-smoke-test-driver',
      '--skip-welcome',
      ...(options.trust ? ['--disable-workspace-trust'] : []),
    ],
  });
  const browser = await attach(port);
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('VS Code has no window.');
  options.driver.attach(page);
  return { exit, log: [], close: () => browser.close() };
}

/** The window's debugging port opens some time after the program starts. */
async function attach(port: number) {
  const deadline = performance.now() + attachLimitMs;
  for (;;) {
    try {
      return await chromium().connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });
}
