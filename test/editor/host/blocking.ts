import { appendFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What Retune may do to the extension host at most, ms. */
export const longestBlock = 20;

export interface Blocking {
  /** Longest time without a turn of the event loop, ms, whoever caused it; resolution 1 ms. */
  readonly longestDelay: number;
  /** With code of ours on the stack. */
  readonly own: Stretch;
  /** With any code on the stack. */
  readonly any: Stretch;
}

/** The longest time without a pause for the event loop. */
export interface Stretch {
  /** Of samples, so that waiting for the processor does not count. */
  readonly milliseconds: number;
  /** Functions in which most of it was spent, with their share. */
  readonly where: readonly string[];
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Microseconds. */
const sampleInterval = 500;

/**
 * Watches this thread while `work` runs. The delay includes other extensions and a busy machine; the profile tells what is ours:
 * a stretch ends when the event loop is idle or other code runs. It counts samples, so time without the processor does not count.
 */
export async function watch(own: (url: string) => boolean, work: () => Promise<void>): Promise<Blocking> {
  const session = new Session();
  session.connect();
  const post = (method: string, params = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
    });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: sampleInterval });
  await post('Profiler.start');
  delays.enable();
  try {
    await work();
  } finally {
    delays.disable();
  }
  const { profile } = (await post('Profiler.stop')) as { profile: Profile };
  session.disconnect();
  return { longestDelay: delays.max / 1e6, own: longestStretch(profile, own), any: longestStretch(profile, anyCode) };
}

/** Idle time and native code without a script have no URL. */
function anyCode(url: string): boolean {
  return url !== '';
}

function longestStretch(profile: Profile, counts: (url: string) => boolean): Stretch {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const known = new Map<number, boolean>();
  const isCounted = (id: number): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const parent = parents.get(id);
    const answer = counts(byId.get(id)?.callFrame.url ?? '') || (parent !== undefined && isCounted(parent));
    known.set(id, answer);
    return answer;
  };
  let longest: readonly number[] = [];
  let current: number[] = [];
  for (const id of profile.samples ?? []) {
    const name = byId.get(id)?.callFrame.functionName ?? '';
    // A pause for garbage stands alone in the profile; it belongs to whoever it interrupts.
    if (isCounted(id) || (name === '(garbage collector)' && current.length > 0)) current.push(id);
    else current = [];
    if (current.length > longest.length) longest = [...current];
  }
  const spent = new Map<string, number>();
  for (const id of longest) {
    const frame = byId.get(id)?.callFrame;
    const place = `${frame?.functionName || '(anonymous)'} ${frame?.url.split('/').at(-1) ?? ''}:${(frame?.lineNumber ?? 0) + 1}`;
    spent.set(place, (spent.get(place) ?? 0) + sampleInterval / 1000);
  }
  const where = [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([place, ms]) => `${ms} ms ${place}`);
  return { milliseconds: (longest.length * sampleInterval) / 1000, where };
}

export function isOurs(url: string): boolean {
  return url.includes('/dist/extension.cjs');
}

/** Figures that people want to see; the runner prints them after the tests. */
export function note(name: string, { longestDelay, own, any }: Blocking): void {
  const text = `${name}: longest delay ${longestDelay.toFixed(1)} ms; ours ${show(own)}; anybody’s ${show(any)}`;
  appendFileSync(process.env.RETUNE_EDITOR_NOTES ?? '', `${text}\n`);
}

export function show({ milliseconds, where }: Stretch): string {
  return `${milliseconds} ms (${where.slice(0, 3).join(', ')})`;
}
