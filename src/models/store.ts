import type { Place } from './place.ts';
import type { Visit } from './visit.ts';

/** A place where another program keeps models: a row of the table `stores`. */
export interface ModelStore {
  /** How full names of its models begin: `ollama:NAME`. */
  readonly name: string;
  /** For people: "Ollama". */
  readonly title: string;
  /** Directories that are searched, the most important first; most do not exist. */
  roots(place: Place): readonly string[];
  /** The models in one of these directories. What cannot be read is noted on the visit. */
  models(visit: Visit): readonly StoredModel[];
}

/** A model as its store knows it; its own files were not opened yet. */
export interface StoredModel {
  /** Unique in the store. */
  readonly name: string;
  /** Absolute: a GGUF file, or a directory in Hugging Face layout. */
  readonly path: string;
  readonly format: 'gguf' | 'directory';
  /** Of all files of its weights. */
  readonly bytes: number;
  /** Why it cannot be opened whatever its files say, as a clause. */
  readonly obstacle?: string;
}
