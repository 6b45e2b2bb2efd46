import * as vscode from 'vscode';
import type { Verdict } from '../../agent/verdict.ts';
import { FixSession } from '../../workspace/session/fix.ts';
import type { FixEvent } from '../../workspace/session/fix-events.ts';
import type { FixHost, FixOptions } from '../../workspace/session/fix-options.ts';
import { askComment } from '../ask.ts';
import type { Context } from '../context.ts';
import { Review } from '../review/review.ts';
import { readSetting } from '../settings.ts';
import { showError } from '../show-error.ts';
import type { Subject } from '../subject.ts';
import { logLine } from './log-line.ts';
import { outcomeText } from './outcome.ts';
import { advance, atStart, type Progress, progressText } from './progress.ts';
import { replayEvents } from './replay.ts';

/** The notification and the status bar are repainted at most so often, ms. */
const repaintMs = 100;

/** One session with progress and Stop, then its review. */
export async function runSession(context: Context, subject: Subject, request: string): Promise<void> {
  const { log } = context;
  const stop = new AbortController();
  const over = Promise.withResolvers<void>();
  context.state = { kind: 'running', stop, over: over.promise };
  let session: FixSession | undefined;
  let ended: Ended | undefined;
  try {
    const options = await fixOptions(context, subject, request);
    session = await FixSession.open(options, fixHost(context, options.replay !== undefined));
    ended = await follow(context, session, options.maxTurns ?? 0, stop);
  } catch (error) {
    void showError(error, log);
  }
  const changed = await leftBehind(context, session);
  context.state = { kind: 'idle' };
  if (session !== undefined && changed.length > 0) {
    const review = new Review(context, session, subject.folder.uri, changed);
    context.state = { kind: 'reviewing', review };
    over.resolve();
    const solved = session.outcome?.kind === 'solved';
    await review.ask(outcomeText(session.outcome, ended?.verdict, vscode.l10n.t), solved);
    return;
  }
  // Whatever an attempt left is gone already; the session is decided, and not offered for undoing again.
  if (session !== undefined && ended !== undefined && session.outcome?.kind !== 'nothing-to-fix') await session.undo();
  await session?.dispose();
  over.resolve();
  if (ended === undefined) return;
  void vscode.window.showInformationMessage(outcomeText(session?.outcome, ended.verdict, vscode.l10n.t));
}

interface Ended {
  /** The last one. */
  readonly verdict: Verdict | undefined;
}

/** Shows the session's events until there are no more. */
async function follow(context: Context, session: FixSession, maxTurns: number, stop: AbortController): Promise<Ended> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Retune'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (notification, token) => {
    token.onCancellationRequested(() => stop.abort());
    let progress: Progress = atStart;
    let verdict: Verdict | undefined;
    let painted = '';
    const paint = () => {
      const text = progressText(progress, maxTurns, vscode.l10n.t);
      if (text === painted) return;
      painted = text;
      notification.report({ message: text });
      context.status.running(text);
    };
    const timer = setInterval(paint, repaintMs);
    try {
      for await (const event of session.events(stop.signal)) {
        note(context.log, event);
        progress = advance(progress, event);
        if (event.kind === 'verdict' || event.kind === 'nothing-to-fix') verdict = event.verdict;
      }
    } finally {
      clearInterval(timer);
    }
    return { verdict };
  });
}

function note(log: vscode.LogOutputChannel, event: FixEvent): void {
  const line = logLine(event);
  if (line !== undefined) log[line.level](line.text);
}

/** What the session changed and the developer has not seen; nothing when that cannot be told, which is said. */
async function leftBehind(context: Context, session: FixSession | undefined) {
  try {
    return (await session?.diff()) ?? [];
  } catch (error) {
    void showError(error, context.log);
    return [];
  }
}

async function fixOptions({ log }: Context, { folder, target }: Subject, request: string): Promise<FixOptions> {
  const command = readSetting('test.command', log, folder.uri).trim();
  const replay = await replayEvents(process.env);
  return {
    folder: folder.uri.fsPath,
    request,
    ...(target !== undefined && { target: [target] }),
    method: readSetting('method', log, folder.uri),
    maxTurns: readSetting('maxTurns', log, folder.uri),
    timeoutMs: readSetting('test.timeoutSeconds', log, folder.uri) * 1000,
    ...(command !== '' && { testCommand: command }),
    ...(replay !== undefined && { replay }),
  };
}

function fixHost({ log, model, status }: Context, replay: boolean): FixHost {
  const policy = (signal: AbortSignal) =>
    model.open(({ stage, fraction }) => {
      log.debug(`Opening the model: ${stage}${fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`}`);
    }, signal);
  return {
    // A replay shows the attempts without a model; with one that was named, words and weights are computed by it.
    ...((!replay || model.named) && { policy }),
    comment: async (turn, verdict, signal) => {
      if (!readSetting('askForComments', log)) return '';
      status.running(vscode.l10n.t('what is wrong with attempt {0}?', turn));
      return askComment(turn, verdict, signal);
    },
  };
}
