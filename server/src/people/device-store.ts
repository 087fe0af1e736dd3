import { type Selectable, sql } from 'kysely';
import type { Context } from '../platform/index.ts';

type Generated<T> = import('kysely').Generated<T>;

interface DeviceTable {
  deviceHash: string;
  userHash: string;
  /** What the program calls itself, and where it asked from: shown to the person before they decide. */
  name: string;
  address: string;
  state: Generated<'pending' | 'approved' | 'denied'>;
  personId: string | null;
  createdAt: Generated<string>;
  expiresAt: string;
  polledAt: string | null;
}

declare module '../platform/database/tables.ts' {
  interface Tables {
    deviceSignIns: DeviceTable;
  }
}

export type DeviceSignIn = Selectable<DeviceTable>;

export async function insertDevice(
  tx: Context,
  row: Pick<DeviceSignIn, 'deviceHash' | 'userHash' | 'name' | 'address'>,
  lifeSeconds: number,
): Promise<string> {
  await tx.db.deleteFrom('deviceSignIns').where('expiresAt', '<', sql<string>`now() - interval '1 hour'`).execute();
  const { expiresAt } = await tx.db
    .insertInto('deviceSignIns')
    .values({ ...row, personId: null, polledAt: null, expiresAt: sql<string>`now() + make_interval(secs => ${lifeSeconds})` })
    .returning('expiresAt')
    .executeTakeFirstOrThrow();
  return expiresAt;
}

/** One that still waits for a decision. */
export async function findDevice(ctx: Context, userHash: string): Promise<DeviceSignIn | null> {
  const row = await ctx.db
    .selectFrom('deviceSignIns')
    .selectAll()
    .where('userHash', '=', userHash)
    .where('state', '=', 'pending')
    .where('expiresAt', '>', sql<string>`now()`)
    .executeTakeFirst();
  return row ?? null;
}

/** @returns null when it was decided or ran out meanwhile */
export async function decideDevice(
  tx: Context,
  userHash: string,
  state: 'approved' | 'denied',
  personId: string,
): Promise<DeviceSignIn | null> {
  const row = await tx.db
    .updateTable('deviceSignIns')
    .set({ state, personId })
    .where('userHash', '=', userHash)
    .where('state', '=', 'pending')
    .where('expiresAt', '>', sql<string>`now()`)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Notes that the program asked; `tooSoon` when it did so less than the given time after it last did. */
export async function pollDevice(
  ctx: Context,
  deviceHash: string,
  restSeconds: number,
): Promise<(DeviceSignIn & { over: boolean; tooSoon: boolean }) | null> {
  const found = await ctx.db
    .selectFrom('deviceSignIns')
    .selectAll()
    .select(sql<boolean>`expires_at <= now()`.as('over'))
    .where('deviceHash', '=', deviceHash)
    .executeTakeFirst();
  if (!found) return null;
  const noted = await ctx.db
    .updateTable('deviceSignIns')
    .set({ polledAt: sql<string>`now()` })
    .where('deviceHash', '=', deviceHash)
    .where((eb) =>
      eb.or([eb('polledAt', 'is', null), eb('polledAt', '<', sql<string>`now() - make_interval(secs => ${restSeconds})`)]),
    )
    .executeTakeFirst();
  return { ...found, tooSoon: Number(noted.numUpdatedRows) === 0 };
}

/** Takes what was approved: whoever gets the row, and nobody after them, may make the token. */
export async function takeDevice(tx: Context, deviceHash: string): Promise<string | null> {
  const row = await tx.db
    .deleteFrom('deviceSignIns')
    .where('deviceHash', '=', deviceHash)
    .where('state', '=', 'approved')
    .where('expiresAt', '>', sql<string>`now()`)
    .returning('personId')
    .executeTakeFirst();
  return row?.personId ?? null;
}
