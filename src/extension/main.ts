import * as vscode from 'vscode';
import { Context } from './context.ts';
import { commands } from './contributions/commands.ts';
import { fix } from './session/fix-command.ts';
import { showError } from './show-error.ts';

let context: Context | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  const own = new Context(extension);
  context = own;
  const command = (id: string, run: () => unknown) =>
    own.disposables.add(
      vscode.commands.registerCommand(id, async () => {
        try {
          await run();
        } catch (error) {
          // Not awaited: whoever runs the command need not wait until the notification is closed.
          void showError(error, own.log);
        }
      }),
    );
  command(commands.fix.id, () => fix(own));
  command(commands.stop.id, () => own.state.kind === 'running' && own.state.stop.abort());
  command(commands.keep.id, () => own.state.kind === 'reviewing' && own.state.review.keep());
  command(commands.undo.id, () => own.state.kind === 'reviewing' && own.state.review.undo());
  command(commands.showChange.id, () => own.state.kind === 'reviewing' && own.state.review.show());
  command(commands.showLog.id, () => own.log.show());
}

export async function deactivate(): Promise<void> {
  const own = context;
  context = undefined;
  await own?.close();
}
