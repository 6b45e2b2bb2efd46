import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GenerateRequest, Generation, GenerationEvent } from '../../../src/policy/generation.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import {
  SidecarClient,
  type SidecarClientHooks,
  type SidecarClientOptions,
} from '../../../src/sidecar/client/sidecar-client.ts';

/** The real sidecar with the scripted model in place of the engine. */
export const scriptedCommand: readonly string[] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(new URL('./scripted/main.ts', import.meta.url)),
];

export const never = (): AbortSignal => new AbortController().signal;

/** Clients and directories of one test file; `cleanUp` in afterEach leaves neither processes nor files. */
export class Fixture {
  readonly #clients: SidecarClient[] = [];
  readonly #directories: string[] = [];

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'retune-sidecar-test-'));
    this.#directories.push(directory);
    return directory;
  }

  client(options: Partial<SidecarClientOptions> = {}, hooks: SidecarClientHooks = {}): SidecarClient {
    const client = new SidecarClient(
      { clientName: 'test', command: scriptedCommand, stateDirectory: this.directory(), ...options },
      hooks,
    );
    this.#clients.push(client);
    return client;
  }

  async model(client: SidecarClient, directory = '/models/scripted'): Promise<RemotePolicy> {
    return client.openModel({ directory }, {}, never());
  }

  async cleanUp(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.dispose()));
    for (const directory of this.#directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }
}

export async function collect(
  policy: RemotePolicy,
  text: string,
  options: {
    signal?: AbortSignal;
    onEvent?: (event: GenerationEvent) => void;
    request?: Partial<GenerateRequest>;
  } = {},
): Promise<{ events: GenerationEvent[]; generation: Generation }> {
  const events: GenerationEvent[] = [];
  const stream = policy.generate({ prompt: { text }, ...options.request }, options.signal ?? never());
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, generation: next.value };
    events.push(next.value);
    options.onEvent?.(next.value);
  }
}

/** The promise must reject with a RetuneError of this code. */
export async function rejection(promise: Promise<unknown>, code: string): Promise<RetuneError> {
  const error = await promise.then(
    (value) => assert.fail(`expected ${code}, but it resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RetuneError, `not a RetuneError: ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return error;
}

export function alive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
