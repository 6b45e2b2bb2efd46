import { stat } from 'node:fs/promises';

/** The states of report files before a run; a file that is unchanged afterwards says nothing about that run. */
export type ReportStates = readonly string[];

/** Identity and times of each file; '' where there is none, or a folder, whose freshness the runner itself checks. */
export async function reportStates(paths: readonly string[]): Promise<ReportStates> {
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      return !found?.isFile() ? '' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    }),
  );
}

/** Whether an earlier report is still there; both lists are for the same paths. */
export function isStale(before: ReportStates, after: ReportStates): boolean {
  return before.some((state, index) => state !== '' && state === after[index]);
}
