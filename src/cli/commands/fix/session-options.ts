import { type LoopEvent, loopEvents } from '../../../agent/events.ts';
import type { FixOptions } from '../../../session/fix-options.ts';
import { readRecord } from '../../../session/read-record.ts';
import type { Output } from '../../output.ts';
import { terminalText } from '../../terminal-text.ts';
import { folderAndRequest } from './arguments.ts';
import type { FixCommandOptions } from './options.ts';

/**
 * The command line as a session wants it; lines of a record that cannot be read are reported on `output`.
 * @throws RetuneError `cli.usage`, `session.record-unreadable`
 */
export async function sessionOptions(
  args: readonly string[],
  options: FixCommandOptions,
  output: Output,
): Promise<FixOptions> {
  const { target, test, timeout, method, maxTurns, switchTurn, temperature, seed, allowTestChanges, learn } = options;
  const { recorded = renamedReplay(options, output), resume } = options;
  const { folder, request } = folderAndRequest(args, resume !== undefined);
  return {
    folder,
    request,
    method,
    maxTurns,
    learn,
    timeoutMs: timeout * 1000,
    ...(target !== undefined && { target }),
    ...(test !== undefined && { testCommand: test }),
    ...(switchTurn !== undefined && { switchTurn }),
    ...(temperature !== undefined && { sampling: { temperature } }),
    ...(seed !== undefined && { seed }),
    ...(allowTestChanges !== undefined && { allowTestChanges }),
    ...(resume !== undefined && { resume }),
    ...(recorded !== undefined && { recorded: await recordedAttempts(recorded, output) }),
  };
}

function renamedReplay({ replay }: FixCommandOptions, output: Output): string | undefined {
  if (replay !== undefined) output.note('--replay is called --recorded now; the old name still works.');
  return replay;
}

async function recordedAttempts(path: string, output: Output): Promise<readonly LoopEvent[]> {
  const { events, notices } = await readRecord(path);
  for (const notice of notices) output.note(terminalText(notice));
  return loopEvents(events);
}
