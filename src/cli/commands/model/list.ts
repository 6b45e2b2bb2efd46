import type { Command } from 'commander';
import { findModels } from '../../../models/find.ts';
import type { Findings, FoundModel } from '../../../models/found-model.ts';
import { stores } from '../../../models/stores.ts';
import { ExitCode } from '../../exit-codes.ts';
import { bytes, count } from '../../format.ts';
import type { Output, OutputOptions } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { jsonOption } from '../../shared-options.ts';
import { terminalText } from '../../terminal-text.ts';

export function addModelList(parent: Command, run: RunCommand): void {
  parent
    .command('list')
    .description('list the models that other programs keep on this machine, the most useful for code first')
    .addOption(jsonOption())
    .action((options: OutputOptions) => run(options, async (output) => list(output)));
}

function list(output: Output): ExitCode {
  const findings = findModels();
  if (output.json) output.value(json(findings));
  else print(findings, output);
  return ExitCode.done;
}

/** A name here is the full one. */
function json({ models, notes }: Findings): unknown {
  return {
    models: models.map(({ name: _, fullName, storeTitle: __, obstacle, ...model }) => ({
      name: fullName,
      ...model,
      opens: obstacle === undefined,
      ...(obstacle !== undefined && { obstacle }),
    })),
    notes,
  };
}

function print({ models, notes }: Findings, output: Output): void {
  if (models.length === 0) output.note(`No models of ${stores.map(({ title }) => title).join(', ')} were found.`);
  else printColumns([headings, ...models.map(row)], output);
  // Names of files come from elsewhere.
  for (const note of notes) output.note(terminalText(note));
}

const headings = ['NAME', 'SIZE', 'ARCHITECTURE', 'PARAMETERS', 'TYPE', 'CONTEXT', 'HERE'];

function row(model: FoundModel): readonly string[] {
  const { architecture = '?', parameters, type = '?', contextLength } = model;
  return [
    model.fullName,
    bytes(model.bytes),
    architecture,
    parameters === undefined ? '?' : count(parameters),
    type,
    contextLength === undefined ? '?' : String(contextLength),
    here(model),
  ];
}

function here({ obstacle, adapts, hasChatTemplate, parameters }: FoundModel): string {
  if (obstacle !== undefined) return `cannot be opened: ${obstacle}`;
  if (hasChatTemplate === false) return 'opens, but has no chat template, which a fix needs';
  if (adapts) return 'opens and adapts';
  return parameters === undefined ? 'opens' : 'opens; too large to adapt in the memory of this machine';
}

function printColumns(rows: readonly (readonly string[])[], output: Output): void {
  // Line ends and tabs would break the table, which `terminalText` lets through.
  const cells = rows.map((columns) => columns.map((cell) => terminalText(cell.replace(/[\n\t]/g, ' '))));
  const widths = headings.map((_, column) => Math.max(...cells.map((columns) => columns[column]!.length)));
  for (const columns of cells) {
    const line = columns.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
    output.text(`${line.trimEnd()}\n`);
  }
}
