import type { StoredModel } from './store.ts';

/** What the files of a model say of it, as far as that can be read cheaply. */
export interface ModelFacts {
  /** `Qwen2` */
  readonly architecture?: string;
  /** How many weights it has; often rounded, as its name says it. */
  readonly parameters?: number;
  /** Maximum number of tokens. */
  readonly contextLength?: number;
  /** How weights are stored: `Q4_K_M`, `bfloat16`. */
  readonly type?: string;
  /** Without one it is no model for conversations, and a fix cannot be asked for. */
  readonly hasChatTemplate?: boolean;
  /** Why it cannot be opened, as a clause. */
  readonly obstacle?: string;
}

/** A model in a store of another program, with what its files say. */
export interface FoundModel extends StoredModel, ModelFacts {
  /** Name of the store. */
  readonly store: string;
  /** `STORE:NAME`, which no other model has. */
  readonly fullName: string;
  /** For people: "Ollama". */
  readonly storeTitle: string;
  /** Whether this machine has the memory for an update of its weights; false for what cannot be opened. */
  readonly adapts: boolean;
}

/** What is on the disk, the most useful for code first. */
export interface Findings {
  readonly models: readonly FoundModel[];
  /** What could not be read, as sentences. */
  readonly notes: readonly string[];
}
