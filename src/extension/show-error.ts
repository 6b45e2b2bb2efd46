import * as vscode from 'vscode';
import { isCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { type Button, buttonsOf, hintsOf } from './actions.ts';
import { unexpected } from './errors.ts';
import { notification } from './notifications.ts';

/** The last words of a process are for the log. */
const longestWhy = 240;

/** Reports an error in full in the log and briefly to the developer, with what can be done. A cancellation is no error. */
export async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (isCancelled(error)) return;
  const known = error instanceof RetuneError ? error : unexpected(error);
  log.error(`${known.what} ${known.why} ${known.remedy} [${known.code}]`);
  if (known.cause instanceof Error && known.cause.stack !== undefined) log.debug(known.cause.stack);
  const showLog: Button = { title: vscode.l10n.t('Show Log'), run: async () => log.show() };
  const offered = [...buttonsOf(known.actions), showLog];
  const why = known.why.length > longestWhy ? `${known.why.slice(0, longestWhy)}…` : known.why;
  const text = [known.what, why, known.remedy, ...hintsOf(known.actions)].join(' ').replace(/\s+/g, ' ');
  const chosen = await notification.error(text, ...offered.map(({ title }) => title));
  await offered.find(({ title }) => title === chosen)?.run();
}
