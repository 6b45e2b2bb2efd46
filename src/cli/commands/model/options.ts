import { Option } from 'commander';

export function promptFileOption(): Option {
  return new Option('--prompt-file <file>', 'the prompt: one user message').makeOptionMandatory();
}

export function completionFileOption(): Option {
  return new Option('--completion-file <file>', 'the text that followed it').makeOptionMandatory();
}

export function rawOption(): Option {
  return new Option('--raw', 'no chat template: the prompt file is encoded as it is');
}
