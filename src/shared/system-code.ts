/** The code of a system error (`ENOENT`), or of another error that has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** For `catch`: ignores what the system refuses, but not a mistake of ours. */
export function ignoreSystemError(error: unknown): void {
  if (codeOf(error) === undefined) throw error;
}

/** The disk, or a quota of it, has no space left. */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
