import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { accountingFiles, findCgroups, makeGroups, readUsage } from './cgroups.ts';

// Folders of plain files in place of the kernel's: what is written where is the same on a machine that has the real ones.
const root = mkdtempSync(join(tmpdir(), 'plinth-cgroups-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const mountLine = (folder: string, type: string, options: string) =>
  `30 20 0:26 / ${folder} rw,relatime - ${type} ${type} rw,${options}\n`;

it('without any cgroup mounted it says that only rlimits are left', () => {
  const { tree, detail } = findCgroups('22 27 0:21 / /proc rw - proc proc rw\n', '0::/\n');
  expect(tree).toBeNull();
  expect(detail).toContain('rlimits only');
});

it('a version 2 tree that hands down no memory controller is not taken', () => {
  const folder = join(root, 'bare');
  mkdirSync(folder);
  writeFileSync(join(folder, 'cgroup.controllers'), 'hugetlb\n');
  expect(findCgroups(mountLine(folder, 'cgroup2', ''), '0::/\n').tree).toBeNull();
});

it('version 2 groups lie in the own group, get their limits, and their use is read', () => {
  const folder = join(root, 'two');
  mkdirSync(join(folder, 'service'), { recursive: true });
  writeFileSync(join(folder, 'cgroup.controllers'), 'cpuset cpu io memory pids\n');
  const { tree } = findCgroups(mountLine(folder, 'cgroup2', ''), '0::/service\n');
  expect(tree).toMatchObject({ version: 2, bases: { memory: join(folder, 'service', 'plinth') } });
  expect(readFileSync(join(folder, 'service', 'plinth', 'cgroup.subtree_control'), 'utf8')).toBe('+memory +cpu +pids');

  const set = makeGroups(tree!, 'one', { memoryBytes: 1000, cpuCores: 1.5, maximumProcesses: 7 });
  const read = (file: string) => readFileSync(join(set.folders.memory, file), 'utf8');
  expect([read('memory.max'), read('memory.swap.max'), read('cpu.max'), read('pids.max')]).toEqual([
    '1000',
    '0',
    '150000 100000',
    '7',
  ]);
  writeFileSync(join(set.folders.cpu, 'cpu.stat'), 'usage_usec 2500000\nuser_usec 2000000\n');
  expect(readUsage(set)).toEqual({ cpuSeconds: 2.5, peakMemoryBytes: null });
  writeFileSync(accountingFiles(set).peakMemory, '4096\n');
  expect(readUsage(set)).toEqual({ cpuSeconds: 2.5, peakMemoryBytes: 4096 });
});

it('version 1 groups lie in each controller of its own, mounted together or not', () => {
  const folder = join(root, 'one');
  for (const controller of ['memory', 'cpu,cpuacct', 'pids']) mkdirSync(join(folder, controller), { recursive: true });
  const mounts = ['memory', 'cpu,cpuacct', 'pids'].map((each) => mountLine(join(folder, each), 'cgroup', each)).join('');
  const { tree } = findCgroups(mounts, '4:memory:/\n3:cpu,cpuacct:/\n2:pids:/\n');
  expect(tree).toMatchObject({ version: 1, bases: { cpuacct: join(folder, 'cpu,cpuacct', 'plinth') } });

  const set = makeGroups(tree!, 'one', { memoryBytes: 1000, cpuCores: 0.2 });
  expect(readFileSync(join(set.folders.memory, 'memory.limit_in_bytes'), 'utf8')).toBe('1000');
  expect(readFileSync(join(set.folders.cpu, 'cpu.cfs_quota_us'), 'utf8')).toBe('20000');
  writeFileSync(join(set.folders.cpuacct, 'cpuacct.usage'), '1500000000\n');
  writeFileSync(join(set.folders.memory, 'memory.max_usage_in_bytes'), '900\n');
  expect(readUsage(set)).toEqual({ cpuSeconds: 1.5, peakMemoryBytes: 900 });
});
