import type { ImportedName } from './import-site.ts';

/** A file of the workspace that another one imports. */
export interface LocalImport {
  readonly path: string;
  readonly names: readonly ImportedName[];
  /** Whether files that import the importing one get the names as well. */
  readonly reexports: boolean;
}
