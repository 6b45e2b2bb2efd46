import { type ConnectHooks, type OpenedPolicy, servedNotice } from '../connect/engine.ts';
import type { OpenProgress } from '../policy/open-options.ts';
import type { Output } from './output.ts';

const stages: Readonly<Record<OpenProgress['stage'], string>> = {
  reading: 'reading the checkpoint',
  converting: 'converting weights (once; the result is cached)',
  building: 'building graphs',
  loading: 'loading weights',
  'self-test': 'testing the provider',
};

/** Progress and warnings of an engine, in the terminal. */
export function engineHooks(output: Output): ConnectHooks {
  return {
    progress: ({ stage, fraction }) => output.progress(`${stages[stage]} ${percent(fraction)}`),
    log: (level, text) => void (level === 'warn' && output.note(text)),
  };
}

/** Waits for a model, and says who receives the prompts where that is another program. */
export async function announced(output: Output, opening: Promise<OpenedPolicy>): Promise<OpenedPolicy> {
  const opened = await opening;
  output.progressEnd();
  if (opened.served !== undefined) output.note(servedNotice(opened.served));
  return opened;
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? '…' : `${Math.round(fraction * 100)} %`;
}
