import { type Expression, type SqlBool, sql } from 'kysely';
import { type Context, type Database, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { AttemptHandle } from './executor.ts';
import type { Workload, WorkloadState } from './workload.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    workloads: Omit<Workload, 'tier' | 'context' | 'usage' | 'queuedAt' | 'version' | 'attempt' | 'fence'> & {
      attempt: Generated<number>;
      fence: Generated<number>;
      tier: string;
      context: string;
      usage: Generated<string>;
      keeper: string | null;
      handle: string | null;
      logSha256: string | null;
      logBytes: number | null;
      cancelRequestedAt: string | null;
      cancelRequestedBy: string | null;
      queuedAt: Generated<string>;
      version: Generated<number>;
    };
  }
}

/** What the dispatcher needs beside the noun. */
export interface KeptWorkload extends Workload {
  handle: AttemptHandle | null;
  keeper: string | null;
  cancelRequestedAt: string | null;
  logSha256: string | null;
  logBytes: number | null;
}

export const workloadsChannel = 'plinth_workloads';

const columns = [
  'id',
  'kind',
  'subject',
  'projectId',
  'ownerId',
  'name',
  'state',
  'stateReason',
  'attempt',
  'fence',
  'targetId',
  'tierId',
  'tier',
  'pricePerHour',
  'currency',
  'context',
  'timeoutSeconds',
  'environmentDigest',
  'host',
  'isolation',
  'folder',
  'exitCode',
  'signal',
  'usage',
  'queuedAt',
  'startingAt',
  'startedAt',
  'finishedAt',
  'version',
  'handle',
  'keeper',
  'cancelRequestedAt',
  'logSha256',
  'logBytes',
] as const;

/** JSON columns come parsed from the driver; their insert type is text. */
const asWorkload = (row: unknown): KeptWorkload => row as KeptWorkload;

const alive: WorkloadState[] = ['starting', 'running', 'stopping'];

export async function findWorkload(ctx: Context, id: string): Promise<KeptWorkload | null> {
  const row = await ctx.db.selectFrom('workloads').select(columns).where('id', '=', id).executeTakeFirst();
  return row ? asWorkload(row) : null;
}

export async function findWorkloads(ctx: Context, ids: readonly string[]): Promise<Map<string, KeptWorkload>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .selectFrom('workloads')
    .select(columns)
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, asWorkload(row)]));
}

/** All that have begun and not ended, on whatever machine. */
export async function aliveWorkloads(ctx: Context): Promise<KeptWorkload[]> {
  const rows = await ctx.db.selectFrom('workloads').select(columns).where('state', 'in', alive).execute();
  return rows.map(asWorkload);
}

export const workloadList = defineList({
  name: 'workloads',
  sort: '-queuedAt',
  id: 'id',
  fields: {
    id: fields.text('workloads.id'),
    kind: fields.text('workloads.kind'),
    subject: fields.text('workloads.subject'),
    projectId: fields.text('workloads.projectId', { nullable: true }),
    ownerId: fields.text('workloads.ownerId'),
    name: fields.text('workloads.name'),
    state: fields.text('workloads.state'),
    attempt: fields.integer('workloads.attempt'),
    tier: fields.text(sql`workloads.tier->>'name'`),
    pricePerHour: fields.number('workloads.pricePerHour'),
    host: fields.text('workloads.host', { nullable: true }),
    isolation: fields.text('workloads.isolation', { nullable: true }),
    exitCode: fields.integer('workloads.exitCode', { nullable: true }),
    queuedAt: fields.time('workloads.queuedAt'),
    startedAt: fields.time('workloads.startedAt', { nullable: true }),
    finishedAt: fields.time('workloads.finishedAt', { nullable: true }),
  },
});

export async function listWorkloads(
  ctx: Context,
  readable: Expression<SqlBool>,
  query: ListQuery & { alive?: boolean | undefined },
): Promise<Page<KeptWorkload>> {
  let rows = ctx.db.selectFrom('workloads').select(columns).where(readable);
  if (query.alive) rows = rows.where('state', 'in', ['queued', ...alive]);
  const page = await readPage(workloadList, rows, query);
  return { ...page, items: page.items.map(asWorkload) };
}

