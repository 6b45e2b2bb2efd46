import type { Command } from 'commander';
import type { RunCommand } from '../../run-command.ts';
import { addOpeningOptions, workspaceFolderArgument } from '../../shared-options.ts';
import { type FixCommandOptions, fixOptions } from './options.ts';
import { fix } from './run.ts';

const examples = `
Examples:
  retune fix . "an empty list throws"
  retune fix --target src/cart.js:applyDiscount "the discount is applied twice"`;

/** `retune fix`: a session on a folder, from the request to the decision. */
export function addFix(parent: Command, run: RunCommand): void {
  const command = parent
    .command('fix')
    .description(
      'make failing tests pass: try a change, run the tests, refine the words, adapt the weights, and try again',
    )
    .argument(...workspaceFolderArgument())
    .argument('[request]', 'what is wrong, in a sentence')
    .addHelpText('after', examples);
  for (const option of fixOptions()) command.addOption(option);
  addOpeningOptions(command).action(
    (folder: string | undefined, request: string | undefined, options: FixCommandOptions) => {
      const args = [folder, request].filter((argument) => argument !== undefined);
      return run(options, (output, signal) => fix(args, options, output, signal), { restores: true });
    },
  );
}
