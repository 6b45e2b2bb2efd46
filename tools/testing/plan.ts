import { globSync } from 'node:fs';
import type { SetupName } from '../setup/main.ts';
import { BackgroundSetup } from './background-setup.ts';
import { longestFirst } from './longest-first.ts';
import { countedProgram } from './programs.ts';
import type { Suite, Work } from './suites.ts';

/** In the order in which they are begun: integration, whose files are short, fills what the others leave. */
export const suiteNames = ['unit', 'editor', 'webgpu', 'integration'] as const;
export type SuiteName = (typeof suiteNames)[number];

/** What the system's package manager brings comes from a single process; what is needed first is first. */
const systemSetups: readonly (readonly [SetupName, SuiteName])[] = [
  ['toolchains', 'integration'],
  ['webgpu', 'webgpu'],
  ['editor', 'editor'],
];

/** The suites of these names; what they need is being set up from now on. */
export function plan(names: readonly SuiteName[]): readonly Suite[] {
  const system = new BackgroundSetup(systemSetups.filter(([, suite]) => names.includes(suite)).map(([setup]) => setup));
  const runners = new BackgroundSetup(names.includes('integration') ? ['runners'] : []);
  const work: Readonly<Record<SuiteName, () => Promise<Work>>> = {
    unit: async () => files('unit'),
    editor: () => editor(system),
    webgpu: () => webGpu(system),
    integration: () => integration(system, runners),
  };
  return suiteNames.filter((name) => names.includes(name)).map((name) => ({ name, ready: work[name]() }));
}

function files(name: SuiteName, environment: Readonly<Record<string, string>> = {}): Work & { readonly kind: 'files' } {
  const found = globSync(`test/${name}/**/*.test.ts`);
  // All of a suite's files cannot vanish without a word.
  if (found.length === 0) throw new Error(`there are no tests in test/${name}`);
  return { kind: 'files', files: longestFirst(found), environment };
}

/** What needs a runner or a compiler that is missing is skipped by the suites themselves, or fails there in CI. */
async function integration(system: BackgroundSetup, runners: BackgroundSetup): Promise<Work> {
  const { env, missing } = await system.result('toolchains');
  await runners.result('runners');
  const note = missing.map(({ name, command }) => `without ${name}; to have it, type: ${command}`).join('; ');
  return { ...files('integration', env), ...(note !== '' && { note }) };
}

async function editor(system: BackgroundSetup): Promise<Work> {
  const setup = await system.result('editor');
  return setup.ready ? { kind: 'program', run: () => countedProgram('tools/editor-test.ts') } : skipped(setup);
}

async function webGpu(system: BackgroundSetup): Promise<Work> {
  const setup = await system.result('webgpu');
  return setup.ready ? files('webgpu', setup.environment) : skipped(setup);
}

function skipped({ missing, command }: { readonly missing: string; readonly command: string }): Work {
  const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
  const note = `skipped: ${missing} missing; to run it, type: ${command}`;
  return { kind: 'nothing', counted: { passed: 0, failed: inCi ? 1 : 0, skipped: 0, note } };
}