export async function insertWorkload(
  tx: Context,
  workload: Pick<
    Workload,
    | 'id'
    | 'kind'
    | 'subject'
    | 'projectId'
    | 'ownerId'
    | 'name'
    | 'targetId'
    | 'tierId'
    | 'tier'
    | 'pricePerHour'
    | 'currency'
    | 'context'
    | 'timeoutSeconds'
    | 'environmentDigest'
  > & {
    attempt: number;
  },
): Promise<KeptWorkload> {
  const row = await tx.db
    .insertInto('workloads')
    .values({
      ...workload,
      tier: JSON.stringify(workload.tier),
      context: JSON.stringify(workload.context),
      state: 'queued',
      stateReason: null,
      host: null,
      isolation: null,
      folder: null,
      exitCode: null,
      signal: null,
      keeper: null,
      handle: null,
      logSha256: null,
      logBytes: null,
      cancelRequestedAt: null,
      cancelRequestedBy: null,
      startingAt: null,
      startedAt: null,
      finishedAt: null,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await wake(tx.db);
  return asWorkload(row);
}

export async function wake(db: Database): Promise<void> {
  await sql`select pg_notify(${workloadsChannel}, '')`.execute(db);
}

export async function markCancelRequested(tx: Context, id: string): Promise<void> {
  await tx.db
    .updateTable('workloads')
    .set({ cancelRequestedAt: sql<string>`coalesce(cancel_requested_at, now())`, cancelRequestedBy: tx.actor.id })
    .where('id', '=', id)
    .execute();
  await wake(tx.db);
}

/** Takes the oldest waiting workloads of a host's turn, under a lock of that host so that two processes never promise the same room. */
export async function lockHost(
  tx: Context,
  host: string,
  sharingKinds: readonly string[],
): Promise<{ cpuCores: number; memoryBytes: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`claim ${host}`}, 0))`.execute(tx.db);
  const { rows } = await sql<{ cpuCores: number; memoryBytes: number }>`
    select coalesce(sum((tier->>'cpuCores')::float8) filter (where kind <> all(${[...sharingKinds]}::text[])), 0) as "cpuCores", coalesce(sum((tier->>'memoryBytes')::float8), 0) as "memoryBytes"
    from workloads where host = ${host} and state = any(${alive}::text[])`.execute(tx.db);
  return rows[0]!;
}

/** The oldest in the queue, past the first `passed` of them. */
export async function nextQueued(tx: Context, limit: number, passed: number): Promise<KeptWorkload[]> {
  const rows = await tx.db
    .selectFrom('workloads')
    .select(columns)
    .where('state', '=', 'queued')
    .where('cancelRequestedAt', 'is', null)
    .orderBy('queuedAt')
    .orderBy('id')
    .limit(limit)
    .offset(passed)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(asWorkload);
}

export async function claim(tx: Context, id: string, host: string, keeper: string): Promise<KeptWorkload> {
  const row = await tx.db
    .updateTable('workloads')
    .set({
      state: 'starting',
      host,
      keeper,
      fence: sql<number>`fence + 1`,
      startingAt: sql<string>`now()`,
      stateReason: null,
      version: sql<number>`version + 1`,
    })
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow();
  return asWorkload(row);
}

export async function setStateReason(tx: Context, workload: KeptWorkload, reason: string): Promise<void> {
  // Asked for at every look at the queue; written when it says something new.
  if (workload.stateReason === reason) return;
  await tx.db
    .updateTable('workloads')
    .set({ stateReason: reason })
    .where('id', '=', workload.id)
    .where('state', '=', 'queued')
    .execute();
}

/**
 * Writes a state with the fence in the condition: a late writer of an older attempt, or one who lost the race to finish it, changes nothing.
 *
 * @returns the row after the change, or null when it was not to be
 */
export async function moveState(
  tx: Context,
  workload: { id: string; fence: number },
  from: readonly WorkloadState[],
  change: Partial<{
    state: WorkloadState;
    stateReason: string | null;
    handle: AttemptHandle;
    isolation: string;
    folder: string;
    startedAt: string;
    finishedAt: string;
    exitCode: number | null;
    signal: string | null;
    usage: Workload['usage'];
    logSha256: string;
    logBytes: number;
  }>,
): Promise<KeptWorkload | null> {
  const { handle, usage, ...plain } = change;
  const row = await tx.db
    .updateTable('workloads')
    .set({
      ...plain,
      ...(handle ? { handle: JSON.stringify(handle) } : {}),
      ...(usage ? { usage: JSON.stringify(usage) } : {}),
      version: sql<number>`version + 1`,
    })
    .where('id', '=', workload.id)
    .where('fence', '=', workload.fence)
    .where('state', 'in', [...from])
    .returning(columns)
    .executeTakeFirst();
  return row ? asWorkload(row) : null;
}

/** Workloads of this host whose keeper is gone, taken over. */
export async function adoptOrphans(
  ctx: Context,
  host: string,
  keeper: string,
  deadAfterSeconds: number,
): Promise<KeptWorkload[]> {
  const rows = await ctx.db
    .updateTable('workloads')
    .set({ keeper })
    .where('host', '=', host)
    .where('state', 'in', alive)
    .where(
      sql<SqlBool>`(keeper is null or not exists (select 1 from server_processes p where p.id = workloads.keeper and p.heartbeat_at > now() - make_interval(secs => ${deadAfterSeconds})))`,
    )
    .returning(columns)
    .execute();
  return rows.map(asWorkload);
}

/** Workloads of hosts from which nobody was heard for so long that they are given up. */
export async function ofDeadHosts(ctx: Context, host: string, deadSeconds: number): Promise<KeptWorkload[]> {
  const rows = await ctx.db
    .selectFrom('workloads')
    .select(columns)
    .where('host', '!=', host)
    .where('state', 'in', alive)
    .where(
      sql<SqlBool>`not exists (select 1 from server_processes p where p.host = workloads.host and p.heartbeat_at > now() - make_interval(secs => ${deadSeconds}))`,
    )
    .limit(500)
    .execute();
  return rows.map(asWorkload);
}

export async function withCancelRequested(ctx: Context, keeper: string): Promise<KeptWorkload[]> {
  const rows = await ctx.db
    .selectFrom('workloads')
    .select(columns)
    .where('cancelRequestedAt', 'is not', null)
    .where((eb) =>
      eb.or([eb('state', '=', 'queued'), eb.and([eb('state', 'in', ['starting', 'running']), eb('keeper', '=', keeper)])]),
    )
    .limit(500)
    .execute();
  return rows.map(asWorkload);
}

export async function keptBy(ctx: Context, keeper: string): Promise<KeptWorkload[]> {
  const rows = await ctx.db
    .selectFrom('workloads')
    .select(columns)
    .where('keeper', '=', keeper)
    .where('state', 'in', alive)
    .execute();
  return rows.map(asWorkload);
}
