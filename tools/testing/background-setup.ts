import { fork } from 'node:child_process';
import path from 'node:path';
import type { SetupMessage, SetupName, SetupResult } from '../setup/main.ts';

/** Sets up some things one after the other in a process of its own, while tests that need none of them run. */
export class BackgroundSetup {
  readonly #results = new Map<SetupName, Promise<unknown>>();

  constructor(names: readonly SetupName[]) {
    if (names.length === 0) return;
    const child = fork(path.join(import.meta.dirname, '..', 'setup', 'main.ts'), names, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // A result that was reported before the process ended counts.
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('disconnect', () => reject(new Error(`the setup of ${names.join(', ')} failed`)));
    });
    for (const name of names) {
      const reported = new Promise((resolve) => {
        child.on('message', (message: SetupMessage) => message.name === name && resolve(message.result));
      });
      const result = Promise.race([reported, ended]);
      // It is waited for later.
      result.catch(() => undefined);
      this.#results.set(name, result);
    }
  }

  /** @throws Error when it could not be set up */
  result<N extends SetupName>(name: N): Promise<SetupResult<N>> {
    const result = this.#results.get(name);
    if (result === undefined) throw new Error(`${name} is not among what is set up.`);
    return result as Promise<SetupResult<N>>;
  }
}
