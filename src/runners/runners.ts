import { cargoNextest } from './cargo-nextest.ts';
import { cargoTest } from './cargo-test.ts';
import { command } from './command.ts';
import { dotnetTest } from './dotnet-test.ts';
import { goTest } from './go-test.ts';
import { gradle } from './gradle.ts';
import { jest } from './jest.ts';
import { maven } from './maven.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { npmScript } from './npm-script.ts';
import { pytest } from './pytest.ts';
import type { RunnerAdapter, RunnerName } from './runner.ts';
import { unittest } from './unittest.ts';
import { vitest } from './vitest.ts';

/** In order of precedence: the first that recognises a directory tests it. */
export const adapters: readonly RunnerAdapter[] = [
  vitest,
  jest,
  mocha,
  nodeTest,
  npmScript,
  goTest,
  cargoNextest,
  cargoTest,
  pytest,
  unittest,
  dotnetTest,
  maven,
  gradle,
  command,
];

export function adapterOf(runner: RunnerName): RunnerAdapter {
  const found = adapters.find(({ name }) => name === runner);
  if (found === undefined) throw new Error(`no adapter for ${runner}`);
  return found;
}
