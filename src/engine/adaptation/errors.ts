import { maxAdapterRank } from '../../policy/adapters.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about adapters: their training, their files and their names. */

export function saddleAdapter(name: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.saddle',
    what: `The adapter "${name}" cannot be trained.`,
    why: 'All of its A and B matrices are zero, and there every gradient is exactly zero.',
    remedy: 'Reset the adapter, which draws a new A, or create a new one.',
    data: { name },
  });
}

export function adapterNotFound(name: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'adaptation.no-adapter',
    what: `There is no adapter named "${name}".`,
    why: known.length === 0 ? 'No adapter is loaded.' : `Loaded are: ${known.join(', ')}.`,
    remedy: 'Create or load it first, or check the spelling.',
    data: { name, known },
  });
}

export function adapterExists(name: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.adapter-exists',
    what: `An adapter named "${name}" is already loaded.`,
    why: 'Replacing it would lose its weights if they were not saved.',
    remedy: 'Choose another name, or drop the loaded adapter first.',
    data: { name },
  });
}

/** `problem`: one clause without a full stop, with the offending number. */
export function badAdapterSpec(name: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.bad-spec',
    what: `The adapter "${name}" cannot be created.`,
    why: `${problem}.`,
    remedy: `Use a rank between 1 and ${maxAdapterRank} and a positive alpha.`,
    data: { name, problem },
  });
}

export function notAnAdapter(directory: string, missing: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.not-an-adapter',
    what: `${directory} is not a PEFT adapter.`,
    why: `It has no ${missing}; an adapter is adapter_config.json with adapter_model.safetensors.`,
    remedy: missing.endsWith('.safetensors')
      ? 'Give the directory that save_pretrained wrote; convert an adapter_model.bin by loading and saving it with PEFT.'
      : 'Give the directory that save_pretrained wrote.',
    data: { directory, missing },
  });
}

/** `feature`: what was found, for example `use_dora = true`. */
export function unsupportedAdapter(directory: string, feature: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.unsupported-adapter',
    what: `The adapter in ${directory} cannot be used.`,
    why: `It has ${feature}, but only plain LoRA of one rank on q, k, v, o, gate, up and down projections is supported.`,
    remedy: 'Merge the adapter into its base model and open the result as a model, or train a plain LoRA adapter.',
    data: { directory, feature },
  });
}

/** `problem`: one clause naming the tensor and both shapes. */
export function adapterDoesNotFit(directory: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.wrong-shape',
    what: `The adapter in ${directory} does not fit the open model.`,
    why: `${problem}.`,
    remedy: 'Open the base model that the adapter was trained for, or load another adapter.',
    data: { directory, problem },
  });
}

export function adapterOfOtherBase(directory: string, base: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.other-base',
    what: `The adapter in ${directory} was trained on another base model.`,
    why: `Its record names ${base}, whose weights differ from those of the open model.`,
    remedy: `Open ${base}, or load another adapter.`,
    data: { directory, base },
  });
}

/** `problem`: one clause; `setAside`: where the files are now, or undefined when they were left where they are. */
export function corruptAdapter(
  directory: string,
  problem: string,
  setAside: string | undefined,
  cause?: unknown,
): RetuneError {
  return new RetuneError({
    code: 'adaptation.corrupt',
    what: `The adapter in ${directory} is damaged.`,
    why: `${problem}.`,
    remedy:
      setAside === undefined
        ? 'Copy or export it again; nothing was changed in that directory.'
        : `It was set aside as ${setAside}; restore a copy from there or from a backup, or go on without it.`,
    data: { directory, problem, ...(setAside === undefined ? {} : { setAside }) },
    cause,
  });
}

export function adapterNotWritten(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'adaptation.not-written',
    what: `The adapter could not be written to ${directory}.`,
    why: cause instanceof Error ? `${cause.message}.` : `${String(cause)}.`,
    remedy: 'Check that the disk has space and that you may write there; what was there before is unchanged.',
    data: { directory },
    cause,
  });
}

export function nothingToRevert(root: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-to-revert',
    what: 'There is no earlier version of the workspace adapter.',
    why: `${root} holds no version; the base model is in use as it is.`,
    remedy: 'There is nothing to do.',
    data: { root },
  });
}

/** A small file of ours beside the adapters; `setAside`: where it is now, or undefined when it could not be moved. */
export function damagedFile(path: string, setAside: string | undefined, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'adaptation.damaged-file',
    what: `${path} is damaged.`,
    why: 'Its content is not what was written there.',
    remedy:
      setAside === undefined
        ? 'It could not be set aside and was left where it is; the work goes on without it.'
        : `It was set aside as ${setAside}, and the work goes on without it.`,
    data: { path, ...(setAside === undefined ? {} : { setAside }) },
    cause,
  });
}

export function olderVersionsGone(root: string, dropped: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-to-revert',
    what: 'The version before this one is not kept any more.',
    why: `Only the newest versions are kept in ${root}; the files of ${dropped} older ones were removed.`,
    remedy: 'Go on with this version, or reset the workspace adapter, which returns to the base model.',
    data: { root, dropped },
  });
}

/** A name from a client that is to become a folder. */
export function badWorkspaceKey(key: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.bad-key',
    what: `${JSON.stringify(key.slice(0, 80))} cannot name a workspace adapter.`,
    why: 'It becomes a folder name, so it must be 1 to 64 letters, digits and hyphens, beginning with a letter or digit.',
    remedy: 'Use a digest of the workspace folder.',
    data: { key: key.slice(0, 80) },
  });
}

export function nothingLearnt(root: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-learnt',
    what: 'There is no workspace adapter to export.',
    why: `Nothing was learnt for this folder with this model: ${root} holds no version.`,
    remedy: 'Accept an answer first; the model learns from it.',
    data: { root },
  });
}

export function workspaceBusy(root: string, attempts: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.workspace-busy',
    what: 'The accepted answer could not be learnt.',
    why: `Another Retune process changed the workspace adapter in ${root} each of the ${attempts} times this one tried.`,
    remedy: 'Accept it again when the other one is done; nothing was lost.',
    data: { root, attempts },
  });
}

/** Only a notice: `base` is the model the adapters were trained on, as it was called then. */
export function learntWithOtherBase(base: string, versions: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.learnt-with-other-base',
    what: 'What was learnt for this folder belongs to another model.',
    why: `${versions === 1 ? 'One version was' : `${versions} versions were`} learnt with ${base}, whose weights differ.`,
    remedy: 'They are kept for that model; this one begins anew.',
    data: { base, versions },
  });
}

/** Only a notice. */
export function workspaceSetAside(aside: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.set-aside',
    what: 'What was learnt for this folder with this model is not used any more.',
    why: 'The workspace adapter was reset.',
    remedy: `The files were kept as ${aside}; delete them, or move them back to undo the reset.`,
    data: { aside },
  });
}

/** From a look that changes nothing, and when the version was set aside or removed before. */
export function versionUnreadable(directory: string, version: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.version-unreadable',
    what: `Version ${version} of the workspace adapter is damaged.`,
    why: `${directory} has no readable retune.json.`,
    remedy: 'A model that uses the adapter sets it aside and goes on with the version before.',
    data: { directory, version },
  });
}
