import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { withoutLinks } from '../../../src/extension/without-links.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { shown } from './vscode.ts';

async function units() {
  const { notification } = await import('../../../src/extension/notifications.ts');
  const { showError } = await import('../../../src/extension/show-error.ts');
  const { reportDecision } = await import('../../../src/extension/review/report-decision.ts');
  return { notification, showError, reportDecision };
}

/** As VS Code finds links in notifications (`parseLinkedText`). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const hostile = [
  '[click](command:workbench.action.quit)',
  'adds [two](command:a) and [three](https://example.org "title")',
  '[[x]](file:///etc/passwd)',
  '[x](COMMAND:retune.keep) [',
  ']([y](command:b)](command:c)',
  '](](](command:d)',
];
const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
const log = silent as unknown as LogOutputChannel;

describe('notifications', () => {
  beforeEach(() => void shown.splice(0));

  for (const name of hostile) {
    it(`show ${JSON.stringify(name)} as text`, () => {
      assert.doesNotMatch(withoutLinks(name), link);
      assert.equal(withoutLinks(name).replaceAll('\u200b', ''), name);
    });
  }

  it('are inert, whichever kind they are of', async () => {
    const { notification, showError, reportDecision } = await units();
    const [name = ''] = hostile;
    await notification.information(name);
    await notification.warning(name);
    await notification.error(name);
    await showError(new RetuneError({ code: 'a.b', what: name, why: name, remedy: name }), log);
    reportDecision({ kind: 'undone', restored: [], kept: [{ path: name, why: name }], notices: [] }, log);
    assert.equal(shown.length, 5);
    for (const text of shown) {
      assert.match(text, /click/);
      assert.doesNotMatch(text, link);
    }
  });

  it('are shown in one place', () => {
    const root = new URL('../../../src/extension', import.meta.url).pathname;
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const direct = files.filter((name) => /\.show\w+Message\b/.test(readFileSync(join(root, name), 'utf8')));
    assert.deepEqual(direct, ['notifications.ts']);
  });
});
