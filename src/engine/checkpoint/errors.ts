import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { systemSays } from '../../shared/errors/thrown.ts';

/** Errors about the files of a checkpoint: the directory, its safetensors files and the tensors in them. */

const supportedLayout =
  'config.json with model.safetensors, or with model.safetensors.index.json and the shards it names';

const actions = [setOption('model')];

export function modelDirectoryMissing(directory: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.no-directory',
    what: `There is no model directory at ${directory}.`,
    why: 'The path does not exist.',
    remedy: `Choose a directory that holds ${supportedLayout}; or a GGUF file.`,
    actions,
    data: { directory },
  });
}

export function modelPathIsFile(path: string, hint: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.not-a-directory',
    what: `${path} is a file, but a model is a directory.`,
    why: `Unless it is one GGUF file, a model consists of several files: ${supportedLayout}.`,
    remedy: hint,
    actions,
    data: { path },
  });
}

export function notAModel(directory: string, missing: string, hint: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.not-a-model',
    what: `${directory} is not a model that can be loaded.`,
    why: `It has no ${missing}; a model is ${supportedLayout}.`,
    remedy: hint,
    actions,
    data: { directory, missing },
  });
}

export function fileUnreadable(path: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'checkpoint.unreadable',
    what: `${path} cannot be read.`,
    why: systemSays(cause),
    remedy: 'Check that the file exists and that you may read it.',
    data: { path },
    cause,
  });
}

/** `problem`: one clause without a full stop, naming the tensor and the numbers concerned. */
export function badSafetensors(path: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.bad-safetensors',
    what: `${path} is not a valid safetensors file.`,
    why: `${problem}.`,
    remedy: 'Download or export the file again: it is damaged, or no safetensors library wrote it.',
    actions,
    data: { path, problem },
  });
}

/** `expected` and `actual`: file sizes in bytes. */
export function truncatedSafetensors(path: string, expected: number, actual: number): RetuneError {
  return new RetuneError({
    code: 'checkpoint.truncated',
    what: `${path} is incomplete.`,
    why: `Its header describes a file of ${expected} bytes, but it has ${actual}.`,
    remedy: 'Download or copy the file again; the last time was probably interrupted.',
    actions,
    data: { path, expected, actual },
  });
}

export function unsupportedTensorType(path: string, tensor: string, dtype: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.unsupported-dtype',
    what: `The tensor ${tensor} in ${path} has the unsupported type ${dtype}.`,
    why: 'Of safetensors files Retune reads only F32, F16 and BF16 weights.',
    remedy: 'Use an unquantised export of this model in float32, float16 or bfloat16, or a GGUF file.',
    actions,
    data: { path, tensor, dtype },
  });
}

/** The content of a file is not the one that its store names it by. */
export function wrongDigest(path: string, named: string, actual: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.wrong-digest',
    what: `${path} is damaged.`,
    why: `By its name its SHA-256 is ${named}, but it is ${actual}.`,
    remedy: 'Download the model again.',
    data: { path, named, actual },
  });
}

/** `problem`: one clause without a full stop. */
export function badIndex(path: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.bad-index',
    what: `The list of shards ${path} cannot be used.`,
    why: `${problem}.`,
    remedy: 'Download or export the model again; all shards belong in the directory of the index.',
    actions,
    data: { path, problem },
  });
}

/** How many names an error spells out before it only counts the rest. */
const spelledOut = 5;

function someOf(all: readonly string[]): string {
  const rest = all.length - spelledOut;
  return all.slice(0, spelledOut).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** `missing`: names. `wrong`: clauses such as "x has the shape [2, 3] instead of [4, 3]". */
export function tensorsDoNotFit(directory: string, missing: readonly string[], wrong: readonly string[]): RetuneError {
  const reasons: string[] = [];
  if (missing.length > 0) {
    reasons.push(`${missing.length} tensor${missing.length === 1 ? ' is' : 's are'} missing: ${someOf(missing)}.`);
  }
  if (wrong.length > 0) reasons.push(`Of the wrong shape: ${someOf(wrong)}.`);
  return new RetuneError({
    code: 'checkpoint.tensors-do-not-fit',
    what: `The weights in ${directory} do not match its config.json.`,
    why: reasons.join(' '),
    remedy: 'Take config.json and the weights from the same model, and check that all shards were downloaded.',
    actions,
    data: { directory, missing: missing.slice(0, 100), wrong: wrong.slice(0, 100) },
  });
}

export function noSuchTensor(directory: string, tensor: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.no-such-tensor',
    what: `The checkpoint ${directory} has no tensor ${tensor}.`,
    why: 'Its safetensors files do not list this name.',
    remedy: 'Check the name of the tensor and that the checkpoint is of the expected architecture.',
    actions,
    data: { directory, tensor },
  });
}

/** `index`: element of the flattened tensor; `value`: NaN or ±Infinity. */
export function nonFiniteWeight(tensor: string, index: number, value: number): RetuneError {
  return new RetuneError({
    code: 'checkpoint.non-finite',
    what: `The tensor ${tensor} contains ${value} (element ${index}).`,
    why: 'A model with such a weight gives no usable result; its training diverged or the file is damaged.',
    remedy: 'Download the model again, or use another checkpoint.',
    actions,
    data: { tensor, index, value: String(value) },
  });
}
