import type { Context } from '../platform/index.ts';
import type { SubjectKind } from '../policies/index.ts';
import { modelCard } from './model-card.ts';
import { resolveVersion } from './open-model.ts';
import { isUsable, type VersionRow } from './version.ts';
import { findVersion } from './version-store.ts';
import { versionSubject } from './version-subject.ts';

/** Versions as what approvals are about. */
export const versionSubjects: SubjectKind = {
  prefix: 'models:/',
  refPrefix: 'version:',
  resolve: async (ctx, name, projectId) =>
    versionSubject(ctx, await resolveVersion(ctx, projectId, name, 'model.read', '/subject')),
  async find(ctx, ref) {
    const version = await usable(ctx, ref);
    return version && versionSubject(ctx, version);
  },
  async evidence(ctx, ref) {
    const version = await usable(ctx, ref);
    return version && modelCard(ctx, version);
  },
};

async function usable(ctx: Context, ref: string): Promise<VersionRow | null> {
  const version = await findVersion(ctx, ref.slice(versionSubjects.refPrefix.length));
  return version && isUsable(version) ? version : null;
}
