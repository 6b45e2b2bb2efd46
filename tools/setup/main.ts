import { setUpEditor } from './editor.ts';
import { setUpRunners } from './runners.ts';
import { setUpToolchains } from './toolchains.ts';
import { setUpWebGpu } from './webgpu.ts';

/**
 * Sets up what tests need, one after the other, because the system's package manager does one thing at a time:
 * `node tools/setup/main.ts toolchains webgpu editor`. A process that forked this one is told the result of each.
 */
const setups = {
  runners: setUpRunners,
  toolchains: setUpToolchains,
  webgpu: setUpWebGpu,
  editor: setUpEditor,
} as const;

export type SetupName = keyof typeof setups;
export type SetupResult<N extends SetupName> = ReturnType<(typeof setups)[N]>;
export interface SetupMessage {
  readonly name: SetupName;
  readonly result: unknown;
}

if (process.argv[1] === import.meta.filename) {
  for (const name of process.argv.slice(2)) {
    if (!isSetup(name)) throw new Error(`${name}: there are ${Object.keys(setups).join(', ')}.`);
    process.send?.({ name, result: setups[name]() } satisfies SetupMessage);
  }
}

function isSetup(name: string): name is SetupName {
  return Object.hasOwn(setups, name);
}
