import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findModels } from '../../src/models/find.ts';
import type { Findings } from '../../src/models/found-model.ts';
import type { Place } from '../../src/models/place.ts';
import { ggufBytes } from './gguf.ts';

/** A home directory with the stores of other programs, made up. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), 'retune-home-'));

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  write(way: string, content: string | Uint8Array): string {
    const path = this.at(way);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  link(way: string, target: string): void {
    const path = this.at(way);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  /** A checkpoint directory of the fixtures. */
  copy(way: string, directory: string): string {
    cpSync(directory, this.at(way), { recursive: true });
    return this.at(way);
  }

  /** The same in the cache of the hub. @param repository `org/name` */
  copyCached(repository: string, directory: string): string {
    const root = `.cache/huggingface/hub/models--${repository.replaceAll('/', '--')}`;
    const commit = 'a'.repeat(40);
    this.write(`${root}/refs/main`, commit);
    return this.copy(`${root}/snapshots/${commit}`, directory);
  }

  /** A model as `ollama pull` leaves it. @param way below `manifests`. @returns the path of its blob */
  ollama(way: string, gguf: Uint8Array, more: readonly object[] = []): string {
    const digest = createHash('sha256').update(gguf).digest('hex');
    const mediaType = 'application/vnd.ollama.image.model';
    const layers = [{ mediaType, digest: `sha256:${digest}`, size: gguf.length }, ...more];
    this.write(`.ollama/models/manifests/${way}`, JSON.stringify({ schemaVersion: 2, layers }));
    return this.write(`.ollama/models/blobs/sha256-${digest}`, gguf);
  }

  find(place: Partial<Place> = {}, memory = 16 * 2 ** 30): Findings {
    return findModels({ platform: 'linux', env: {}, home: this.path, ...place }, { memory });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A GGUF file of metadata alone, different for each `seed`. */
export function gguf(metadata: Readonly<Record<string, string | number>> = {}, seed = ''): Uint8Array {
  const pairs = Object.entries({
    'general.architecture': 'qwen2',
    'qwen2.context_length': 32768,
    'general.size_label': '1.5B',
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.chat_template': `{{ messages }}${seed}`,
    // llama.cpp's quantisation adds it behind the vocabulary.
    'general.file_type': 15,
    ...metadata,
  });
  const values = pairs.map(([key, value]) => [key, typeof value === 'string' ? { string: value } : { uint32: value }]);
  const vocabulary = { strings: Array.from({ length: 20_000 }, (_, index) => `token ${index}`) };
  return ggufBytes(Object.fromEntries([['tokenizer.ggml.tokens', vocabulary], ...values]), []);
}

export function fixture(...parts: readonly string[]): string {
  return join(import.meta.dirname, '..', 'fixtures', ...parts);
}

export function fixtureBytes(...parts: readonly string[]): Uint8Array {
  return readFileSync(fixture(...parts));
}
