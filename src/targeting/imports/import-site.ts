/** One import as it stands in a file; nothing is resolved. */
export interface ImportSite {
  /** As written, without quotes: `./a.js`, `pkg.module`, `..sibling`, `crate::a::b`. */
  readonly specifier: string;
  readonly names: readonly ImportedName[];
  /** Whether files that import this one get the names as well. */
  readonly reexports: boolean;
}

export interface ImportedName {
  /** Its name here (or, when re-exported, for others); `*` for everything. */
  readonly local: string;
  /** Its name there; `*` for the module itself, `default` for its default export. */
  readonly imported: string;
}
