import * as vscode from 'vscode';
import type { DriverRequest } from '../../../tools/editor/driver.ts';
import { patienceMs } from '../../support/time.ts';

/** The window around the extension host, as a developer has it: a keyboard, a mouse, eyes. */
async function ask(request: DriverRequest): Promise<unknown> {
  const url = process.env.RETUNE_EDITOR_DRIVER;
  if (url === undefined) throw new Error('RETUNE_EDITOR_DRIVER is not set.');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${JSON.stringify(request)}: ${String(answer)}`);
  return answer;
}

export const type = (text: string): Promise<unknown> => ask({ do: 'type', text });
export const press = (key: string): Promise<unknown> => ask({ do: 'press', key });
export const click = (selector: string, text?: string): Promise<unknown> =>
  ask({ do: 'click', selector, ...text_(text) });
export const see = (selector: string, text?: string): Promise<unknown> => ask({ do: 'see', selector, ...text_(text) });
export const gone = (selector: string, text?: string): Promise<unknown> =>
  ask({ do: 'gone', selector, ...text_(text) });
export const photo = (name: string): Promise<unknown> => ask({ do: 'photo', name });

/**
 * Waits for a notification. VS Code shows none by itself while it is being tested, so the notification centre is opened, and again
 * when it closes after its last notification.
 */
export async function seeMessage(text: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    await vscode.commands.executeCommand('notifications.showList');
    try {
      await ask({ do: 'see', selector: places.message, text, patienceMs: 1000 });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

/** Places in the window. */
export const places = {
  inputTitle: '.quick-input-widget .quick-input-title',
  input: '.quick-input-widget input',
  choice: '.quick-input-widget .quick-input-list .monaco-list-row',
  message: '.notifications-center .notification-list-item-message',
  button: '.notifications-center .notification-list-item-buttons-container .monaco-text-button',
  statusItem: '.statusbar-item',
} as const;

function text_(text: string | undefined): { text?: string } {
  return text === undefined ? {} : { text };
}
