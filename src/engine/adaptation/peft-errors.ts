import { RetuneError } from '../../shared/errors/retune-error.ts';
import { systemSays } from '../../shared/errors/thrown.ts';

/** Errors about the files of an adapter. */

export function notAnAdapter(directory: string, missing: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.not-an-adapter',
    what: `${directory} is not a PEFT adapter.`,
    why: `It has no ${missing}; an adapter is adapter_config.json with adapter_model.safetensors.`,
    remedy: missing.endsWith('.safetensors')
      ? 'Choose the directory that save_pretrained wrote; convert an adapter_model.bin by loading and saving it with PEFT.'
      : 'Choose the directory that save_pretrained wrote.',
    data: { directory, missing },
  });
}

/** `feature`: what was found, for example `use_dora = true`. */
export function unsupportedAdapter(directory: string, feature: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.unsupported-adapter',
    what: `The adapter in ${directory} is not supported.`,
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
    why: `It was trained on ${base}, whose weights differ from those of the open model.`,
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
        : `It was moved to ${setAside}. Restore it from a backup, or continue without it.`,
    data: { directory, problem, ...(setAside !== undefined && { setAside }) },
    cause,
  });
}

export function adapterNotWritten(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'adaptation.not-written',
    what: `The adapter could not be written to ${directory}.`,
    why: systemSays(cause),
    remedy: 'Check that the disk has space and that you may write there; what was there before is unchanged.',
    data: { directory },
    cause,
  });
}
