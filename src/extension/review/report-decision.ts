import * as vscode from 'vscode';
import type { DecisionEvent } from '../../session/fix-events.ts';
import { notification } from '../notifications.ts';

const statusBarMs = 5000;

/** Reports what became of the files. One that undo left alone gets a warning, or the developer would believe it restored. */
export function reportDecision(decision: DecisionEvent, log: vscode.LogOutputChannel): void {
  if (decision.kind === 'kept') reportKept(decision, log);
  else reportUndone(decision, log);
}

function reportKept({ learnt }: Extract<DecisionEvent, { kind: 'kept' }>, log: vscode.LogOutputChannel): void {
  for (const notice of learnt?.notices ?? []) log.warn(notice);
  if (learnt?.version === undefined) log.info(`Kept${learnt?.why === undefined ? '' : `; ${learnt.why}`}.`);
  else log.info(`Kept; version ${learnt.version} of this workspace’s adapter has learnt from it.`);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Retune: the change is kept'), statusBarMs);
}

function reportUndone(decision: Extract<DecisionEvent, { kind: 'undone' }>, log: vscode.LogOutputChannel): void {
  const left = decision.kept.map(({ path, why }) => `${path}: ${why}`);
  for (const line of [...decision.notices, ...left]) log.warn(line);
  const files = decision.restored.join(', ');
  log.info(files === '' ? 'Undone; no file had to change.' : `Undone: ${files}.`);
  if (left.length > 0) {
    void notification.warning(vscode.l10n.t('Retune did not undo everything. {0}', left.join(' ')));
  } else if (files !== '') {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Retune: undone; {0} is as it was', files), statusBarMs);
  }
}
