import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterSelection } from '../../../src/policy/adapters.ts';
import type { AcceptReport } from '../../../src/policy/workspace-adapters.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import { SidecarClient } from '../../../src/sidecar/client/sidecar-client.ts';
import { until } from '../../support/time.ts';
import { Fixture, never } from './fixture.ts';

export const checkpoint = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/checkpoints/${name}`, import.meta.url));
export const oracle = JSON.parse(readFileSync(join(checkpoint('qwen2'), 'oracle.json'), 'utf8')) as {
  greedyPrompt: number[];
  greedyTokens: number[];
};
export const key = 'a1b2-c3';
export const name = 'w';
export const workspace: AdapterSelection = { workspace: name };

/** What a developer accepted: a prompt and an answer, made of the model's own likely tokens. */
export interface Pair {
  readonly promptTokens: readonly number[];
  readonly responseTokens: readonly number[];
}
export const pair = (start: number, prompt: readonly number[] = oracle.greedyPrompt): Pair => ({
  promptTokens: [...prompt, ...oracle.greedyTokens.slice(0, start)],
  responseTokens: oracle.greedyTokens.slice(start, start + 12),
});
export const first = pair(0);
export const second = pair(20, oracle.greedyPrompt.slice(4));
export const third = pair(40, oracle.greedyPrompt.slice(2, 9));
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Paths and bytes of all files of a folder. */
export function snapshot(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[path] = readFileSync(path, 'base64');
  }
  return files;
}

/** A sidecar with the real engine and a state folder of its own for each test. */
export class WorkspaceSetting {
  readonly fixture = new Fixture();
  readonly cacheDirectory = this.fixture.directory();
  logged: string[] = [];
  stateDirectory = '';
  root = '';
  #client: SidecarClient | undefined;
  #policy: RemotePolicy | undefined;

  get client(): SidecarClient {
    assert.ok(this.#client);
    return this.#client;
  }

  get policy(): RemotePolicy {
    assert.ok(this.#policy);
    return this.#policy;
  }

  static install(): WorkspaceSetting {
    const setting = new WorkspaceSetting();
    beforeEach(() => setting.begin());
    afterEach(() => setting.client.dispose());
    after(() => setting.fixture.cleanUp());
    return setting;
  }

  async begin(): Promise<void> {
    this.root = this.fixture.directory();
    this.logged = [];
    await this.startAnew();
  }

  /** Another process that knows nothing of the one before but its workspace adapters. */
  async startAnew(): Promise<void> {
    await this.#client?.dispose();
    this.stateDirectory = this.fixture.directory();
    this.#client = this.start();
    this.#policy = await this.open();
  }

  start(): SidecarClient {
    return new SidecarClient(
      { clientName: 'test', stateDirectory: this.stateDirectory, env: { ...process.env, RETUNE_STATE: this.root } },
      { log: (level, message) => level === 'warn' && this.logged.push(message) },
    );
  }

  open(on = this.client, model = 'qwen2'): Promise<RemotePolicy> {
    const { cacheDirectory } = this;
    return on.openModel(
      { directory: checkpoint(model), dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory },
      {},
      never(),
    );
  }

  accept(answer: Pair, on = this.policy): Promise<AcceptReport> {
    return on.workspace.accept({ key, name, ...answer }, never());
  }

  /** Log-probabilities of the answer's tokens. */
  async score(
    { promptTokens, responseTokens }: Pair,
    adapter?: AdapterSelection,
    on = this.policy,
  ): Promise<readonly number[]> {
    const request = { prompt: { tokens: promptTokens }, completion: { tokens: responseTokens } };
    return (await on.score({ ...request, ...(adapter === undefined ? {} : { adapter }) }, never())).logprobs;
  }

  async versions(): Promise<number[]> {
    return (await this.policy.workspace.state(key)).versions.map(({ version }) => version);
  }

  /** The workspace's files for the model. */
  folder(): string {
    const [base = ''] = readdirSync(join(this.root, 'adapters', key)).filter((entry) => /^[0-9a-f]{32}$/.test(entry));
    return join(this.root, 'adapters', key, base);
  }

  async kill(): Promise<void> {
    process.kill(this.client.processId as number, 'SIGKILL');
    await until(() => this.client.processId === undefined, 'the end of the process');
  }
}
