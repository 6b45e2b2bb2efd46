import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { typedAction } from '../../../src/cli/actions.ts';
import { revertCommand, undoCommand } from '../../../src/cli/typed-command.ts';

const id = '20261120-153012-ab12';
const sessionsCommand = (folder: string) => typedAction({ kind: 'command', command: 'sessions', folder });

describe('commands in hints', () => {
  it('do not name the current directory', () => {
    const here = realpathSync(process.cwd());
    assert.equal(undoCommand(here), 'retune undo');
    assert.equal(undoCommand(here, id), `retune undo ${id}`);
    assert.equal(revertCommand(here), 'retune adapter revert');
    assert.equal(sessionsCommand(here), 'retune sessions');
  });

  it('name another folder, and a model that is not the usual one', () => {
    assert.equal(undoCommand('/srv/shop'), 'retune undo --folder /srv/shop');
    assert.equal(undoCommand('/srv/shop', id), `retune undo ${id} --folder /srv/shop`);
    assert.equal(revertCommand('/srv/shop', '../qwen'), 'retune adapter revert /srv/shop --model ../qwen');
    assert.equal(sessionsCommand('/srv/shop'), 'retune sessions /srv/shop');
  });

  it('quote what a shell would take apart', function () {
    if (process.platform === 'win32') this.skip();
    assert.equal(undoCommand('/srv/größe/你好'), 'retune undo --folder /srv/größe/你好');
    assert.equal(undoCommand("/srv/it's my $HOME"), "retune undo --folder '/srv/it'\\''s my $HOME'");
    assert.equal(sessionsCommand('/srv/a b'), "retune sessions '/srv/a b'");
  });
});
