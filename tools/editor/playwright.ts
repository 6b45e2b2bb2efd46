import { createRequire } from 'node:module';
import path from 'node:path';
import { editorPackage } from '../setup/editor.ts';

/** The little of playwright-core that is used here; the package itself is installed only where the editor suite runs. */
interface Locator {
  click(options?: { readonly timeout?: number }): Promise<void>;
  waitFor(options?: { readonly state?: 'visible' | 'hidden'; readonly timeout?: number }): Promise<void>;
  first(): Locator;
  filter(options: { readonly hasText: string | RegExp }): Locator;
  allInnerTexts(): Promise<string[]>;
}

export interface Page {
  goto(url: string, options?: { readonly timeout?: number }): Promise<unknown>;
  exposeFunction(name: string, callback: (...args: never[]) => unknown): Promise<void>;
  locator(selector: string): Locator;
  screenshot(options: { readonly path: string }): Promise<unknown>;
  readonly keyboard: {
    press(key: string): Promise<void>;
    type(text: string, options?: { readonly delay?: number }): Promise<void>;
  };
  on(event: 'crash' | 'close', listener: () => void): unknown;
  on(event: 'pageerror', listener: (error: Error) => void): unknown;
}

interface BrowserContext {
  newPage(): Promise<Page>;
  pages(): Page[];
}

export interface Browser {
  newContext(options: {
    readonly viewport: { readonly width: number; readonly height: number };
  }): Promise<BrowserContext>;
  contexts(): BrowserContext[];
  close(): Promise<void>;
}

interface Chromium {
  launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<Browser>;
  connectOverCDP(endpoint: string): Promise<Browser>;
}

export function chromium(): Chromium {
  const require = createRequire(path.join(editorPackage, 'package.json'));
  return (require('playwright-core') as { chromium: Chromium }).chromium;
}
