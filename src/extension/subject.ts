import * as vscode from 'vscode';
import { noFile, outsideWorkspace } from '../shared/errors/extension.ts';
import { isTestPath } from '../workspace/target/test-paths.ts';

/** What the developer points at: a file, the line of the cursor, and the folder whose tests judge it. */
export interface Subject {
  readonly folder: vscode.WorkspaceFolder;
  readonly document: vscode.TextDocument;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** `path:line`, from 1; absent when the file is a test, which judges and is not changed. */
  readonly target?: string;
}

/** @throws RetuneError `extension.no-file`, `extension.outside-workspace` */
export function subjectOf(editor: vscode.TextEditor | undefined): Subject {
  if (editor === undefined) throw noFile();
  const { document, selection } = editor;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (folder === undefined || document.uri.scheme !== 'file') throw outsideWorkspace(document.uri.toString(true));
  const path = vscode.workspace.asRelativePath(document.uri, false);
  return { folder, document, path, ...(!isTestPath(path) && { target: `${path}:${selection.active.line + 1}` }) };
}
