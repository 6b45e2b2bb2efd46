import type { FixSession } from '../../../session/fix.ts';
import { isCancelled } from '../../../shared/errors/cancelled.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { Output } from '../../output.ts';
import { undoCommand } from '../../typed-command.ts';
import type { Asker } from './ask.ts';
import { diffText } from './diff-text.ts';
import type { FixPrinter } from './printer.ts';

/** What a decision needs. */
export interface DecisionContext {
  readonly session: FixSession;
  readonly asker: Asker;
  readonly printer: FixPrinter;
  readonly output: Output;
  /** Keep a change that passes without asking. */
  readonly yes: boolean;
  /** Somebody can answer. */
  readonly interactive: boolean;
}

/**
 * Decides about a session's change: one that passes is kept if that was asked for, everything else is offered to a person.
 * Without a person, a change that passes stays in the files undecided, and any other one is undone.
 * @param signal ends the learning, not the keeping
 * @returns the program's exit code
 */
export async function decide(deciding: DecisionContext, signal: AbortSignal): Promise<ExitCode> {
  const { session, output, yes, interactive } = deciding;
  const { outcome } = session;
  if (outcome === undefined || outcome.kind === 'nothing-to-fix') return ExitCode.done;
  const solved = outcome.kind === 'solved';
  const changed = (await session.diff()).length > 0;
  if (solved && !changed) return ExitCode.done;
  if (solved && yes) return keep(deciding, signal);
  if (changed && interactive && !output.unread) return ask(deciding, signal);
  if (!solved) return undo(deciding);
  const takeBack = undoCommand(session.folder, session.id);
  output.note(
    `The change is in your files for review; \`${takeBack}\` undoes it. Nothing was learnt from it: that needs --yes, or Keep in a terminal.`,
  );
  return ExitCode.done;
}

async function ask(deciding: DecisionContext, signal: AbortSignal): Promise<ExitCode> {
  const { session, asker, output } = deciding;
  const solved = session.outcome?.kind === 'solved';
  for (;;) {
    const choice = await choose(asker, solved);
    if (choice === 'keep') return keep(deciding, signal);
    if (choice === 'undo') return undo(deciding);
    if (choice === undefined) {
      const takeBack = undoCommand(session.folder, session.id);
      output.note(`Nothing was decided: the change stays in your files, and \`${takeBack}\` undoes it.`);
      return exitCodeOf(session);
    }
    for (const { path, before, after } of await session.diff()) {
      output.text(`${diffText(path, before, after, process.stdout)}\n`);
    }
  }
}

async function keep(deciding: DecisionContext, signal: AbortSignal): Promise<ExitCode> {
  const { session, output } = deciding;
  if (session.outcome?.kind === 'solved') output.progress('learning from the answer …');
  report(deciding, await session.keep(signal));
  return exitCodeOf(session);
}

/** A change that was taken back has solved nothing. */
async function undo(deciding: DecisionContext): Promise<ExitCode> {
  report(deciding, await deciding.session.undo());
  return deciding.session.outcome?.kind === 'stopped' ? ExitCode.interrupted : ExitCode.failed;
}

function report({ output, printer }: DecisionContext, event: Parameters<FixPrinter['decision']>[0]): void {
  if (output.json) output.value(event);
  else printer.decision(event);
}

function exitCodeOf({ outcome }: FixSession): ExitCode {
  if (outcome?.kind === 'solved') return ExitCode.done;
  return outcome?.kind === 'stopped' ? ExitCode.interrupted : ExitCode.failed;
}

/** @returns undefined after a second Ctrl-C, or the end of the input, which decide nothing */
async function choose(asker: Asker, solved: boolean): Promise<'keep' | 'undo' | 'diff' | undefined> {
  const leaving = new AbortController();
  const question = solved ? '[K]eep, [u]ndo or show the [d]iff? ' : '[U]ndo, [k]eep or show the [d]iff? ';
  for (;;) {
    let line: string;
    try {
      line = await asker.line(question, () => leaving.abort(), leaving.signal);
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
