import { registerHooks } from 'node:module';

/** The few things of the editor's API that the units under test touch: what is shown and executed is noted. */
export const shown: string[] = [];
/** The buttons of what was shown. */
export const offered: (readonly string[])[] = [];
/** What will be clicked, in order; then nothing. */
export const clicks: string[] = [];
export const executed: (readonly unknown[])[] = [];

async function show(text: string, ...buttons: readonly string[]): Promise<string | undefined> {
  shown.push(text);
  offered.push(buttons);
  return clicks.shift();
}

const editor = {
  CancellationTokenSource: class {},
  ProgressLocation: { Window: 10 },
  window: {
    showInformationMessage: show,
    showWarningMessage: show,
    showErrorMessage: show,
    withProgress: <T>(_options: unknown, task: () => T): T => task(),
    tabGroups: { all: [] },
  },
  env: { remoteName: undefined },
  commands: { executeCommand: async (...command: readonly unknown[]) => void executed.push(command) },
  workspace: {
    getWorkspaceFolder: ({ fsPath }: { fsPath: string }) =>
      fsPath.startsWith('/w/') ? { name: 'w', index: 0, uri: { fsPath: '/w' } } : undefined,
    asRelativePath: ({ fsPath }: { fsPath: string }) => fsPath.slice('/w/'.length),
    textDocuments: [],
  },
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, index) => String(values[index])) },
};
Object.assign(globalThis, { vscodeOfUnitTests: editor });

// The module exists in an extension host only. What the editor itself does is tested in test/editor.
const names = Object.keys(editor).map((name) => `export const ${name} = vscodeOfUnitTests.${name};`);
const url = `data:text/javascript,${encodeURIComponent(names.join('\n'))}`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url, shortCircuit: true } : next(specifier, context),
});
