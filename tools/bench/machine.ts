import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where and under what load the figures were measured: without it no figure means anything. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** One-minute load averages; other programs' work is in them. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export function startMachine(): () => Machine {
  const loadBefore = round(loadavg()[0] ?? 0);
  return () => ({
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: round(totalmem() / 1e9),
    system: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    loadBefore,
    loadAfter: round(loadavg()[0] ?? 0),
  });
}

export function describeMachine(machine: Machine): string {
  const { cpu, cores, memoryGb, system, node, loadBefore, loadAfter } = machine;
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}; load average ${loadBefore} before, ${loadAfter} after`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
