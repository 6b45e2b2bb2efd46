import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cgroupCpuQuota, cpuLimit, defaultThreads, parseCpuInfo } from '../../../../src/engine/runtime/cpu-count.ts';

describe('default threads', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'retune-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(name: string, content: string): void {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  it('counts a core with two hardware threads once', () => {
    const block = (processor: number, socket: number, core: number) =>
      `processor\t: ${processor}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;
    const threads = [block(0, 0, 0), block(1, 0, 1), block(2, 1, 0), block(3, 0, 0), block(4, 0, 1), block(5, 1, 0)];
    assert.equal(parseCpuInfo(threads.join('\n')), 3);
    assert.equal(parseCpuInfo('processor\t: 0\nBogoMIPS\t: 50\n'), undefined);
  });

  it('takes the narrowest CPU quota of the cgroups above this process (v2)', () => {
    write('proc/self/cgroup', '0::/top/pod/app\n');
    write('sys/fs/cgroup/cpu.max', 'max 100000\n');
    write('sys/fs/cgroup/top/cpu.max', '300000 100000\n');
    write('sys/fs/cgroup/top/pod/cpu.max', '250000 100000\n');
    write('sys/fs/cgroup/top/pod/app/cpu.max', '400000 100000\n');
    assert.equal(cgroupCpuQuota(root), 2);
  });

  it('reads quotas of cgroup v1, where -1 means none', () => {
    write('proc/self/cgroup', '4:cpu,cpuacct:/docker/abc\n');
    write('sys/fs/cgroup/cpu/cpu.cfs_quota_us', '-1\n');
    write('sys/fs/cgroup/cpu/cpu.cfs_period_us', '100000\n');
    assert.equal(cgroupCpuQuota(root), undefined);
    write('sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us', '50000\n');
    write('sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us', '100000\n');
    assert.equal(cgroupCpuQuota(root), 1);
  });

  it('leaves a core free and never goes below one thread', () => {
    assert.ok(defaultThreads() >= 1);
    assert.ok(defaultThreads() <= Math.max(1, cpuLimit() - 1));
  });
});
