import { cargoNextest } from './adapters/cargo-nextest.ts';
import { cargoTest } from './adapters/cargo-test.ts';
import { command } from './adapters/command.ts';
import { dotnetTest } from './adapters/dotnet-test.ts';
import { goTest } from './adapters/go-test.ts';
import { gradle } from './adapters/gradle.ts';
import { jest } from './adapters/jest.ts';
import { maven } from './adapters/maven.ts';
import { mocha } from './adapters/mocha.ts';
import { nodeTest } from './adapters/node-test.ts';
import { npmScript } from './adapters/npm-script.ts';
import { pytest } from './adapters/pytest.ts';
import { unittest } from './adapters/unittest.ts';
import { vitest } from './adapters/vitest.ts';
import type { RunnerAdapter, RunnerName } from './types.ts';

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
