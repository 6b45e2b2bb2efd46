import { Option } from 'commander';

export function promptFileOption(): Option {
  return new Option('--prompt-file <file>', 'file with the prompt: one user message').makeOptionMandatory();
}

export function completionFileOption(): Option {
  return new Option('--completion-file <file>', 'file with the text that follows the prompt').makeOptionMandatory();
}

export function rawOption(): Option {
  return new Option('--raw', 'encode the prompt file as it is, without the chat template');
}

export function adapterOption(): Option {
  return new Option('--adapter <dir>', 'adapter in PEFT’s format to apply');
}
