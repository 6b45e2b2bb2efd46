import { type Action, knownActions } from './actions.ts';

/**
 * The one error type that reaches a user: what happened, why, and what to do.
 * Made only by named factories in the `errors.ts` beside the code that throws; it crosses the wire unchanged.
 */
export class RetuneError extends Error {
  override readonly name = 'RetuneError';
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly actions: readonly Action[];
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
    this.actions = fields.actions ?? [];
    this.data = fields.data ?? {};
  }

  toJSON(): RetuneErrorJson {
    const { code, what, why, remedy, actions, data } = this;
    return { code, what, why, remedy, ...(actions.length > 0 && { actions }), data };
  }
}

export interface RetuneErrorFields {
  /** `area.kebab-case`, for example `checkpoint.truncated`. */
  readonly code: string;
  /** One full sentence each: what happened, why, what to do. They name no flag, setting or command: `actions` do. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** What the remedy means in terms of options and commands, the most helpful first. */
  readonly actions?: readonly Action[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error on the wire, in a record, and in `--json` output. */
export type RetuneErrorJson = Omit<RetuneErrorFields, 'cause'>;

/** The error as the other side made it; that side may be of another release. */
export function fromJson(json: RetuneErrorJson): RetuneError {
  return new RetuneError({ ...json, actions: knownActions(json.actions) });
}
