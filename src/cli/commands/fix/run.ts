import { FixSession } from '../../../session/fix.ts';
import type { FixHost, FixOptions } from '../../../session/fix-options.ts';
import { embeddedModelNotice } from '../../../shared/embedded-model.ts';
import type { SidecarClient } from '../../../sidecar/client/sidecar-client.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { modelDirectory } from '../../model-directory.ts';
import type { Output } from '../../output.ts';
import { openModel, openModelOptions, withSidecar } from '../../with-sidecar.ts';
import { Asker } from './ask.ts';
import { decide } from './decide.ts';
import type { FixCommandOptions } from './options.ts';
import { FixPrinter } from './printer.ts';
import { sessionOptions } from './session-options.ts';

type Opening = ReturnType<typeof openModelOptions>;

/** @returns the program's exit code; what is thrown has been undone before */
export async function fix(
  args: readonly string[],
  options: FixCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const session = await sessionOptions(args, options, output);
  const usesModel = session.recorded === undefined || options.model !== undefined;
  const opening = usesModel ? modelOpening(options, output) : undefined;
  return withSidecar(output, (client) => runSession(client, session, opening, options, output, signal));
}

function modelOpening(options: FixCommandOptions, output: Output): Opening {
  const model = modelDirectory(options.model);
  if (model.embedded) output.note(`${embeddedModelNotice} Name a real one with --model DIR.`);
  return openModelOptions({ ...options, model: model.directory });
}

async function runSession(
  client: SidecarClient,
  sessionOptions: FixOptions,
  opening: Opening | undefined,
  options: FixCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const asker = new Asker();
  const interactive = asker.available && !output.json;
  const interruption = new AbortController();
  const comment: FixHost['comment'] = async (_turn, _verdict, signal) => {
    if (!interactive || options.auto) return '';
    output.progressEnd();
    return asker.line('  what is still wrong? (Enter adds nothing) ', () => interruption.abort(), signal);
  };
  const session = await FixSession.open(sessionOptions, {
    program: 'retune fix',
    ...(opening !== undefined && { policy: (signal) => openModel(client, output, opening, signal) }),
    comment,
  });
  const printer = new FixPrinter(output, (path) => session.original(path), options.model);
  try {
    for await (const event of session.events(AbortSignal.any([signal, interruption.signal]))) {
      if (!output.json) printer.event(event);
      else if (event.kind !== 'token' && event.kind !== 'prefill') output.value(event);
    }
    return await decide({ session, asker, printer, output, interactive, yes: options.yes ?? false }, signal);
  } catch (error) {
    // An interrupted session that could not be resumed stays as it is, for another try.
    if (options.resume !== undefined && !session.began) throw error;
    // Either a change that passes comes out, or everything is as it was.
    const undone = await session.undo();
    if (output.json) output.value(undone);
    else printer.decision(undone);
    throw error;
  } finally {
    await session.dispose();
  }
}
