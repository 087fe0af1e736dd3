import { sql } from 'kysely';
import { visible } from '../access/index.ts';
import type { Context } from '../platform/index.ts';
import type { SubjectKind } from '../policies/index.ts';
import { modelCard } from './model-card.ts';
import { projectsWithModel } from './model-store.ts';
import { nameIn, resolveVersion } from './open-model.ts';
import { isUsable, type VersionRow } from './version.ts';
import { findVersion } from './version-store.ts';
import { versionSubject } from './version-subject.ts';

/** Versions as what approvals are about. */
export const versionSubjects: SubjectKind = {
  prefix: 'models:/',
  refPrefix: 'version:',
  resolve: async (ctx, name, projectId) =>
    versionSubject(ctx, await resolveVersion(ctx, projectId, name, 'model.read', '/subject')),
  async projectsWith(ctx, address) {
    const name = nameIn(address);
    const own = ctx.actor.defaultProjectId;
    const found =
      name === null
        ? []
        : await projectsWithModel(ctx, name, visible(ctx, 'model.read', sql.ref('registered_models.project_id')));
    const inDefault = found.filter(({ id }) => id === own);
    return inDefault.length > 0 ? inDefault : found;
  },
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
