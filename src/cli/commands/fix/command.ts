import { type Command, Option } from 'commander';
import { type LoopEvent, loopEvents, type Method, methods } from '../../../agent/events.ts';
import { FixSession } from '../../../session/fix.ts';
import type { FixOptions } from '../../../session/fix-options.ts';
import { readRecord } from '../../../session/record.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { modelDirectory } from '../../model-directory.ts';
import { addOpeningOptions, decimal, integer, MAX_SEED } from '../../option-parsers.ts';
import type { Output } from '../../output.ts';
import type { RunCommand } from '../../run-command.ts';
import { terminalText } from '../../terminal-text.ts';
import { type ModelOptions, openModel, openModelOptions, withSidecar } from '../../with-sidecar.ts';
import { folderAndRequest } from './arguments.ts';
import { Asker } from './ask.ts';
import { decide } from './decide.ts';
import { FixPrinter } from './printer.ts';

interface Options extends Omit<ModelOptions, 'model'> {
  readonly model?: string;
  readonly target?: readonly string[];
  readonly test?: string;
  readonly timeout?: number;
  readonly method: Method;
  readonly maxTurns: number;
  readonly switchTurn?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly auto?: boolean;
  readonly allowTestChanges?: boolean;
  readonly learn: boolean;
  readonly recorded?: string;
  /** The earlier name of `recorded`. */
  readonly replay?: string;
  readonly resume?: string;
}

export function addFix(parent: Command, run: RunCommand): void {
  const command = parent
    .command('fix')
    .description('make failing tests pass: attempt, test, refine the words, adapt the weights, again')
    .argument('[folder]', 'workspace folder (default: the current one)')
    .argument('[request]', 'what is wrong, in a sentence')
    .addOption(
      new Option(
        '--target <path>',
        'what may be changed: PATH, PATH:LINE or PATH:SYMBOL; may be given several times (default: found from the failing tests)',
        // Not commander's variadic option, which would swallow FOLDER and the request.
      ).argParser((value: string, before: readonly string[] = []) => [...before, value]),
    )
    .addOption(new Option('--test <command>', 'how to run the tests (default: detected)'))
    .addOption(
      new Option('--timeout <seconds>', 'of one run of the tests (default: 600)').argParser(integer(1, 86_400)),
    )
    .addOption(
      new Option(
        '--method <method>',
        'baseline: neither; textgrad: words only; rosa: weights only; rosa2: both; switch: words, later both',
      )
        .choices(methods)
        .default('rosa2'),
    )
    .addOption(new Option('--max-turns <n>', 'most attempts').argParser(integer(1, 100)).default(5))
    .addOption(
      new Option(
        '--switch-turn <n>',
        'turn from which `switch` does both (default: the middle of --max-turns)',
      ).argParser(integer(1)),
    )
    .addOption(new Option('--model <dir>', 'checkpoint directory (default: RETUNE_MODEL, else the embedded model)'))
    .addOption(new Option('--temperature <t>', '0 = always the likeliest token (default: 0.7)').argParser(decimal(0)))
    .addOption(new Option('--seed <s>', 'same seed, same answers').argParser(integer(0, MAX_SEED)))
    .addOption(new Option('--yes', 'keep a change that passes without asking'))
    .addOption(new Option('--auto', 'never ask for a comment'))
    .addOption(new Option('--allow-test-changes', 'the target may be a test file'))
    .addOption(new Option('--no-learn', 'neither use nor train what was learnt in this workspace'))
    .addOption(new Option('--recorded <record.jsonl>', 'take the attempts from a session’s record').conflicts('resume'))
    .addOption(new Option('--replay <record.jsonl>').conflicts(['resume', 'recorded']).hideHelp())
    .addOption(
      new Option(
        '--resume <session>',
        'go on with an interrupted session: its request, target, test command, method, turns and seed count',
      ).conflicts('recorded'),
    )
    .addOption(new Option('--json', 'print every event but tokens as a line of JSON, and ask nothing'));
  addOpeningOptions(command).action((folder: string | undefined, request: string | undefined, options: Options) => {
    const args = [folder, request].filter((argument) => argument !== undefined);
    return run(options, (output, signal) => fix(args, options, output, signal), { restores: true });
  });
}

async function fix(args: readonly string[], options: Options, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const fixOptions = await fixOptionsFrom(args, options, output);
  const usesModel = fixOptions.recorded === undefined || options.model !== undefined;
  const model = usesModel ? modelDirectory(options.model) : undefined;
  if (model?.embedded) {
    output.note(
      'The embedded model is a demonstration: it knows small JavaScript functions. For a real one: --model DIR.',
    );
  }
  const opening = model === undefined ? undefined : openModelOptions({ ...options, model: model.directory });

  return withSidecar(output, async (client) => {
    const asker = new Asker();
    const interactive = asker.available && !output.json;
    const interruption = new AbortController();
    const stop = AbortSignal.any([signal, interruption.signal]);
    const session = await FixSession.open(fixOptions, {
      program: 'retune fix',
      ...(opening !== undefined && { policy: (signal) => openModel(client, output, opening, signal) }),
      comment: async (_turn, _verdict, signal) => {
        if (!interactive || options.auto) return '';
        output.progressEnd();
        return asker.line('  what is still wrong? (Enter = nothing to add) ', () => interruption.abort(), signal);
      },
    });
    const printer = new FixPrinter(output, (path) => session.original(path), options.model);
    try {
      for await (const event of session.events(stop)) {
        if (!output.json) printer.event(event);
        else if (event.kind !== 'token' && event.kind !== 'prefill') output.value(event);
      }
      return await decide(session, { yes: options.yes ?? false, interactive }, asker, printer, output, signal);
    } catch (error) {
      // An interrupted session that could not go on stays as it is, for another try.
      if (options.resume !== undefined && !session.began) throw error;
      // Either a change that passes comes out, or everything is as it was.
      const undone = await session.undo();
      if (output.json) output.value(undone);
      else printer.decision(undone);
      throw error;
    } finally {
      await session.dispose();
    }
  });
}

async function fixOptionsFrom(args: readonly string[], options: Options, output: Output): Promise<FixOptions> {
  const {
    target,
    test,
    timeout,
    method,
    maxTurns,
    switchTurn,
    temperature,
    seed,
    allowTestChanges,
    learn,
    recorded = renamedReplay(options, output),
    resume,
  } = options;
  const { folder, request } = folderAndRequest(args, resume !== undefined);
  return {
    folder,
    request,
    method,
    maxTurns,
    learn,
    ...(target !== undefined && { target }),
    ...(test !== undefined && { testCommand: test }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(switchTurn !== undefined && { switchTurn }),
    ...(temperature !== undefined && { sampling: { temperature } }),
    ...(seed !== undefined && { seed }),
    ...(allowTestChanges !== undefined && { allowTestChanges }),
    ...(resume !== undefined && { resume }),
    ...(recorded !== undefined && { recorded: await attemptsOf(recorded, output) }),
  };
}

function renamedReplay({ replay }: Options, output: Output): string | undefined {
  if (replay !== undefined) output.note('--replay is called --recorded now; the old name still works.');
  return replay;
}

async function attemptsOf(path: string, output: Output): Promise<readonly LoopEvent[]> {
  const { events, notices } = await readRecord(path);
  for (const notice of notices) output.note(terminalText(notice));
  return loopEvents(events);
}
