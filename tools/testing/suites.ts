/** Files of tests that run in processes with the same environment, or one program that counts its tests itself. */
export interface Suite {
  readonly name: string;
  /** Resolves when everything that it needs is there. */
  readonly ready: Promise<Work>;
}

export type Work =
  | {
      readonly kind: 'files';
      /** In the order in which they are begun: the longest ones first. */
      readonly files: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly note?: string;
    }
  | { readonly kind: 'program'; readonly run: () => Promise<Counted> }
  /** What it needs is missing. */
  | { readonly kind: 'nothing'; readonly counted: Counted };

export interface Counted {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly note?: string;
}
