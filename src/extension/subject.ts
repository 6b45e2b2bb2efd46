import * as vscode from 'vscode';
import { isTestPath } from '../targeting/test-paths.ts';
import { noFile, outsideWorkspace } from './errors.ts';

/** What the developer points at: a file, and the folder whose tests judge it. */
export interface Subject {
  readonly folder: vscode.WorkspaceFolder;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Has the cursor; absent when the file is a test, which judges and is not changed. */
  readonly editor?: vscode.TextEditor;
}

/** @throws RetuneError `extension.no-file`, `extension.outside-workspace` */
export function subjectOf(editor: vscode.TextEditor | undefined): Subject {
  if (editor === undefined) throw noFile();
  const { uri } = editor.document;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined || uri.scheme !== 'file') throw outsideWorkspace(uri.toString(true));
  const path = vscode.workspace.asRelativePath(uri, false);
  return { folder, path, ...(!isTestPath(path) && { editor }) };
}

/** For the developer: `path:line` of the cursor, or the path of a test. */
export function nameOf({ path, editor }: Subject): string {
  return editor === undefined ? path : `${path}:${lineOf(editor)}`;
}

/**
 * For the session: the same with the absolute path, because a relative one is resolved against the current directory, which is
 * that of the program that started the editor. Call it after saving and undoing, which may shift lines.
 */
export function targetOf({ editor }: Subject): string | undefined {
  return editor && `${editor.document.uri.fsPath}:${lineOf(editor)}`;
}

/** From 1. The selection of an editor that has been closed may lie beyond the end. */
function lineOf({ document, selection }: vscode.TextEditor): number {
  return Math.min(selection.active.line + 1, document.lineCount);
}
