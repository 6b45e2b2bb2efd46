import * as vscode from 'vscode';
import type { Verdict } from '../agent/verdict.ts';
import { tokenSource } from './cancellation.ts';

const lastRequest = 'retune.lastRequest';
/** Maximum number of characters: a request is a sentence or a paragraph, and more would crowd out the code. */
const maxLength = 4000;

/** Asks what is wrong, offering the last request again. @returns undefined when the developer changed their mind */
export async function askRequest(memento: vscode.Memento, subject: string): Promise<string | undefined> {
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Retune: fix {0}', subject),
    prompt: vscode.l10n.t('What is wrong? One or two sentences are enough: Retune also reads the failing tests.'),
    placeHolder: vscode.l10n.t('For example: the total is wrong when the list is empty'),
    value: memento.get(lastRequest, ''),
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return vscode.l10n.t('Say in a few words what is wrong.');
      return tooLong(text);
    },
  });
  if (answer === undefined) return undefined;
  const request = answer.trim();
  await memento.update(lastRequest, request);
  return request;
}

/** Asks for a comment on a failed attempt. '' = none. */
export async function askComment(turn: number, verdict: Verdict, signal: AbortSignal): Promise<string> {
  const source = tokenSource(signal);
  try {
    const answer = await vscode.window.showInputBox(
      {
        title: vscode.l10n.t('Retune: attempt {0} failed. {1}', turn, verdict.detail),
        prompt: vscode.l10n.t('What is wrong with it? Leave this empty or press Escape if you have nothing to add.'),
        ignoreFocusOut: true,
        validateInput: (text) => tooLong(text),
      },
      source.token,
    );
    return answer?.trim() ?? '';
  } finally {
    source.dispose();
  }
}

function tooLong(text: string): string | undefined {
  return text.length > maxLength ? vscode.l10n.t('At most {0} characters.', maxLength) : undefined;
}
