import type { Driver } from './driver.ts';
import { type Browser, chromium } from './playwright.ts';

export interface WindowOptions {
  readonly chromium: string;
  /** Of VS Code's server. */
  readonly url: string;
  readonly folder: string;
  readonly extension: string;
  /** The bundled tests' entry; without it the window is an editor to click through. */
  readonly tests?: string;
  readonly driver: Driver;
}

export interface EditorWindow {
  /** The exit code of the tests; rejects when the page dies first. */
  readonly exit: Promise<number>;
  /** The last errors on the window's console, newest last. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const keptLines = 200;

/** VS Code's window in a headless Chromium. */
export async function openWindow(options: WindowOptions): Promise<EditorWindow> {
  const browser = await chromium().launch({ executablePath: options.chromium, args: flags });
  try {
    return await openPage(browser, options);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function openPage(browser: Browser, options: WindowOptions): Promise<EditorWindow> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const log: string[] = [];
  const note = (line: string) => {
    log.push(line.slice(0, 400));
    if (log.length > keptLines) log.shift();
  };
  const exit = new Promise<number>((resolve, reject) => {
    page.on('crash', () => reject(new Error('The window crashed.')));
    page.on('close', () => reject(new Error('The window was closed before the tests ended.')));
    page.on('pageerror', (error) => note(error.message));
    const exposed = Promise.all([
      page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)),
      page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
        // The rest is VS Code talking to itself.
        if (type === 'error') note(args.map(String).join(' '));
      }),
    ]);
    exposed.then(() => page.goto(address(options), { timeout: 240_000 })).catch(reject);
  });
  options.driver.attach(page);
  return { exit, log, close: () => browser.close() };
}

function address({ url, folder, extension, tests }: WindowOptions): string {
  const remote = (file: string) => `vscode-remote://${new URL(url).host}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `${url}/?${query}`;
}
