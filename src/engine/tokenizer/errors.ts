import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { sentence } from '../../shared/errors/thrown.ts';

const anotherCopy = 'Download the checkpoint again, or choose a complete one.';
const actions = [setOption('model')];

/** A file that a tokenizer needs is not in the checkpoint. */
export function tokenizerFileMissing(path: string): RetuneError {
  return new RetuneError({
    code: 'tokenizer.missing',
    what: `The checkpoint has no tokenizer: ${path} does not exist.`,
    why: 'Retune reads tokenizers from tokenizer.json; a checkpoint with only tokenizer.model or vocab.json and merges.txt is not supported.',
    remedy:
      'Save the tokenizer again with a recent transformers (`AutoTokenizer.from_pretrained(…).save_pretrained(…)`), which writes tokenizer.json.',
    actions,
    data: { path },
  });
}

/** A file is there but cannot be used; `detail` is a full sentence that says what is wrong in it. */
export function tokenizerFileBroken(path: string, detail: string, cause?: unknown): RetuneError {
  return new RetuneError({
    code: 'tokenizer.broken',
    what: `${path} cannot be used.`,
    why: sentence(detail),
    remedy: anotherCopy,
    actions,
    data: { path },
    ...(cause !== undefined && { cause }),
  });
}

/** The tokenizer is of a kind that Retune does not implement. */
export function tokenizerUnsupported(path: string, detail: string, cause?: unknown): RetuneError {
  return new RetuneError({
    code: 'tokenizer.unsupported',
    what: `The tokenizer in ${path} is not supported.`,
    why: sentence(detail),
    remedy: 'Use a checkpoint whose tokenizer.json is a byte-pair encoding, as those of Qwen and Llama 3 are.',
    actions,
    data: { path },
    ...(cause !== undefined && { cause }),
  });
}

/** An id outside the vocabulary was to be decoded. */
export function unknownToken(id: number, size: number): RetuneError {
  return new RetuneError({
    code: 'tokenizer.unknown-token',
    what: `Token ${id} cannot be decoded.`,
    why: `The tokenizer has ${size} tokens (0 to ${size - 1}) and none with this id.`,
    remedy: 'Use ids made by the tokenizer of the same checkpoint.',
    data: { id, size },
  });
}

/** Chat messages were given to a checkpoint that has no chat template. */
export function chatTemplateMissing(directory: string): RetuneError {
  return new RetuneError({
    code: 'tokenizer.no-chat-template',
    what: `The checkpoint ${directory} has no chat template.`,
    why: 'There is no chat_template.jinja, no "chat_template" in tokenizer_config.json and no "tokenizer.chat_template" in a GGUF file, so it is probably a base model that was not trained to chat.',
    remedy: 'Use an instruction-tuned checkpoint, or give the prompt as raw text.',
    actions,
    data: { directory },
  });
}

/** The checkpoint names several chat templates and none of them is the default. */
export function chatTemplateAmbiguous(path: string, names: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'tokenizer.ambiguous-chat-template',
    what: `${path} has no chat template named "default".`,
    why: `It names these templates: ${names.length === 0 ? '(none)' : names.join(', ')}.`,
    remedy: 'Copy the template you want to use into chat_template.jinja in the same directory.',
    data: { path, names },
  });
}

/** The template itself is not valid Jinja. */
export function chatTemplateInvalid(path: string, message: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'tokenizer.invalid-chat-template',
    what: `The chat template in ${path} cannot be read.`,
    why: `It is not a valid template: ${sentence(message)}`,
    remedy: anotherCopy,
    actions,
    data: { path, message },
    cause,
  });
}

/** The template refused these messages or failed on them. */
export function chatTemplateFailed(path: string, message: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'tokenizer.chat-template-failed',
    what: `The chat template in ${path} did not accept the messages.`,
    why: `It says: ${sentence(message)}`,
    remedy: 'Change the order or the roles of the messages as the template asks, or give the prompt as raw text.',
    data: { path, message },
    cause,
  });
}
