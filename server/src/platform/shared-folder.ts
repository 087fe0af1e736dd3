import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';

/**
 * A folder that other users of this machine can traverse, for what runs as them: environments, the folders of workloads. It is the state folder
 * itself where every folder above it lets others pass, else (as root) one under PLINTH_RUN_DIR or /var/lib/plinth. An ordinary user runs
 * everything as itself, so there the state folder always serves.
 */
export function sharedFolder(config: Config, name: string): string {
  const isRoot = process.getuid?.() === 0;
  const base =
    !isRoot || isOpen(config.home)
      ? config.home
      : join(config.runDir ?? '/var/lib/plinth', createHash('sha256').update(config.home).digest('hex').slice(0, 12));
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  if (isRoot) for (const path of base === config.home ? [folder] : [dirname(base), base, folder]) chmodSync(path, 0o755);
  return folder;
}

/** Whether others may pass through the folder and all above it. */
function isOpen(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      if ((statSync(folder).mode & 0o001) === 0) return false;
    } catch {
      return false;
    }
    if (folder === dirname(folder)) return true;
  }
}
