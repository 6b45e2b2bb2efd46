import { join } from 'node:path';
import { z } from 'zod';
import { directoryOf, type Place } from './place.ts';
import type { ModelStore, StoredModel } from './store.ts';
import type { Visit } from './visit.ts';

/** `manifests/HOST/NAMESPACE/MODEL/TAG` names blobs by their digests: `blobs/sha256-…`. */
export const ollama: ModelStore = {
  name: 'ollama',
  title: 'Ollama',
  roots(place) {
    const named = directoryOf(place, 'OLLAMA_MODELS');
    return named === undefined ? usual(place) : [named];
  },
  models: (visit) =>
    manifests(visit, join(visit.root, 'manifests'), []).flatMap((way) => fromManifest(visit, way) ?? []),
};

/** Ollama's installer for Linux makes a service with a home of its own. */
function usual({ platform, home }: Place): readonly string[] {
  const own = join(home, '.ollama', 'models');
  return platform === 'linux' ? [own, '/usr/share/ollama/.ollama/models'] : [own];
}

/** Host, namespace (of several parts on some hosts), model and tag. */
const maxParts = 6;
const minParts = 4;

/** The ways to all manifests. */
function manifests(visit: Visit, directory: string, way: readonly string[]): readonly (readonly string[])[] {
  return visit.entries(directory).flatMap(({ name, path, kind }) => {
    const here = [...way, name];
    if (kind === 'file') return here.length >= minParts ? [here] : [];
    return here.length < maxParts ? manifests(visit, path, here) : [];
  });
}

const manifest = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string() })).max(1000),
});
const imageType = 'application/vnd.ollama.image.';

function fromManifest(visit: Visit, way: readonly string[]): StoredModel | undefined {
  const path = join(visit.root, 'manifests', ...way);
  const { data } = manifest.safeParse(visit.json(path));
  if (data === undefined) return visit.note(`${path} is no manifest of a model`);
  const layers = (kind: string) => data.layers.filter(({ mediaType }) => mediaType === imageType + kind);
  const model = layers('model')[0];
  if (model === undefined) return visit.note(`${path} names no GGUF file`);
  // A digest is part of a path.
  if (!/^sha256:[0-9a-f]{64}$/.test(model.digest)) return visit.note(`${path} names no valid digest`);
  const blob = visit.entry(join(visit.root, 'blobs', model.digest.replace(':', '-')));
  if (blob?.kind !== 'file') return visit.note(`The file of the model that ${path} names is missing`);
  return {
    name: nameOf(way),
    path: blob.path,
    format: 'gguf',
    bytes: blob.bytes,
    ...(layers('adapter').length > 0 && { obstacle: 'it has an adapter of its own' }),
  };
}

/** As Ollama writes it: `qwen2.5-coder:1.5b`, with namespace and host where they are not the usual ones. */
function nameOf(way: readonly string[]): string {
  const tag = way.at(-1)!;
  const path = way.slice(0, -1).join('/');
  return `${path.replace(/^registry\.ollama\.ai\/(library\/)?/, '')}:${tag}`;
}
