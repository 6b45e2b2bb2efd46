import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { messageOf } from '../../src/shared/errors/thrown.ts';
import type { Page } from './playwright.ts';

/** What a test inside the extension host can ask of the window around it: keyboard, mouse and photographs. */
export type DriverRequest =
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'press'; readonly key: string }
  /** Waits for the first visible match of a CSS selector (with `text` in it) and clicks it. */
  | {
      readonly do: 'click' | 'see' | 'gone';
      readonly selector: string;
      readonly text?: string;
      /** Default: so long that only a hang reaches it. */
      readonly patienceMs?: number;
    }
  | { readonly do: 'texts'; readonly selector: string }
  /** Does nothing unless photographs were asked for. */
  | { readonly do: 'photo'; readonly name: string };

export interface Driver {
  /** For the environment of the extension host. */
  readonly url: string;
  attach(page: Page): void;
  close(): Promise<void>;
}

const patienceMs = 240_000;

/** Listens on a free port of this machine, under a path nobody can guess. */
export async function startDriver(photos: string | undefined): Promise<Driver> {
  let page: Page | undefined;
  let failures = 0;
  const secret = `/${randomUUID()}`;
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url !== secret || page === undefined) {
      answer(404, 'no such window');
      return;
    }
    const target = page;
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const wanted = JSON.parse(body) as DriverRequest;
      perform(target, wanted, photos).then(
        (result) => answer(200, result ?? null),
        async (error: unknown) => {
          // A test that says how long to wait tries again.
          if (!('patienceMs' in wanted)) await shoot(target, photos, `failure-${++failures}`);
          answer(500, messageOf(error));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${secret}`,
    attach: (window) => {
      page = window;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function perform(page: Page, request: DriverRequest, photos: string | undefined): Promise<unknown> {
  const timeout = 'patienceMs' in request ? request.patienceMs : patienceMs;
  switch (request.do) {
    case 'type':
      return page.keyboard.type(request.text);
    case 'press':
      return page.keyboard.press(request.key);
    case 'click':
      return find(page, request).click({ timeout });
    case 'see':
      return find(page, request).waitFor({ state: 'visible', timeout });
    case 'gone':
      return find(page, request).waitFor({ state: 'hidden', timeout });
    case 'texts':
      return page.locator(request.selector).allInnerTexts();
    case 'photo':
      return shoot(page, photos, request.name);
  }
}

async function shoot(page: Page, photos: string | undefined, name: string): Promise<void> {
  if (photos !== undefined) await page.screenshot({ path: path.join(photos, `${name}.png`) });
}

function find(page: Page, { selector, text }: { readonly selector: string; readonly text?: string }) {
  const all = page.locator(selector);
  return (text === undefined ? all : all.filter({ hasText: text })).first();
}
