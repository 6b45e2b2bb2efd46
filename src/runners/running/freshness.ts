import { stat } from 'node:fs/promises';

/** What report files were before a run; one that lies there unchanged afterwards says nothing of that run. */
export type ReportStates = readonly string[];

/** Identity and times of each file; '' where there is none, or a folder, which its runner has to look after. */
export async function reportStates(paths: readonly string[]): Promise<ReportStates> {
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      return !found?.isFile() ? '' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    }),
  );
}

/** Whether a report of before is still there; both lists are of the same paths. */
export function isStale(before: ReportStates, after: ReportStates): boolean {
  return before.some((state, index) => state !== '' && state === after[index]);
}
