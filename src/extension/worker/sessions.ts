import { FixSession } from '../../session/fix.ts';
import type { FixEvent } from '../../session/fix-events.ts';
import type { Link } from './link.ts';
import type { EditorAnswers, WorkerAnswers } from './protocol.ts';
import { recordedAttempts } from './recorded.ts';
import { SessionModel } from './session-model.ts';
import { decideLater, undecidedSessions } from './undecided.ts';

type Editor = Link<EditorAnswers, WorkerAnswers>;

/** Minimum interval between two reports of the number of tokens, in ms. */
const tokensEveryMs = 100;

/** Answers the editor. `editor` is known only after the link is made of these answers. */
export function workerAnswers(editor: () => Editor): WorkerAnswers {
  const model = new SessionModel((level, text) => editor().notify('log', { level, text }));
  const sessions = new Map<string, FixSession>();
  const session = (id: string): FixSession => {
    const found = sessions.get(id);
    if (found === undefined) throw new Error(`There is no session ${id}`);
    return found;
  };
  return {
    undecided: (folder) => undecidedSessions(folder),
    decideLater: ({ folder, id, decision }) => decideLater(folder, id, decision),
    async open({ options, model: settings, recorded }) {
      const opened = await FixSession.open(
        { ...options, ...(recorded !== undefined && { recorded: await recordedAttempts(recorded) }) },
        {
          // Recorded attempts need no model; with one that is named, words and weights are computed by it.
          ...((recorded === undefined || settings.model !== '' || settings.engine !== undefined) && {
            policy: (signal: AbortSignal) => model.open(settings, signal),
          }),
          program: 'VS Code',
          comment: (turn, verdict, signal) => editor().call('comment', { turn, verdict }, signal),
        },
      );
      sessions.set(opened.id, opened);
      return opened.id;
    },
    async run(id, signal) {
      const running = session(id);
      const pass = eventPasser(editor());
      for await (const event of running.events(signal)) pass(event);
      return { outcome: running.outcome };
    },
    diff: (id) => session(id).diff(),
    keep: (id, signal) => session(id).keep(signal),
    undo: (id) => session(id).undo(),
    async dispose(id) {
      const over = session(id);
      sessions.delete(id);
      await over.dispose();
    },
    close: () => model.close(),
  };
}

/** Passes events on; of tokens only their number, because there may be hundreds a second. */
function eventPasser(editor: Editor): (event: FixEvent) => void {
  let tokens = 0;
  let lastReport = 0;
  return (event) => {
    if (event.kind === 'prefill') return;
    if (event.kind !== 'token') {
      tokens = 0;
      editor.notify('event', event);
      return;
    }
    tokens++;
    if (performance.now() - lastReport < tokensEveryMs) return;
    lastReport = performance.now();
    editor.notify('tokens', tokens);
  };
}
