import type { TestReport } from '../runner.ts';
import { type Places, workspacePath } from './places.ts';
import { problemIn } from './report-lines.ts';

/** Errors of compilers that a build tool passes on as lines of its output; `path` and `message`. */
const lines: readonly RegExp[] = [
  // .NET: `/a/Sum.cs(3,5): error CS0103: … [/a/a.csproj]`
  /^\s*(?<path>(?:[A-Za-z]:)?[^\s(][^(\n]*)\((?<line>\d+)(?:,\d+)*\): error (?<message>[A-Z]+\d+: .*?)(?: \[[^\]]*\])?$/,
  // Maven: `[ERROR] /a/Sum.java:[3,5] …`
  /^\[ERROR\] (?<path>\/?(?:[A-Za-z]:)?[^\s:][^:\n]*\.\w+):\[(?<line>\d+),\d+\] (?<message>.*)$/,
  // Gradle: `/a/Sum.java:3: error: …` and `e: file:///a/Sum.kt:3:5 …`
  /^(?<path>(?:[A-Za-z]:)?[^\s:][^:\n]*\.\w+):(?<line>\d+): error: (?<message>.*)$/,
  /^e: (?<path>file:\/\/\S+?):(?<line>\d+):\d+:? (?<message>.*)$/,
];

const maximumFiles = 50;

/** One problem per file that does not compile, in the order of the output. */
export function compilerErrors(output: string, places: Places): TestReport['problems'] {
  const byFile = new Map<string, Set<string>>();
  for (const line of output.split(/\r?\n/)) {
    if (line.length > 2000) continue;
    for (const pattern of lines) {
      const found = pattern.exec(line)?.groups;
      if (found === undefined) continue;
      const file = workspacePath(found.path ?? '', places) ?? 'a file outside the workspace';
      const messages = byFile.get(file) ?? new Set();
      // Build tools repeat themselves in their summaries.
      messages.add(`line ${found.line}: ${found.message}`);
      if (byFile.size < maximumFiles) byFile.set(file, messages);
      break;
    }
  }
  return [...byFile].map(([where, messages]) => {
    const text = [...messages].join('\n');
    return { ...problemIn(where, text, places, `at ${where}:1\n${text}`), compiler: true };
  });
}
