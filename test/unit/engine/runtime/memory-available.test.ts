import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  availableMemory,
  linuxAvailableMemory,
  parseVmStat,
  totalMemory,
} from '../../../../src/engine/runtime/memory-available.ts';

describe('available memory', () => {
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

  it('is MemAvailable where no cgroup limits the process', () => {
    write('proc/meminfo', 'MemTotal:       16000000 kB\nMemFree:         100000 kB\nMemAvailable:    8000000 kB\n');
    write('proc/self/cgroup', '0::/\n');
    write('sys/fs/cgroup/memory.max', 'max\n');
    write('sys/fs/cgroup/memory.current', '123\n');
    assert.equal(linuxAvailableMemory(root), 8_000_000 * 1024);
  });

  it('is what the narrowest v2 limit leaves, with droppable file pages counted as free', () => {
    write('proc/meminfo', 'MemAvailable:    8000000 kB\n');
    write('proc/self/cgroup', '0::/pod/app\n');
    write('sys/fs/cgroup/pod/memory.max', '2000000000\n');
    write('sys/fs/cgroup/pod/memory.current', '1500000000\n');
    write('sys/fs/cgroup/pod/memory.stat', 'anon 1\ninactive_file 600000000\n');
    write('sys/fs/cgroup/pod/app/memory.max', 'max\n');
    assert.equal(linuxAvailableMemory(root), 1_100_000_000);
  });

  it('reads v1 limits and takes the huge number there for no limit', () => {
    write('proc/meminfo', 'MemAvailable:    8000000 kB\n');
    write('proc/self/cgroup', '9:memory:/docker/abc\n');
    write('sys/fs/cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
    write('sys/fs/cgroup/memory/memory.usage_in_bytes', '5\n');
    assert.equal(linuxAvailableMemory(root), 8_000_000 * 1024);
    write('sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes', '1000\n');
    write('sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes', '1400\n');
    write('sys/fs/cgroup/memory/docker/abc/memory.stat', 'total_inactive_file 700\n');
    assert.equal(linuxAvailableMemory(root), 300);
  });

  it('adds the pages of macOS that can be handed out at once', () => {
    const output = [
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
      'Pages free:                                3000.',
      'Pages active:                            200000.',
      'Pages inactive:                            1000.',
      'Pages speculative:                          500.',
      'Pages purgeable:                            250.',
    ].join('\n');
    assert.equal(parseVmStat(output), 4750 * 16384);
    assert.equal(parseVmStat('nothing of the sort'), undefined);
  });

  it('is positive and at most the total on this machine', () => {
    assert.ok(availableMemory() > 0);
    assert.ok(availableMemory() <= totalMemory());
    assert.ok(totalMemory() <= os.totalmem());
  });
});
