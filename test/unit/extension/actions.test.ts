import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { runCommand, setOption } from '../../../src/shared/errors/actions.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { clicks, executed, offered, shown } from './vscode.ts';

const silent = { error: () => undefined, debug: () => undefined, show: () => void executed.push(['log']) };
const log = silent as unknown as LogOutputChannel;
const fields = { code: 'a.b', what: 'W.', why: 'Y.', remedy: 'R.' };

async function show(actions: RetuneError['actions'], click?: string): Promise<void> {
  const { showError } = await import('../../../src/extension/show-error.ts');
  if (click !== undefined) clicks.push(click);
  await showError(new RetuneError({ ...fields, actions }), log);
}

describe('actions in the editor', () => {
  beforeEach(() => {
    for (const list of [shown, offered, executed, clicks]) list.splice(0);
  });

  it('are buttons: one for all settings, one for each command, and none for what only a terminal has', async () => {
    const actions = [setOption('model'), setOption('folder'), setOption('provider'), runCommand('stop')];
    await show([...actions, runCommand('doctor'), runCommand('fix'), runCommand('undo')]);
    assert.deepEqual(offered, [['Open Settings', 'Stop', 'Fix…', 'Show Log']]);
    await show([]);
    assert.deepEqual(offered[1], ['Show Log']);
  });

  it('open exactly the settings that they are about', async () => {
    await show([setOption('model'), setOption('provider')], 'Open Settings');
    assert.deepEqual(executed, [['workbench.action.openSettings', '@id:retune.model.directory,retune.provider']]);
  });

  it('open settings of the machine where the machine is, and others here', async () => {
    const vscode = await import('vscode');
    Object.assign(vscode.env, { remoteName: 'ssh-remote' });
    try {
      await show([setOption('model')], 'Open Settings');
      await show([setOption('maxTurns')], 'Open Settings');
    } finally {
      Object.assign(vscode.env, { remoteName: undefined });
    }
    assert.deepEqual(executed, [
      ['workbench.action.openRemoteSettings', { query: '@id:retune.model.directory' }],
      ['workbench.action.openSettings', '@id:retune.maxTurns'],
    ]);
  });

  it('run their command', async () => {
    await show([runCommand('manageTrust')], 'Manage Workspace Trust');
    await show([], 'Show Log');
    assert.deepEqual(executed, [['workbench.trust.manage'], ['log']]);
  });

  it('are explained where no button says how', async () => {
    await show([setOption('target', 'a.js:NAME'), setOption('target'), runCommand('undo')]);
    assert.deepEqual(shown, [
      'W. Y. R. The target is where the cursor is: move it, then choose Fix… again. Fix… offers to undo sessions that ended without a decision.',
    ]);
  });
});
