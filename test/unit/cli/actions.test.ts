import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { commandWords, optionWords, typedAction } from '../../../src/cli/actions.ts';
import { Output } from '../../../src/cli/output.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { runCommand, setOption } from '../../../src/shared/errors/actions.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';

const program = buildProgram(async () => undefined);

function withDescendants(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withDescendants)];
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** What a stream was given. */
function sink(): { stream: NodeJS.WriteStream; written: () => string } {
  let written = '';
  const stream = new Writable({
    write(text, _encoding, done) {
      written += text;
      done();
    },
  });
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => written };
}

describe('actions in a terminal', () => {
  const all = withDescendants(program);
  let help = '';
  before(() => {
    const writeOut = (text: string): void => {
      help += text;
    };
    program.configureOutput({ writeOut });
    program.outputHelp();
  });

  for (const [option, words] of Object.entries(optionWords)) {
    it(`${option}: the program has what is to be typed`, () => {
      if ('variable' in words) assert.match(help, new RegExp(`^  ${words.variable} `, 'm'));
      else {
        const declared = all.flatMap(({ options }) => options.filter(({ long }) => long === words.flag));
        assert.ok(
          declared.length > 0 && declared.every(({ required }) => required === (words.value !== null)),
          words.flag,
        );
      }
    });
  }

  for (const [name, words] of Object.entries(commandWords)) {
    it(`${name}: the program has the command, and a place for a folder`, () => {
      if (words === null || words.command === '--help') return;
      const command = all.find((candidate) => pathOf(candidate) === `retune ${words.command}`);
      assert.ok(command, words.command);
      if (words.folder === 'first') assert.equal(command.registeredArguments[0]?.name(), 'folder');
      else if (words.folder !== undefined)
        assert.ok(
          command.options.some(({ long }) => long === words.folder),
          words.command,
        );
    });
  }

  it('are typed with what is known and a word for what is not, quoted for the shell', function () {
    if (process.platform === 'win32') this.skip();
    assert.equal(typedAction(setOption('target', 'src/a.js:NAME')), '--target src/a.js:NAME');
    assert.equal(typedAction(setOption('testCommand', 'npm test')), "--test 'npm test'");
    assert.equal(typedAction(setOption('model')), '--model DIR');
    assert.equal(typedAction(setOption('stateDirectory')), 'RETUNE_STATE=DIR');
    assert.equal(typedAction(setOption('sidecarCommand', '["a"]')), 'RETUNE_SIDECAR_COMMAND=\'["a"]\'');
    assert.equal(typedAction(runCommand('undo', { args: ['s'], folder: '/f' })), 'retune undo s --folder /f');
    assert.equal(typedAction(runCommand('fix', { args: ['it throws'], folder: '/f' })), "retune fix /f 'it throws'");
    assert.equal(typedAction(runCommand('test', { folder: realpathSync(process.cwd()) })), 'retune test');
    assert.equal(typedAction(runCommand('stop')), undefined);
  });

  it('stand below the remedy, one a line, and in JSON as they are', () => {
    const [out, err] = [sink(), sink()];
    const actions = [setOption('model'), runCommand('stop'), runCommand('doctor')];
    const error = new RetuneError({ code: 'a.b', what: 'W.', why: 'Y.', remedy: 'R.', actions });
    new Output({ json: true }, out.stream, err.stream).error(error);
    assert.equal(err.written(), 'error: W.\nY.\nR.\n  --model DIR\n  retune doctor\n');
    assert.deepEqual(JSON.parse(out.written()), { error: { ...error.toJSON(), actions } });
  });

  it('cannot drive the terminal', () => {
    const err = sink();
    const error = new RetuneError({
      code: 'a.b',
      what: 'W.',
      why: 'Y.',
      remedy: 'R.',
      actions: [setOption('target', 'a\u001b[2J.js')],
    });
    new Output({}, sink().stream, err.stream).error(error);
    assert.doesNotMatch(err.written(), /\u001b/);
  });
});
