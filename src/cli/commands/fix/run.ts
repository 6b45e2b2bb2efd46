import { embeddedModelNotice } from '../../../connect/embedded-model.ts';
import { PolicyHolder } from '../../../connect/policy-holder.ts';
import type { PolicySettings } from '../../../connect/settings.ts';
import { unaskedNotice } from '../../../models/unasked-notice.ts';
import { FixSession } from '../../../session/fix.ts';
import type { FixHost, FixOptions } from '../../../session/fix-options.ts';
import { announced, engineHooks } from '../../engine-output.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { namedModel } from '../../named-model.ts';
import type { Output } from '../../output.ts';
import { policySettings } from '../../policy-settings.ts';
import { Asker } from './ask.ts';
import { decide } from './decide.ts';
import type { FixCommandOptions } from './options.ts';
import { FixPrinter } from './printer.ts';
import { sessionOptions } from './session-options.ts';

/** @returns the program's exit code; before anything is thrown, the change has been undone */
export async function fix(
  args: readonly string[],
  options: FixCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const session = await sessionOptions(args, options, output);
  const usesModel = session.recorded === undefined || options.model !== undefined || options.engine !== undefined;
  const settings = usesModel ? modelSettings(options, output) : undefined;
  return runSession(session, settings, options, output, signal);
}

function modelSettings(options: FixCommandOptions, output: Output): PolicySettings {
  const { model, isEmbedded, unasked } = namedModel(options);
  if (unasked !== undefined) output.note(unaskedNotice(unasked));
  if (isEmbedded) output.note(`${embeddedModelNotice} Name a real one with --model DIR.`);
  return policySettings(options, model);
}

async function runSession(
  sessionOptions: FixOptions,
  settings: PolicySettings | undefined,
  options: FixCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  await using holder = new PolicyHolder();
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
    ...(settings !== undefined && {
      policy: async (signal) => (await announced(output, holder.open(settings, engineHooks(output), signal))).policy,
    }),
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
