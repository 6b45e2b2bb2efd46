import type { OpenModelOptions } from '../policy/open-options.ts';

/** Which model is used, what runs it, and how: everything that the terminal or the editor specifies to open a policy. */
export interface PolicySettings extends Omit<OpenModelOptions, 'directory'> {
  /** What runs the model: a name of the table, and after a colon its address. Default: the engine that comes with Retune. */
  readonly engine?: string;
  /** A checkpoint directory, or the name of a model that is served elsewhere; '' = the only one that is served there. */
  readonly model: string;
  /** Starts the model process of the bundled engine. Empty: the sidecar beside this program. */
  readonly sidecarCommand?: readonly string[];
  /** For the log of the model process, for example `retune-cli`. */
  readonly clientName: string;
  /** A model process without requests ends after this time, in ms; the next request starts it again. Default: never. */
  readonly idleStopMs?: number;
}
