/**
 * The one error type that reaches a user: what happened, why, and what to do.
 * Made only by the named factories beside this file; the code travels over the sidecar's wire unchanged.
 */
export class RetuneError extends Error {
  override readonly name = 'RetuneError';
  readonly code: string;
  readonly why: string;
  readonly remedy: string;
  /** Machine-readable facts (JSON only), for `--json` output and for the editor. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(fields: RetuneErrorFields) {
    super(
      `${fields.what} ${fields.why} ${fields.remedy}`.trim(),
      fields.cause === undefined ? {} : { cause: fields.cause },
    );
    this.code = fields.code;
    this.what = fields.what;
    this.why = fields.why;
    this.remedy = fields.remedy;
    this.data = fields.data ?? {};
  }

  readonly what: string;

  toJSON(): RetuneErrorFields {
    return { code: this.code, what: this.what, why: this.why, remedy: this.remedy, data: this.data };
  }
}

export interface RetuneErrorFields {
  /** `area.kebab-case`, for example `checkpoint.truncated`. */
  readonly code: string;
  /** One full sentence each: what happened, why, what to do. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}
