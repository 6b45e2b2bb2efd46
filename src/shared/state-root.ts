import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The user's state folder of Retune: sessions, snapshots, adapters. `RETUNE_STATE` names another one.
 * Nothing of ours ever lies in the workspace.
 */
export function stateRoot(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.RETUNE_STATE !== undefined && environment.RETUNE_STATE !== '') return environment.RETUNE_STATE;
  if (process.platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Retune', 'State');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Retune', 'State');
  return join(environment.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'retune');
}
