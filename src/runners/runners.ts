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
import { rspec } from './rspec.ts';
import type { Runner } from './runner.ts';
import { unittest } from './unittest.ts';
import { vitest } from './vitest.ts';

/** In order of precedence: the first that recognises a directory tests it. */
const detected: readonly Runner[] = [
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
  rspec,
  dotnetTest,
  maven,
  gradle,
];

/** The runner of a command that the developer gave. */
export const givenCommand = command(detected);

export const runners: readonly Runner[] = [...detected, givenCommand];

/** Endings of the files that a runner tests; of all runners', where anything may be tested. */
export function languagesOf(runner: Runner): readonly string[] {
  return runner.languages.length > 0 ? runner.languages : [...new Set(detected.flatMap(({ languages }) => languages))];
}
