import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { fileUnreadable } from '../checkpoint/errors.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { writeSafetensors } from '../checkpoint/safetensors-writer.ts';
import { loraLayout } from '../graph/lora.ts';
import { type LoraAdapter, nextContent } from './adapter.ts';
import { configFile, fillDirectory, setAside, weightsFile } from './adapter-directory.ts';
import { type AdapterMetadata, fileDigest, metadataFile, parseMetadata } from './adapter-metadata.ts';
import { exists, recoverDirectory } from './directory-swap.ts';
import { type ParsedConfig, parsePeftConfig, peftConfigText } from './peft-config.ts';
import {
  adapterNotWritten,
  adapterOfOtherBase,
  corruptAdapter,
  notAnAdapter,
  unsupportedAdapter,
} from './peft-errors.ts';
import { peftTensors } from './peft-tensors.ts';
import { type Damage, readTheta } from './peft-theta.ts';
import type { SessionState } from './session-state.ts';

/** The base model an adapter belongs to. */
export interface AdapterBase {
  readonly config: ModelConfig;
  /** Written as PEFT's `base_model_name_or_path`. */
  readonly path: string;
  /** Digest of the checkpoint's content; the same for every dtype it is opened in. */
  readonly key: string;
}

/**
 * Writes `adapter_config.json`, `adapter_model.safetensors` (fp32) and `retune.json`; the directory holds the old adapter or
 * the new one, whatever happens in between.
 * @throws RetuneError `adaptation.not-written`
 */
export async function savePeft(
  adapter: LoraAdapter,
  base: AdapterBase,
  directory: string,
  session?: SessionState,
): Promise<void> {
  try {
    await fillDirectory(directory, async (temporary) => {
      const weights = join(temporary, weightsFile);
      const config = join(temporary, configFile);
      await writeSafetensors(weights, peftTensors(adapter.layout, adapter.theta), { format: 'pt' });
      await writeFile(config, peftConfigText(adapter, base.path), { flush: true });
      const { kind, version, updates, seed } = adapter;
      const metadata: AdapterMetadata = {
        format: 1,
        kind,
        version,
        updates,
        seed,
        ...(session !== undefined && { session: { ...session } }),
        created: new Date().toISOString(),
        base: { path: base.path, key: base.key },
        sha256: { [configFile]: await fileDigest(config), [weightsFile]: await fileDigest(weights) },
      };
      await writeFile(join(temporary, metadataFile), `${JSON.stringify(metadata, null, 2)}\n`, { flush: true });
    });
  } catch (cause) {
    throw adapterNotWritten(directory, cause);
  }
}

/**
 * Loads an adapter written by PEFT or by {@link savePeft}. Linears it does not adapt get B = 0 and A from the seed, so that they
 * change nothing and can still be trained.
 *
 * A damaged adapter of ours (it has `retune.json`, or is `alwaysOurs`, where the lack of it is damage) is renamed to
 * `<directory>.corrupt-N` when that is possible; anybody else's is left in place.
 * @throws RetuneError `adaptation.not-an-adapter`, `.unsupported-adapter`, `.wrong-shape`, `.other-base`, `.corrupt`;
 *   `checkpoint.unreadable`
 */
export async function loadPeft(
  directory: string,
  base: AdapterBase,
  as: { readonly name: string; readonly kind: LoraAdapter['kind']; readonly seed: number },
  { alwaysOurs = false }: { readonly alwaysOurs?: boolean } = {},
): Promise<LoraAdapter> {
  await recoverDirectory(directory).catch((cause: Error) => {
    throw corruptAdapter(
      directory,
      `A write that was interrupted cannot be undone (${cause.message})`,
      undefined,
      cause,
    );
  });
  const ours = (await exists(join(directory, metadataFile))) || (alwaysOurs && (await exists(directory)));
  let adapter: LoraAdapter | Damage;
  try {
    adapter = await readAdapter(directory, base, as, ours);
  } catch (error) {
    throw error instanceof RetuneError ? error : fileUnreadable(directory, error);
  }
  if (!('damage' in adapter)) return adapter;
  // On a file system that cannot be written it stays where it is.
  const aside = ours ? await setAside(directory).catch(() => undefined) : undefined;
  throw corruptAdapter(directory, adapter.damage, aside, adapter.cause);
}

/** What the session that saved an adapter had counted; undefined when there was none, or when there is no valid metadata. */
export async function readSession(directory: string): Promise<SessionState | undefined> {
  const text = await readFile(join(directory, metadataFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseMetadata(text)?.session;
}

async function readAdapter(
  directory: string,
  base: AdapterBase,
  as: { readonly name: string; readonly kind: LoraAdapter['kind']; readonly seed: number },
  ours: boolean,
): Promise<LoraAdapter | Damage> {
  for (const file of [configFile, weightsFile, ...(ours ? [metadataFile] : [])]) {
    if (await exists(join(directory, file))) continue;
    if (!ours) throw notAnAdapter(directory, file);
    return { damage: `${file} is missing` };
  }
  const metadata = ours ? await readMetadata(directory) : undefined;
  if (metadata !== undefined && 'damage' in metadata) return metadata;
  if (metadata !== undefined && metadata.base.key !== base.key) throw adapterOfOtherBase(directory, metadata.base.path);

  const parsed = await readConfig(directory);
  if (parsed.kind === 'unsupported') throw unsupportedAdapter(directory, parsed.feature);
  if (parsed.kind === 'invalid') return { damage: parsed.problem };
  const { config } = parsed;
  const seed = metadata?.seed ?? as.seed;
  const layout = loraLayout(base.config, config.rank);
  const theta = await readTheta(directory, layout, seed);
  if ('damage' in theta) return theta;
  const { updates = 0, version = 0 } = metadata ?? {};
  return { name: as.name, kind: as.kind, ...config, layout, theta, seed, updates, version, content: nextContent() };
}

/** The metadata, once the checksums in it hold. */
async function readMetadata(directory: string): Promise<AdapterMetadata | Damage> {
  const metadata = parseMetadata(await readFile(join(directory, metadataFile), 'utf8'));
  if (metadata === undefined) return { damage: `${metadataFile} does not describe an adapter` };
  for (const file of [configFile, weightsFile]) {
    if (metadata.sha256[file] !== (await fileDigest(join(directory, file)))) {
      return { damage: `The checksum of ${file} is not the one in ${metadataFile}` };
    }
  }
  return metadata;
}

async function readConfig(directory: string): Promise<ParsedConfig> {
  const text = await readFile(join(directory, configFile), 'utf8');
  try {
    return parsePeftConfig(JSON.parse(text));
  } catch (error) {
    return { kind: 'invalid', problem: `${configFile} is not JSON (${(error as Error).message})` };
  }
}
