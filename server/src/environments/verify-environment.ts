import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Context } from '../platform/index.ts';
import { findRevision } from './environment-store.ts';
import { environmentsFolder } from './use-environment.ts';

export const manifestScript = join(import.meta.dirname, 'manifest.py');

export type EnvironmentCheck =
  | { state: 'as-built' }
  /** Built before manifests were kept, or never ready. */
  | { state: 'not-recorded' }
  /** Its folder is not on this machine. */
  | { state: 'absent' }
  /** Files that differ from, are missing in, or came beside what was built. */
  | { state: 'changed'; paths: string[] };

/** Compares the files of a built revision, its interpreter included, with what they were when it was built. Nothing of it is run. */
export async function verifyEnvironment(ctx: Context, revisionId: string): Promise<EnvironmentCheck> {
  const revision = await findRevision(ctx, revisionId);
  if (!revision?.digest || !revision.manifestSha256) return { state: 'not-recorded' };
  const folder = join(environmentsFolder(ctx), revision.digest);
  if (!existsSync(join(folder, '.ready'))) return { state: 'absent' };
  const recorded = await text(await ctx.platform.blobs.read(revision.manifestSha256));
  const { stdout: present } = await promisify(execFile)('python3', ['-I', manifestScript, folder], {
    maxBuffer: 256 * 1024 * 1024,
    timeout: 300_000,
    env: { PATH: process.env.PATH },
  });
  if (present === recorded) return { state: 'as-built' };
  const before = new Set(recorded.split('\n'));
  const now = new Set(present.split('\n'));
  const differing = [...before].filter((line) => !now.has(line)).concat([...now].filter((line) => !before.has(line)));
  return { state: 'changed', paths: [...new Set(differing.map((line) => line.replace(/^\S+( \S+)? {2}/, '')))].sort() };
}
