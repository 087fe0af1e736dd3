export interface LockedPackage {
  name: string;
  version: string;
  hashes: number;
}

/** Packages of a lock file with hashes, by name. */
export function readLock(lock: string): LockedPackage[] {
  const packages: LockedPackage[] = [];
  for (const line of lock.split('\n')) {
    const [, name, version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)/.exec(line) ?? [];
    if (name && version) packages.push({ name, version, hashes: 0 });
    const last = packages.at(-1);
    if (last) last.hashes += line.match(/--hash=/g)?.length ?? 0;
  }
  return packages.sort((a, b) => a.name.localeCompare(b.name));
}

export interface LockChange {
  name: string;
  before: string | null;
  after: string | null;
}

/** What changed from one lock to the next. */
export function compareLocks(before: readonly LockedPackage[], after: readonly LockedPackage[]): LockChange[] {
  const old = new Map(before.map((one) => [one.name, one.version]));
  const now = new Map(after.map((one) => [one.name, one.version]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort((a, b) => a.localeCompare(b))
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}
