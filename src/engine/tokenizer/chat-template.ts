import { join } from 'node:path';
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { Message } from '../../policy/prompt.ts';
import { messageOf } from '../../shared/errors/thrown.ts';
import {
  chatTemplateAmbiguous,
  chatTemplateFailed,
  chatTemplateInvalid,
  chatTemplateMissing,
  tokenizerFileBroken,
} from './errors.ts';
import { isObject, type JsonObject, readTextIfPresent } from './json-file.ts';
import { strftime } from './strftime.ts';

interface ChatOptions {
  /** Ends the text where the assistant begins to speak. Default false, as in transformers. */
  readonly addGenerationPrompt?: boolean;
  /** Override the tokenizer's special tokens and the built-in names. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface ChatTemplate {
  readonly present: boolean;
  /** It knows of thoughts before the answer, which only models that think are trained to write. */
  readonly thinks: boolean;
  /** @throws RetuneError `tokenizer.no-chat-template`, or `tokenizer.chat-template-failed` with the template's own message. */
  render(messages: readonly Message[], options: ChatOptions): string;
}

/**
 * The checkpoint's template: chat_template.jinja wins over tokenizer_config.json, where it is a string or a list of named
 * templates of which "default" is used.
 * @param special `bos_token`, `eos_token` … by name.
 */
export async function loadChatTemplate(
  directory: string,
  config: JsonObject,
  special: ReadonlyMap<string, string>,
): Promise<ChatTemplate> {
  const filePath = join(directory, 'chat_template.jinja');
  const fromFile = await readTextIfPresent(filePath);
  if (fromFile !== undefined) return compileChatTemplate(fromFile, filePath, special);
  const configPath = join(directory, 'tokenizer_config.json');
  const source = defaultTemplate(config.chat_template, configPath);
  return source === undefined ? noChatTemplate(directory) : compileChatTemplate(source, configPath, special);
}

/** @param path of the model, for messages only */
export function noChatTemplate(path: string): ChatTemplate {
  return {
    present: false,
    thinks: false,
    render() {
      throw chatTemplateMissing(path);
    },
  };
}

function defaultTemplate(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  const named = new Map<string, string>();
  const listed = Array.isArray(value)
    ? value.map((item) => (isObject(item) ? [item.name, item.template] : []))
    : undefined;
  for (const [name, template] of listed ?? (isObject(value) ? Object.entries(value) : [])) {
    if (typeof name !== 'string' || typeof template !== 'string') {
      throw tokenizerFileBroken(path, 'A named chat template needs a "name" and a "template", both text.');
    }
    named.set(name, template);
  }
  const chosen = named.get('default');
  if (chosen === undefined) throw chatTemplateAmbiguous(path, [...named.keys()]);
  return chosen;
}

/**
 * @param path of the file with the template, for messages only
 * @param special `bos_token`, `eos_token` … by name
 * @throws RetuneError `tokenizer.invalid-chat-template`
 */
export function compileChatTemplate(source: string, path: string, special: ReadonlyMap<string, string>): ChatTemplate {
  let program: ReturnType<typeof parse>;
  try {
    program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    throw chatTemplateInvalid(path, messageOf(error), error);
  }
  return {
    present: true,
    thinks: /<\/?think(?:ing)?>/.test(source),
    render(messages, options) {
      const variables = {
        ...builtIns,
        ...Object.fromEntries(special),
        messages,
        // transformers passes these two as none, so `tools is defined` holds there too.
        tools: null,
        documents: null,
        add_generation_prompt: options.addGenerationPrompt ?? false,
        ...options.variables,
      };
      try {
        const environment = new Environment();
        for (const [name, value] of Object.entries(variables)) environment.set(name, value);
        return String(new Interpreter(environment).run(program).value);
      } catch (error) {
        throw chatTemplateFailed(path, messageOf(error), error);
      }
    },
  };
}

/** What a template can use besides Jinja itself. The package's own strftime_now follows the machine's locale. */
const builtIns = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
  strftime_now: (format: unknown) => strftime(new Date(), String(format)),
  range,
};

function range(first: number, end?: number, step = 1): number[] {
  const [start, stop] = end === undefined ? [0, first] : [first, end];
  if (step === 0) throw new Error('range() arg 3 must not be zero');
  const values: number[] = [];
  for (let value = start; step > 0 ? value < stop : value > stop; value += step) values.push(value);
  return values;
}
