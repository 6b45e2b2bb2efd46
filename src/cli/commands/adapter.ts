import type { Command, Option } from 'commander';
import { openStore } from '../../connect/open-policy.ts';
import { unaskedNotice } from '../../models/unasked-notice.ts';
import type {
  WorkspaceAdapterFiles,
  WorkspaceAdapterStore,
  WorkspaceAdapterVersion,
} from '../../policy/workspace-adapters.ts';
import { workspaceKey } from '../../session/storage.ts';
import { counted } from '../../shared/counted.ts';
import { engineHooks } from '../engine-output.ts';
import { ExitCode } from '../exit-codes.ts';
import { bytes } from '../format.ts';
import { checkOutput } from '../inputs.ts';
import { namedModel } from '../named-model.ts';
import type { Output, OutputOptions } from '../output.ts';
import { localPath, policySettings } from '../policy-settings.ts';
import type { RunCommand } from '../run-command.ts';
import {
  adapterOutOption,
  engineOption,
  jsonOption,
  optionalModelOption,
  workspaceFolderArgument,
} from '../shared-options.ts';
import { terminalText } from '../terminal-text.ts';
import { workspaceFolder } from '../workspace-folder.ts';

interface Options extends OutputOptions {
  readonly model?: string;
  readonly engine?: string;
}

/** What a subcommand works on. */
interface Subject {
  readonly folder: string;
  readonly model: string;
  readonly key: string;
  readonly files: WorkspaceAdapterStore;
  readonly output: Output;
}

interface Subcommand<O extends Options> {
  readonly name: string;
  readonly description: string;
  readonly options?: readonly Option[];
  readonly task: (subject: Subject, options: O) => Promise<void>;
}

/** `retune adapter`: what a model has learnt from accepted answers in a workspace folder. The model itself is not opened. */
export function addAdapter(parent: Command, run: RunCommand): void {
  const adapter = parent.command('adapter').description('manage what a model has learnt in a workspace folder');
  addSubcommand(adapter, run, {
    name: 'list',
    description: 'list its versions, the current one, and where they are stored',
    task: list,
  });
  addSubcommand(adapter, run, {
    name: 'revert',
    description: 'withdraw the newest version, so that the one before it is current again',
    task: revert,
  });
  addSubcommand<Options & { readonly out: string }>(adapter, run, {
    name: 'export',
    description: 'write the current version in PEFT’s format, and for llama.cpp',
    options: [adapterOutOption()],
    task: (subject, { out }) => exportTo(subject, out),
  });
  addSubcommand(adapter, run, {
    name: 'reset',
    description: 'start afresh; what was learnt is set aside, not deleted',
    task: reset,
  });
}

function addSubcommand<O extends Options>(adapter: Command, run: RunCommand, subcommand: Subcommand<O>): void {
  const { name, description, options: own = [], task } = subcommand;
  const command = adapter
    .command(name)
    .description(description)
    .argument(...workspaceFolderArgument());
  for (const option of [optionalModelOption(), engineOption(), ...own, jsonOption()]) command.addOption(option);
  command.action((folder: string | undefined, options: O) =>
    run(options, (output, signal) => withFiles(folder, options, output, (subject) => task(subject, options), signal)),
  );
}

async function withFiles(
  given: string | undefined,
  options: Options,
  output: Output,
  task: (subject: Subject) => Promise<void>,
  signal: AbortSignal,
): Promise<ExitCode> {
  const folder = workspaceFolder(given);
  const { model, unasked } = namedModel(options);
  if (unasked !== undefined) output.note(unaskedNotice(unasked));
  const settings = policySettings(options, model);
  const key = await workspaceKey(folder);
  const opened = await openStore(settings, engineHooks(output), signal);
  try {
    await task({ folder, model: settings.model, key, files: opened.store, output });
  } finally {
    await opened.close();
  }
  return ExitCode.done;
}

async function list(subject: Subject): Promise<void> {
  const { folder, model, key, files, output } = subject;
  const state = await files.state(key);
  if (report(subject, state)) return;
  const { versions, accepted, directory } = state;
  output.table([
    ['folder', folder],
    ['model', model],
    [
      'learnt',
      versions.length === 0
        ? 'nothing'
        : `${counted(accepted, 'accepted answer')}, which later updates must not unlearn`,
    ],
    ...(versions.length === 0 ? [] : ([['files', `${directory}, ${bytes(state.bytes)}`]] as const)),
  ]);
  if (versions.length === 0) return;
  output.heading('Versions');
  output.table([...versions].reverse().map(row));
}

function row({ version, created, updates, current }: WorkspaceAdapterVersion): [string, string] {
  const learnt = `${moment(created)}, ${counted(updates, 'answer')} learnt`;
  return [String(version), current ? `${learnt}, current` : learnt];
}

async function revert(subject: Subject): Promise<void> {
  const before = currentOf(await subject.files.state(subject.key));
  const state = await subject.files.revert(subject.key);
  if (report(subject, state)) return;
  const current = currentOf(state);
  const now = current === undefined ? 'The base model is used.' : `Version ${current} is current now.`;
  subject.output.text(`Version ${before ?? '?'} was reverted. ${now}\n`);
}

async function exportTo({ folder, model, key, files, output }: Subject, out: string): Promise<void> {
  const directory = checkOutput(out);
  const version = currentOf(await files.state(key));
  await files.export({ key, directory: localPath(out) });
  if (output.json) output.value({ folder, model, key, version: version ?? null, out: directory });
  else output.text(`Version ${version ?? '?'} was written to ${directory}.\n`);
}

async function reset(subject: Subject): Promise<void> {
  const before = (await subject.files.state(subject.key)).versions.length;
  const state = await subject.files.reset(subject.key);
  if (report(subject, state)) return;
  subject.output.text(before === 0 ? 'Nothing had been learnt here.\n' : 'The model starts afresh in this folder.\n');
}

/** @returns whether nothing is left to print, because the result is for a program. */
function report({ folder, model, output }: Subject, state: WorkspaceAdapterFiles): boolean {
  if (output.json) output.value({ folder, model, ...state });
  // They quote files, which may contain anything.
  else for (const notice of state.notices) output.note(terminalText(notice));
  return output.json;
}

function currentOf({ versions }: WorkspaceAdapterFiles): number | undefined {
  return versions.find(({ current }) => current)?.version;
}

/** `2026-11-20 15:30 UTC` */
function moment(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
