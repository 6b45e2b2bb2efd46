import type { Command } from 'commander';
import { listSessions, type SessionSummary } from '../../session/sessions.ts';
import { openStorage } from '../../session/storage.ts';
import { counted } from '../../shared/counted.ts';
import { ExitCode } from '../exit-codes.ts';
import type { Output, OutputOptions } from '../output.ts';
import type { RunCommand } from '../run-command.ts';
import { jsonOption, workspaceFolderArgument } from '../shared-options.ts';
import { terminalText } from '../terminal-text.ts';
import { workspaceFolder } from '../workspace-folder.ts';

export function addSessions(parent: Command, run: RunCommand): void {
  parent
    .command('sessions')
    .description('list the sessions of a workspace folder, newest first')
    .argument(...workspaceFolderArgument())
    .addOption(jsonOption())
    .action((folder: string | undefined, options: OutputOptions) =>
      run(options, (output) => sessions(workspaceFolder(folder), output)),
    );
}

async function sessions(folder: string, output: Output): Promise<ExitCode> {
  const storage = await openStorage(folder);
  const all = await listSessions(storage);
  if (output.json) {
    output.value({ folder: storage.folder, directory: storage.directory, sessions: all });
    return ExitCode.done;
  }
  if (all.length === 0) {
    output.text(`There are no sessions in ${folder} yet. \`retune fix\` starts one.\n`);
    return ExitCode.done;
  }
  for (const session of all) output.text(`${line(session)}\n`);
  output.note(`Records and snapshots: ${storage.sessions}`);
  return ExitCode.done;
}

function line({ id, request, method, turns, outcome, state }: SessionSummary): string {
  const decided = state === 'open' ? '' : `, ${state}`;
  const text = terminalText(request.replace(/\s+/g, ' '));
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return `${id}  ${`${outcome}${decided}`.padEnd(22)} ${counted(turns, 'turn').padEnd(8)} ${(method ?? '').padEnd(9)} ${short}`;
}
