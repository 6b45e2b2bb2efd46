import { z } from 'zod';
import type { TestReport } from '../runner.ts';
import { cleanText, failureOf } from './failure-text.ts';
import { type Places, workspacePath } from './places.ts';
import { pythonError } from './python-error.ts';
import { problemIn } from './report-lines.ts';
import { idOf, uniqueResults } from './results.ts';

const schema = z.object({
  complete: z.literal(true),
  tests: z.array(
    z.object({
      /** File, class, method. */
      key: z.tuple([z.string(), z.string(), z.string()]),
      status: z.enum(['passed', 'failed', 'skipped']),
      milliseconds: z.number().nonnegative().optional(),
      message: z.string().optional(),
      trace: z.string().optional(),
    }),
  ),
  problems: z.array(z.object({ where: z.string(), message: z.string() })),
});

/**
 * Reads what our unittest runner wrote (`python/unittest-runner.ts`).
 * @returns undefined when it is incomplete or another kind of file
 */
export function parseUnittest(text: string, places: Places): TestReport | undefined {
  const report = schema.safeParse(parsed(text));
  if (!report.success) return undefined;
  const tests = report.data.tests.map(({ key: [path, group, name], status, milliseconds, message, trace }) => {
    const file = path === '' ? undefined : workspacePath(path, places);
    return {
      id: idOf(file, [group], name),
      name: cleanText(name, 300),
      ...(file !== undefined && { file }),
      status,
      ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds * 1000) / 1000 }),
      ...(status === 'failed' && { failure: failureOf(message ?? '', trace ?? '', places) }),
    };
  });
  const problems = report.data.problems.map(({ where, message }) =>
    problemIn(cleanText(where, 300), pythonError(message), places, message),
  );
  return { tests: uniqueResults(tests, 'number'), problems };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut short; the schema refuses it.
    return undefined;
  }
}
