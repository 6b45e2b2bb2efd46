import assert from 'node:assert/strict';
import type { Answer } from '../../src/agent/answer/answer.ts';
import type { TargetFile, Task } from '../../src/agent/task.ts';

const languages: Readonly<Record<string, string>> = {
  js: 'js',
  ts: 'ts',
  py: 'python',
  go: 'go',
  rs: 'rust',
  java: 'java',
};

/** @param focus symbol, first and last line. */
export function target(path: string, text: string, focus?: readonly [string, number, number]): TargetFile {
  const language = languages[path.slice(path.lastIndexOf('.') + 1)] ?? '';
  if (focus === undefined) return { path, text, language };
  const [symbol, firstLine, lastLine] = focus;
  return { path, text, language, focus: { symbol, firstLine, lastLine } };
}

export function taskOf(targets: readonly TargetFile[], neighbours: Task['neighbours'] = []): Task {
  return { id: 't', request: 'Fix it.', targets, neighbours };
}

/** The new text of a file; of the only one without a path. */
export function newText(answer: Answer, path?: string): string {
  assert.equal(answer.kind, 'attempt', JSON.stringify(answer));
  const { files } = answer.attempt;
  const file = path === undefined ? files[0] : files.find((one) => one.path === path);
  assert.ok(file, `${path} is not among ${files.map((one) => one.path)}`);
  if (path === undefined) assert.equal(files.length, 1);
  return file.text;
}

export function problemOf(answer: Answer): string {
  return answer.kind === 'unparsable' ? answer.problem : 'attempt';
}

export function block(code: string, info = 'js'): string {
  return `\`\`\`${info}\n${code}\n\`\`\``;
}
