import { z } from 'zod';
import type { RetuneError } from '../../shared/errors/retune-error.ts';
import { badConfig, unsupportedModel } from './config-errors.ts';

/** A config.json before validation: every part of the reader asks for its own fields, which are checked then. */
export class RawConfig {
  readonly #path: string;
  readonly #json: unknown;
  readonly #families: readonly string[];

  /**
   * @param path of config.json, for messages only
   * @param families of models that are supported, for messages only
   */
  constructor(path: string, json: unknown, families: readonly string[]) {
    this.#path = path;
    this.#json = json;
    this.#families = families;
  }

  /** @throws RetuneError `checkpoint.bad-config`, which names the fields that are wrong */
  fields<Shape extends z.ZodRawShape>(shape: Shape): z.infer<z.ZodObject<Shape>> {
    const parsed = z.object(shape).safeParse(this.#json);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
    throw this.bad(...problems);
  }

  /** @param problems clauses without a full stop, each naming a field and what is wrong with it */
  bad(...problems: readonly string[]): RetuneError {
    return badConfig(this.#path, problems);
  }

  /** `found` and `supported`: clauses without a full stop. */
  unsupported(found: string, supported: string): RetuneError {
    return unsupportedModel(this.#path, found, supported, this.#families);
  }
}
