import assert from 'node:assert/strict';
import type { TextEditor } from 'vscode';
import './vscode.ts';

/** An editor on a file of `lineCount` lines, with the cursor in a line from 0. */
function editorOn(fsPath: string, line: number, lineCount = 20) {
  const uri = { scheme: 'file', fsPath, toString: () => fsPath };
  const selection = { active: { line } };
  return { document: { uri, lineCount }, selection };
}

describe('what the developer points at', () => {
  let subject: typeof import('../../../src/extension/subject.ts');
  before(async () => {
    subject = await import('../../../src/extension/subject.ts');
  });
  const subjectOn = (editor: ReturnType<typeof editorOn>) => subject.subjectOf(editor as unknown as TextEditor);

  it('is named briefly, and by its absolute path for the session, which runs in another directory', () => {
    const file = subjectOn(editorOn('/w/src/total.js', 3));
    assert.equal(subject.nameOf(file), 'src/total.js:4');
    assert.equal(subject.targetOf(file), '/w/src/total.js:4');
  });

  it('has the line where the cursor is when the session begins, after saving has moved it', () => {
    const editor = editorOn('/w/src/total.js', 3);
    const file = subjectOn(editor);
    editor.selection.active.line = 7;
    assert.equal(subject.targetOf(file), '/w/src/total.js:8');
    editor.document.lineCount = 5;
    assert.equal(subject.targetOf(file), '/w/src/total.js:5');
  });

  it('is no target when it is a test', () => {
    const file = subjectOn(editorOn('/w/test/total.test.js', 3));
    assert.equal(subject.nameOf(file), 'test/total.test.js');
    assert.equal(subject.targetOf(file), undefined);
  });

  it('is a file of the workspace', () => {
    assert.throws(() => subjectOn(editorOn('/elsewhere/a.js', 0)), { code: 'extension.outside-workspace' });
    assert.throws(() => subject.subjectOf(undefined), { code: 'extension.no-file' });
  });
});
