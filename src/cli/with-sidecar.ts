import { resolve } from 'node:path';
import type { OpenModelOptions, OpenProgress } from '../policy/open-options.ts';
import type { RemotePolicy } from '../sidecar/client/remote-policy.ts';
import { SidecarClient } from '../sidecar/client/sidecar-client.ts';
import { blockWithoutUse, sidecarCommandInvalid } from './errors.ts';
import type { Output, OutputOptions } from './output.ts';

type Opening = Pick<
  OpenModelOptions,
  'dtype' | 'block' | 'provider' | 'threads' | 'layerCheckpointing' | 'ignoreMemory'
>;

/** What `addOpeningOptions` reads, the checkpoint and the adapter. */
export interface ModelOptions extends OutputOptions, Opening {
  readonly model: string;
  readonly context?: number;
  readonly adapter?: string;
}

export const ADAPTER = 'cli';

const STAGES: Record<OpenProgress['stage'], string> = {
  reading: 'reading the checkpoint',
  converting: 'converting weights (once; the result is cached)',
  building: 'building graphs',
  loading: 'loading weights',
  'self-test': 'testing the provider',
};

/** Runs a task with a sidecar of its own, which ends with it whatever happens. */
export async function withSidecar<T>(output: Output, task: (client: SidecarClient) => Promise<T>): Promise<T> {
  const command = commandFromEnvironment();
  const client = new SidecarClient(
    { clientName: 'retune-cli', ...(command === undefined ? {} : { command }) },
    { log: (level, message) => level === 'warn' && output.note(message) },
  );
  try {
    return await task(client);
  } finally {
    await client.dispose();
  }
}

/** The same with a model opened in it, and the adapter of `--adapter` loaded under the name {@link ADAPTER}. */
export async function withModel<T>(
  output: Output,
  options: ModelOptions,
  task: (policy: RemotePolicy) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { adapter } = options;
  const opening = openModelOptions(options);
  return withSidecar(output, async (client) => {
    const policy = await openModel(client, output, opening, signal);
    if (adapter !== undefined) {
      await policy.adapters.load({ name: ADAPTER, kind: 'session', directory: localPath(adapter) });
    }
    return task(policy);
  });
}

/** Opens a model in a sidecar and shows how far that is. */
export async function openModel(
  client: SidecarClient,
  output: Output,
  opening: OpenModelOptions,
  signal: AbortSignal,
): Promise<RemotePolicy> {
  const policy = await client.openModel(
    opening,
    { onProgress: ({ stage, fraction }) => output.progress(`${STAGES[stage]} ${percent(fraction)}`) },
    signal,
  );
  output.progressEnd();
  return policy;
}

/**
 * What was typed, as the engine wants it.
 * @throws RetuneError `cli.usage` for a block that the number format does not have
 */
export function openModelOptions(options: ModelOptions): OpenModelOptions {
  const { model, dtype, block, provider, threads, context, layerCheckpointing, ignoreMemory } = options;
  if (block !== undefined && dtype !== 'int4' && (dtype === 'fp32' || block !== 32)) {
    throw blockWithoutUse(block, dtype ?? 'int8');
  }
  return {
    directory: localPath(model),
    ...(dtype !== undefined && { dtype }),
    ...(block !== undefined && { block }),
    ...(provider !== undefined && { provider }),
    ...(threads !== undefined && { threads }),
    ...(context !== undefined && { contextLength: context }),
    ...(layerCheckpointing !== undefined && { layerCheckpointing }),
    ...(ignoreMemory !== undefined && { ignoreMemory }),
  };
}

/** A sidecar of our own shares this file system; one behind `ssh` has its own, where only the path as typed makes sense. */
export function localPath(path: string): string {
  return commandFromEnvironment() === undefined ? resolve(path) : path;
}

function commandFromEnvironment(): string[] | undefined {
  const value = process.env.RETUNE_SIDECAR_COMMAND;
  if (value === undefined || value === '') return undefined;
  let command: unknown;
  try {
    command = JSON.parse(value);
  } catch {
    throw sidecarCommandInvalid(value);
  }
  const strings = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string');
  if (!strings) throw sidecarCommandInvalid(value);
  return command as string[];
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? '…' : `${Math.round(fraction * 100)} %`;
}
