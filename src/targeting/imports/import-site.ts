/** One import as it stands in a file; nothing is resolved. */
export interface ImportSite {
  /** As written, without quotes: `./a.js`, `pkg.module`, `..sibling`, `crate::a::b`. */
  readonly specifier: string;
  readonly names: readonly ImportedName[];
  /** Others that import this file get the names too. */
  readonly reexports: boolean;
}

export interface ImportedName {
  /** As it is called here (or, when re-exported, by others); `*` for everything. */
  readonly local: string;
  /** As it is called there; `*` for the module itself, `default` for its default export. */
  readonly imported: string;
}
