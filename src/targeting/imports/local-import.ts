import type { ImportedName } from './import-site.ts';

/** A file of the workspace that another one imports. */
export interface LocalImport {
  readonly path: string;
  readonly names: readonly ImportedName[];
  /** Others that import the importing file get the names too. */
  readonly reexports: boolean;
}
