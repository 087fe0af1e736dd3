import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptResources, AttemptUsage } from '../executor.ts';

/** Where groups can be made. Version 2 has one folder for all controllers; version 1 one for each. */
export interface CgroupTree {
  version: 1 | 2;
  bases: Record<Controller, string>;
}

/** The folders of one attempt; under version 2 all four are the same. */
export interface CgroupSet {
  version: 1 | 2;
  folders: Record<Controller, string>;
}

type Controller = (typeof controllers)[number];
const controllers = ['memory', 'cpu', 'cpuacct', 'pids'] as const;
const cpuPeriodMicroseconds = 100_000;

/** What the shim reads at the end; one place knows the names of both versions. */
export const accountingFiles = (set: CgroupSet) =>
  set.version === 2
    ? {
        outOfMemory: join(set.folders.memory, 'memory.events'),
        peakMemory: join(set.folders.memory, 'memory.peak'),
        cpu: { path: join(set.folders.cpu, 'cpu.stat'), key: 'usage_usec', unit: 'microseconds' },
      }
    : {
        outOfMemory: join(set.folders.memory, 'memory.oom_control'),
        peakMemory: join(set.folders.memory, 'memory.max_usage_in_bytes'),
        cpu: { path: join(set.folders.cpuacct, 'cpuacct.usage'), key: '', unit: 'nanoseconds' },
      };

export const groupFolders = (set: CgroupSet): string[] => [...new Set(Object.values(set.folders))];

/** Makes the groups of an attempt with their limits; made again, it changes nothing. */
export function makeGroups(tree: CgroupTree, name: string, resources: AttemptResources): CgroupSet {
  const folders = {} as Record<Controller, string>;
  for (const controller of controllers) {
    folders[controller] = join(tree.bases[controller], name);
    mkdirSync(folders[controller], { recursive: true });
  }
  const set: CgroupSet = { version: tree.version, folders };
  const write = (controller: Controller, file: string, value: number | string) =>
    writeFileSync(join(folders[controller], file), String(value));
  const { memoryBytes, cpuCores, maximumProcesses } = resources;
  if (memoryBytes !== undefined && tree.version === 2) {
    write('memory', 'memory.max', memoryBytes);
    // Without swap the limit means what it says; kernels without swap accounting lack these files.
    ignoreMissing(() => write('memory', 'memory.swap.max', 0));
  }
  if (memoryBytes !== undefined && tree.version === 1) {
    write('memory', 'memory.limit_in_bytes', memoryBytes);
    ignoreMissing(() => write('memory', 'memory.memsw.limit_in_bytes', memoryBytes));
  }
  if (cpuCores !== undefined) {
    // The kernel refuses a quota under one millisecond.
    const quota = Math.max(1_000, Math.round(cpuCores * cpuPeriodMicroseconds));
    if (tree.version === 2) write('cpu', 'cpu.max', `${quota} ${cpuPeriodMicroseconds}`);
    else {
      write('cpu', 'cpu.cfs_period_us', cpuPeriodMicroseconds);
      write('cpu', 'cpu.cfs_quota_us', quota);
    }
  }
  if (maximumProcesses !== undefined) write('pids', 'pids.max', maximumProcesses);
  return set;
}

export function readUsage(set: CgroupSet): AttemptUsage | null {
  const files = accountingFiles(set);
  try {
    const cpu = readFact(files.cpu.path, files.cpu.key) ?? 0;
    return { cpuSeconds: cpu / (files.cpu.unit === 'microseconds' ? 1e6 : 1e9), peakMemoryBytes: readPeak(files.peakMemory) };
  } catch {
    return null;
  }
}

export function removeGroups(set: CgroupSet): void {
  for (const folder of groupFolders(set)) {
    try {
      rmdirSync(folder);
    } catch {
      // Gone already, or not empty: then the attempt still runs and its own end removes it.
    }
  }
}

/** Finds where this process may make groups, by making one with a limit. `mountInfo` and `membership` are texts of /proc/self. */
export function findCgroups(mountInfo: string, membership: string): { tree: CgroupTree | null; detail: string } {
  const faults: string[] = [];
  for (const candidate of [...candidates2(mountInfo, membership), ...candidates1(mountInfo, membership)]) {
    try {
      tryTree(candidate);
      return { tree: candidate, detail: `limits by cgroup version ${candidate.version} in ${candidate.bases.memory}` };
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  return {
    tree: null,
    detail: `no cgroup can be made here (${faults.at(-1) ?? 'no memory controller is mounted'}): limits by rlimits only`,
  };
}

function tryTree(tree: CgroupTree): void {
  for (const base of new Set(Object.values(tree.bases))) mkdirSync(base, { recursive: true });
  if (tree.version === 2) {
    // Controllers are handed down a level at a time; a group that holds processes itself cannot hand down, except the root.
    for (const folder of [join(tree.bases.memory, '..'), tree.bases.memory])
      writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +cpu +pids');
  }
  const set = makeGroups(tree, `probe-${process.pid}`, { memoryBytes: 64 * 1024 * 1024, cpuCores: 0.5, maximumProcesses: 64 });
  removeGroups(set);
}

function candidates2(mountInfo: string, membership: string): CgroupTree[] {
  const mount = mounts(mountInfo).find((each) => each.type === 'cgroup2');
  if (!mount) return [];
  let offered: string[] = [];
  ignoreMissing(() => {
    offered = readFileSync(join(mount.folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  });
  if (!['memory', 'cpu', 'pids'].every((controller) => offered.includes(controller))) return [];
  const own = /^0::(.*)$/m.exec(membership)?.[1] ?? '/';
  return placesIn(mount, own).map((place) => {
    const base = join(place, 'plinth');
    return { version: 2, bases: { memory: base, cpu: base, cpuacct: base, pids: base } };
  });
}

function candidates1(mountInfo: string, membership: string): CgroupTree[] {
  const places = {} as Record<Controller, string[]>;
  for (const controller of controllers) {
    const mount = mounts(mountInfo).find((each) => each.type === 'cgroup' && each.options.includes(controller));
    if (!mount) return [];
    const line = membership.split('\n').find((each) => each.split(':')[1]?.split(',').includes(controller));
    places[controller] = placesIn(mount, line?.split(':').slice(2).join(':') ?? '/');
  }
  const tree = (pick: (list: string[]) => string): CgroupTree => ({
    version: 1,
    bases: Object.fromEntries(controllers.map((each) => [each, join(pick(places[each]), 'plinth')])) as Record<
      Controller,
      string
    >,
  });
  return [tree((list) => list[0]!), tree((list) => list.at(-1)!)];
}

interface Mount {
  root: string;
  folder: string;
  type: string;
  options: string[];
}

function mounts(mountInfo: string): Mount[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , , root, folder] = before?.split(' ') ?? [];
    const [type, , options] = after?.split(' ') ?? [];
    return root && folder && type ? [{ root, folder, type, options: options?.split(',') ?? [] }] : [];
  });
}

/** Inside the own group first: what limits the server then limits its attempts too. */
function placesIn(mount: Mount, own: string): string[] {
  const inside = mount.root !== '/' && own.startsWith(mount.root) ? own.slice(mount.root.length) : own;
  return [...new Set([join(mount.folder, inside), mount.folder])];
}

function readPeak(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function readFact(path: string, key: string): number | null {
  const text = readFileSync(path, 'utf8');
  if (key === '') return Number(text);
  const line = text.split('\n').find((each) => each.startsWith(`${key} `));
  return line ? Number(line.slice(key.length + 1)) : null;
}

function ignoreMissing(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EOPNOTSUPP'].includes(String(error.code))))
      throw error;
  }
}
