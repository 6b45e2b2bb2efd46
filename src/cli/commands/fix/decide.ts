import type { FixSession } from '../../../session/fix.ts';
import { isCancelled } from '../../../shared/errors/cancelled.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Output } from '../../output.ts';
import { undoCommand } from '../../typed-command.ts';
import type { Asker } from './ask.ts';
import { diffText } from './diff-text.ts';
import type { FixPrinter } from './printer.ts';

export interface Deciding {
  /** Keep what passes without asking. */
  readonly yes: boolean;
  /** Somebody can answer. */
  readonly interactive: boolean;
}

/**
 * What becomes of a session's changes: a change that passes is kept when that was asked for or answered, everything else is
 * offered to a person, and without one it is undone.
 * @param signal ends the learning, not the keeping
 * @returns the program's exit code
 */
export async function decide(
  session: FixSession,
  { yes, interactive }: Deciding,
  asker: Asker,
  printer: FixPrinter,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { outcome } = session;
  if (outcome === undefined || outcome.kind === 'nothing-to-fix') return ExitCode.done;
  const solved = outcome.kind === 'solved';
  const takeBack = undoCommand(session.folder, session.id);
  const otherwise = outcome.kind === 'stopped' ? ExitCode.interrupted : ExitCode.failed;
  const report = (event: Parameters<FixPrinter['decision']>[0]) => {
    if (output.json) output.value(event);
    else printer.decision(event);
  };
  const keep = async () => {
    if (solved) output.progress('learning from the answer …');
    report(await session.keep(signal));
  };
  const undo = async () => report(await session.undo());

  if ((await session.diff()).length === 0) {
    if (!solved) await undo();
    return solved ? ExitCode.done : otherwise;
  }
  if (solved && yes) {
    await keep();
    return ExitCode.done;
  }
  if (!interactive || output.unread) {
    if (!solved) {
      await undo();
      return otherwise;
    }
    output.note(
      `The change is in your files for review; \`${takeBack}\` takes it back. Nothing was learnt from it: that needs --yes from the start, or Keep in a terminal.`,
    );
    return ExitCode.done;
  }
  for (;;) {
    const answer = await choice(asker, solved);
    if (answer === 'diff') {
      for (const { path, before, after } of await session.diff()) {
        output.text(`${diffText(path, before, after, process.stdout)}\n`);
      }
    } else if (answer === 'keep') {
      await keep();
      return solved ? ExitCode.done : otherwise;
    } else if (answer === 'undo') {
      await undo();
      return outcome.kind === 'stopped' ? ExitCode.interrupted : ExitCode.failed;
    } else {
      output.note(`Nothing was decided: the change stays in your files, and \`${takeBack}\` takes it back.`);
      return solved ? ExitCode.done : otherwise;
    }
  }
}

/** A second Ctrl-C, or the end of the input, decides nothing. */
async function choice(asker: Asker, solved: boolean): Promise<'keep' | 'undo' | 'diff' | undefined> {
  const leaving = new AbortController();
  for (;;) {
    let line: string;
    try {
      const offered = solved ? '[K]eep, [u]ndo or show the [d]iff? ' : '[U]ndo, [k]eep or show the [d]iff? ';
      line = await asker.line(offered, () => leaving.abort(), leaving.signal);
    } catch (error) {
      if (isCancelled(error)) return undefined;
      throw error;
    }
    const [letter = solved ? 'k' : 'u'] = line.toLowerCase();
    if (letter === 'k') return 'keep';
    if (letter === 'u') return 'undo';
    if (letter === 'd') return 'diff';
  }
}
