import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { readSetting } from '../read-setting.ts';
import { type Subject, targetOf } from '../subject.ts';
import type { OpenSession } from '../worker/protocol.ts';

/** Everything that a session starts from: what the developer said, and the settings that apply to the folder. */
export function sessionRequest(context: Context, subject: Subject, request: string): OpenSession {
  const { folder } = subject;
  const target = targetOf(subject);
  const { log, embeddedModel } = context;
  const engine = readSetting('engine', log).trim();
  const command = readSetting('test.command', log, folder.uri).trim();
  // RETUNE_REPLAY is the earlier name.
  const recorded = process.env.RETUNE_RECORDED ?? process.env.RETUNE_REPLAY;
  return {
    options: {
      folder: folder.uri.fsPath,
      request,
      method: readSetting('method', log, folder.uri),
      maxTurns: readSetting('maxTurns', log, folder.uri),
      timeoutMs: readSetting('test.timeoutSeconds', log, folder.uri) * 1000,
      ...(target !== undefined && { target: [target] }),
      ...(command !== '' && { testCommand: command }),
    },
    model: {
      ...(engine !== '' && { engine }),
      model: readSetting('model.directory', log).trim(),
      embedded: embeddedModel,
      dtype: readSetting('model.dtype', log),
      provider: readSetting('provider', log),
      sidecarCommand: readSetting('sidecar.command', log),
      clientName: `VS Code ${vscode.version}`,
    },
    // An environment variable and not a setting, so that no workspace can set it.
    ...(recorded !== undefined && recorded !== '' && { recorded }),
  };
}
