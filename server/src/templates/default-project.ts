import { sql } from 'kysely';
import { setDefaultProject } from '../people/index.ts';
import { type Context, type Platform, systemContext, transaction } from '../platform/index.ts';
import { createProject, findProject } from '../projects/index.ts';
import { createRepository } from '../repos/index.ts';

/** The project `default` of the first administrator, so that an MLflow client works at the root from the first minute. Made once. */
export async function ensureDefaultProject(platform: Platform, administratorId: string): Promise<void> {
  if (!administratorId) return;
  const system = systemContext(platform, 'start');
  await transaction(system, async (tx) => {
    await sql`select pg_advisory_xact_lock(7546205)`.execute(tx.db);
    const { rows } = await sql<{ any: boolean }>`select exists (select 1 from projects) as any`.execute(tx.db);
    if (rows[0]!.any) return;
    const owner: Context = {
      ...tx,
      actor: { kind: 'system', id: administratorId, name: 'First administrator', subjectIds: [administratorId] },
    };
    const project =
      (await findProject(tx, 'default')) ??
      (await createProject(owner, {
        name: 'Default',
        slug: 'default',
        description: 'For first tries, and for MLflow clients that name no project.',
      }));
    await createRepository(tx, project.id);
    await setDefaultProject(tx, administratorId, project.id);
  });
}
