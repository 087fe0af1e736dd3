import type { ProcessIdentity } from '../../platform/index.ts';

/** `<pid> <start time> <boot id>`, as the shim writes it of itself. */
export const parseProcessIdentity = (text: string): ProcessIdentity | null => {
  const [pid, startTime, bootId] = text.trim().split(' ');
  return pid && startTime && bootId ? { pid: Number(pid), startTime, bootId } : null;
};
