import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about GGUF files. */

/** `problem`: one clause without a full stop. */
export function damagedGguf(path: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'gguf.damaged',
    what: `${path} is not a valid GGUF file.`,
    why: `${problem}.`,
    remedy: 'The file is damaged or was not written by a GGUF library: download or export it again.',
    data: { path, problem },
  });
}

/** `expected` and `actual`: file sizes in bytes. */
export function truncatedGguf(path: string, expected: number, actual: number): RetuneError {
  return new RetuneError({
    code: 'gguf.truncated',
    what: `${path} is incomplete.`,
    why: `Its header describes a file of at least ${expected} bytes, but it has ${actual}.`,
    remedy: 'The download or copy was probably interrupted: fetch the file again.',
    data: { path, expected, actual },
  });
}

/** `found`: a clause such as "It is of version 1". */
export function unsupportedGgufVersion(path: string, found: string): RetuneError {
  return new RetuneError({
    code: 'gguf.unsupported-version',
    what: `This kind of GGUF file cannot be read: ${path}.`,
    why: `${found}; versions 2 and 3 in little-endian byte order are supported.`,
    remedy: 'Download or convert the model again with a recent llama.cpp.',
    data: { path, found },
  });
}

/** `type`: ggml's name, or "number 99" for one that is not known at all. */
export function unsupportedGgufType(
  path: string,
  tensor: string,
  type: string,
  supported: readonly string[],
): RetuneError {
  return new RetuneError({
    code: 'gguf.unsupported-type',
    what: `The tensor ${tensor} in ${path} has the type ${type}, which cannot be read.`,
    why: `Supported types: ${supported.join(', ')}.`,
    remedy: 'Choose another quantisation of this model, such as Q4_K_M, Q5_K_M, Q6_K or Q8_0.',
    data: { path, tensor, type, supported },
  });
}

/** A key of the metadata is absent or of another kind than it must be. `problem`: one clause without a full stop. */
export function badGgufMetadata(path: string, key: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'gguf.bad-metadata',
    what: `The metadata of ${path} cannot be used.`,
    why: `The key ${key} ${problem}.`,
    remedy: 'Download or convert the model again with a recent llama.cpp.',
    data: { path, key, problem },
  });
}

/** A model that was split into several files lacks one, or they do not belong together. `problem`: a clause without a full stop. */
export function badGgufParts(path: string, problem: string): RetuneError {
  return new RetuneError({
    code: 'gguf.bad-parts',
    what: `The model in ${path} is split into several files, which do not make a whole.`,
    why: `${problem}.`,
    remedy: 'Put all files of the model into the same directory under the names that they were published with.',
    data: { path, problem },
  });
}

export function unsupportedGgufArchitecture(path: string, found: string, supported: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'gguf.unsupported-architecture',
    what: `This kind of model is not supported: ${path} has the architecture ${found}.`,
    why: `Supported architectures: ${supported.join(', ')}.`,
    remedy: 'Choose a model of one of these architectures.',
    data: { path, found, supported },
  });
}

/** `found`: a clause such as "its pre-tokeniser is bloom". */
export function unsupportedGgufTokenizer(path: string, found: string, supported: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'gguf.unsupported-tokenizer',
    what: `The tokenizer in ${path} is not supported.`,
    why: `The file says that ${found}; supported: ${supported.join(', ')}.`,
    remedy: 'Choose a model with a byte-pair encoding such as those of Qwen and Llama.',
    data: { path, found, supported },
  });
}

/** `files`: names of the GGUF files in the directory. */
export function severalGgufModels(directory: string, files: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'gguf.several-models',
    what: `The directory ${directory} holds several models.`,
    why: `It contains ${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}.`,
    remedy: 'Give the path of one of these files.',
    data: { directory, files: files.slice(0, 100) },
  });
}
