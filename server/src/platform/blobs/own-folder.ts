import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownIdentity } from '../process-identity.ts';
import { hostId } from '../processes.ts';

const abandonedMilliseconds = 24 * 3600 * 1000;

/** `host.pid.start.boot`: one process for ever, whatever number the system gives out again. */
export function ownName(): string {
  const { pid, startTime, bootId } = ownIdentity();
  return [hostName(), pid, startTime.replaceAll(/[^\w-]/g, '-'), bootId.replaceAll(/[^\w-]/g, '-')].join('.');
}

/** Removes the folders of processes under a parent: at once when they were of this machine and are gone, else after a day without a change. */
export async function removeAbandoned(parent: string): Promise<void> {
  const places = (await readdir(parent).catch(() => [])).filter((name) => name !== ownName());
  for (const name of places) {
    const path = join(parent, name);
    const [host, pid, startTime, bootId] = name.split('.');
    const gone =
      host === hostName() && bootId !== undefined
        ? !isAlive({ pid: Number(pid), startTime: startTime!, bootId })
        : Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? 0) > abandonedMilliseconds;
    if (gone) await rm(path, { recursive: true, force: true });
  }
}

const hostName = (): string => hostId().replaceAll('.', '-');
