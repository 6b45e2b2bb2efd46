import { resolve } from 'node:path';
import { engineOf } from '../connect/open-policy.ts';
import type { PolicySettings } from '../connect/settings.ts';
import { modelNamed } from '../models/named-model.ts';
import { blockWithoutUse, sidecarCommandInvalid } from './errors.ts';
import type { OutputOptions } from './output.ts';

type Opening = Pick<
  PolicySettings,
  'engine' | 'dtype' | 'block' | 'provider' | 'threads' | 'layerCheckpointing' | 'ignoreMemory'
>;

/** What `addOpeningOptions` reads. */
export interface OpeningOptions extends OutputOptions, Opening {
  readonly context?: number;
}

/** For the log of the model process. */
export const clientName = 'retune-cli';

/**
 * What was typed, as it opens a model.
 * @param model a path, the name of a model on the disk, or that of a served model
 * @throws RetuneError `cli.usage` for a block that the number format does not have, `connect.engine-unknown`, `models.*`
 */
export function policySettings(options: OpeningOptions, model: string): PolicySettings {
  const { dtype, block, provider, threads, context, layerCheckpointing, ignoreMemory } = options;
  if (block !== undefined && dtype !== 'int4' && (dtype === 'fp32' || block !== 32)) {
    throw blockWithoutUse(block, dtype ?? 'int8');
  }
  const engine = engineFrom(options);
  const sidecarCommand = commandFromVariable();
  return {
    model: engineOf({ engine }).models === 'checkpoint directories' ? modelPath(model) : model,
    clientName,
    ...(engine !== '' && { engine }),
    ...(sidecarCommand !== undefined && { sidecarCommand }),
    ...(dtype !== undefined && { dtype }),
    ...(block !== undefined && { block }),
    ...(provider !== undefined && { provider }),
    ...(threads !== undefined && { threads }),
    ...(context !== undefined && { contextLength: context }),
    ...(layerCheckpointing !== undefined && { layerCheckpointing }),
    ...(ignoreMemory !== undefined && { ignoreMemory }),
  };
}

/** `--engine`, else `RETUNE_ENGINE`, else '': the engine that comes with Retune. */
export function engineFrom({ engine = process.env.RETUNE_ENGINE ?? '' }: Pick<OpeningOptions, 'engine'>): string {
  return engine;
}

/** A sidecar of our own shares this file system; one behind `ssh` has its own, where only the path as typed makes sense. */
export function localPath(path: string): string {
  return commandFromVariable() === undefined ? resolve(path) : path;
}

/**
 * The path of a model that was named by a path, or as `model list` names it. Another machine has other models.
 * @throws RetuneError `models.*`
 */
export function modelPath(model: string): string {
  const found = commandFromVariable() === undefined ? modelNamed(model) : undefined;
  return found?.path ?? localPath(model);
}

/** @throws RetuneError `cli.usage` */
export function commandFromVariable(): readonly string[] | undefined {
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
