import { type Command, Option } from 'commander';
import { latestUndoable } from '../../session/sessions.ts';
import { openStorage, type Storage, sessionIds } from '../../session/storage.ts';
import { type UndoEvent, undoPast } from '../../session/undo.ts';
import { nothingToUndo, sessionUnknown } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { integer } from '../option-parsers.ts';
import type { Output, OutputOptions } from '../output.ts';
import type { RunCommand } from '../run-command.ts';
import { jsonOption } from '../shared-options.ts';
import { terminalText } from '../terminal-text.ts';
import { workspaceFolder } from '../workspace-folder.ts';

interface Options extends OutputOptions {
  readonly folder?: string;
  readonly turn?: number;
}

export function addUndo(parent: Command, run: RunCommand): void {
  parent
    .command('undo')
    .description('restore the files as they were before a session of `retune fix`')
    .argument('[session]', 'session to undo (default: the newest one whose attempt is still in a file)')
    .addOption(new Option('--folder <dir>', 'workspace folder (default: the current directory)'))
    .addOption(new Option('--turn <n>', 'restore the files only as they were before this turn').argParser(integer(1)))
    .addOption(jsonOption())
    .action((session: string | undefined, options: Options) =>
      run(options, (output) => undo(session, options, output)),
    );
}

async function undo(session: string | undefined, { folder, turn }: Options, output: Output): Promise<ExitCode> {
  const storage = await openStorage(workspaceFolder(folder));
  const id = await chosen(storage, session);
  const event = await undoPast(storage, id, 'retune undo', turn);
  if (output.json) output.value({ session: id, ...event });
  else print(turn === undefined ? `session ${id}` : `turn ${turn} of session ${id}`, event, output);
  return event.kept.length > 0 ? ExitCode.failed : ExitCode.done;
}

/** @throws RetuneError `session.unknown`, `session.nothing-to-undo` */
async function chosen(storage: Storage, session: string | undefined): Promise<string> {
  if (session === undefined) {
    const latest = await latestUndoable(storage);
    if (latest === undefined) throw nothingToUndo(storage.folder);
    return latest.session.id;
  }
  const known = await sessionIds(storage);
  if (!known.includes(session)) throw sessionUnknown(session, storage.folder, known);
  return session;
}

/** @param before a session or a turn: the files are now as they were before it */
function print(before: string, event: UndoEvent, output: Output): void {
  for (const path of event.restored) output.text(`${terminalText(path)} is as it was before ${before}.\n`);
  for (const { path, why, copy } of event.kept) {
    output.text(`${terminalText(path)} was left as it is. ${terminalText(why)}\n`);
    if (copy !== undefined) output.text(`  What undo would have brought back: ${terminalText(copy)}\n`);
  }
  for (const notice of event.notices) output.note(terminalText(notice));
  if (event.restored.length + event.kept.length === 0) output.text('Every file was already as it was before.\n');
}
