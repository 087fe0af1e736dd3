import { sql } from 'kysely';
import type { Context, Database } from '../platform/index.ts';
import type { ComputeTarget, HardwareTier } from './tier.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    hardwareTiers: {
      id: string;
      name: string;
      targetId: string;
      cpuCores: number | null;
      memoryBytes: number | null;
      gpus: Generated<number>;
      pricePerHour: number;
      currency: Generated<string>;
      isDefault: Generated<boolean>;
      state: Generated<'enabled' | 'disabled'>;
      createdAt: Generated<string>;
      version: Generated<number>;
    };
    computeTargets: {
      id: string;
      name: string;
      kind: 'local' | 'slurm' | 'kubernetes';
      settings: Generated<string>;
      state: Generated<'ready' | 'unreachable' | 'disabled'>;
      stateReason: string | null;
      createdAt: Generated<string>;
    };
  }
}

const tierColumns = [
  'id',
  'name',
  'targetId',
  'cpuCores',
  'memoryBytes',
  'gpus',
  'pricePerHour',
  'currency',
  'isDefault',
  'state',
  'version',
] as const;

export async function listTiers(db: Database): Promise<HardwareTier[]> {
  return db.selectFrom('hardwareTiers').select(tierColumns).orderBy('pricePerHour').orderBy('name').limit(1000).execute();
}

export async function findTier(db: Database, idOrName: string | null): Promise<HardwareTier | null> {
  let query = db.selectFrom('hardwareTiers').select(tierColumns);
  query =
    idOrName === null
      ? query.where('isDefault', '=', true)
      : query.where((eb) => eb.or([eb('id', '=', idOrName), eb('name', '=', idOrName)]));
  return (await query.executeTakeFirst()) ?? null;
}

export async function insertTier(ctx: Context, tier: Omit<HardwareTier, 'version' | 'state'>): Promise<HardwareTier> {
  return ctx.db.insertInto('hardwareTiers').values(tier).returning(tierColumns).executeTakeFirstOrThrow();
}

export async function updateTier(
  ctx: Context,
  id: string,
  version: number,
  change: Partial<Omit<HardwareTier, 'id' | 'version'>>,
): Promise<HardwareTier | null> {
  const row = await ctx.db
    .updateTable('hardwareTiers')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returning(tierColumns)
    .executeTakeFirst();
  return row ?? null;
}

/** Whoever changes tiers does so alone, until the end of the transaction: one is the default, and it is offered. */
export async function lockTiers(tx: Context): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('hardware tiers', 0))`.execute(tx.db);
}

export async function clearDefaultTier(ctx: Context): Promise<void> {
  await ctx.db.updateTable('hardwareTiers').set({ isDefault: false }).where('isDefault', '=', true).execute();
}

export async function listTargets(db: Database): Promise<ComputeTarget[]> {
  return db.selectFrom('computeTargets').select(['id', 'name', 'kind', 'state', 'stateReason']).orderBy('createdAt').execute();
}

/** On an empty database; several servers may start at once. */
export async function insertDefaults(
  ctx: Context,
  target: { id: string; name: string },
  tiers: Omit<HardwareTier, 'version' | 'state'>[],
): Promise<void> {
  await sql`insert into compute_targets (id, name, kind) values (${target.id}, ${target.name}, 'local') on conflict do nothing`.execute(
    ctx.db,
  );
  const { count } = await ctx.db.selectFrom('hardwareTiers').select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  if (Number(count) > 0) return;
  await ctx.db
    .insertInto('hardwareTiers')
    .values(tiers)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
