import { type Expression, type SqlBool, sql } from 'kysely';
import { organizationId } from '../access/index.ts';
import { subjectName } from '../people/index.ts';
import { type Context, type Database, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { ChannelKind, ChannelState, NotificationChannel } from './notification-channel.ts';

type Generated<T> = import('kysely').Generated<T>;

declare module '../platform/database/tables.ts' {
  interface Tables {
    notificationChannels: {
      id: string;
      projectId: string | null;
      name: string;
      kind: ChannelKind;
      sealedUrl: string | null;
      shownUrl: string | null;
      sealedSecret: string | null;
      types: string[];
      roles: string[];
      personIds: string[];
      state: Generated<ChannelState>;
      failures: Generated<number>;
      failingSince: string | null;
      lastError: string | null;
      lastDeliveredAt: string | null;
      notBefore: string | null;
      claimedBy: string | null;
      claimedUntil: string | null;
      createdBy: string;
      createdAt: Generated<string>;
      updatedAt: Generated<string>;
      version: Generated<number>;
    };
  }
}

const select = (ctx: Context) =>
  ctx.db
    .selectFrom('notificationChannels')
    .select([
      'notificationChannels.id',
      'notificationChannels.projectId',
      'notificationChannels.name',
      'notificationChannels.kind',
      'notificationChannels.shownUrl as url',
      'notificationChannels.types',
      'notificationChannels.roles',
      'notificationChannels.state',
      'notificationChannels.failures',
      'notificationChannels.failingSince',
      'notificationChannels.lastError',
      'notificationChannels.lastDeliveredAt',
      'notificationChannels.createdBy',
      'notificationChannels.createdAt',
      'notificationChannels.updatedAt',
      'notificationChannels.version',
    ])
    .select([
      sql<string | null>`(select slug from projects where projects.id = notification_channels.project_id)`.as('projectSlug'),
      sql<
        { id: string; name: string }[]
      >`(select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name), '[]')
        from people p where p.id = any(notification_channels.person_ids))`.as('people'),
      waitingCount.as('waiting'),
      sql<
        string | null
      >`case when notification_channels.failures > 0 and ${waitingCount} > 0 then notification_channels.not_before end`.as(
        'nextAttemptAt',
      ),
      subjectName(sql.ref('notification_channels.created_by')).as('createdByName'),
    ]);

const waitingCount = sql<number>`(select count(*)::int from notification_deliveries d
  where d.channel_id = notification_channels.id and d.state = 'waiting')`;

export async function findChannel(ctx: Context, id: string): Promise<NotificationChannel | null> {
  const row = await select(ctx).where('notificationChannels.id', '=', id).executeTakeFirst();
  return (row as unknown as NotificationChannel | undefined) ?? null;
}

/** Where its rights hang, as SQL. */
export const scopeOfChannel = sql`coalesce(notification_channels.project_id, ${organizationId})`;

export const channelList = defineList({
  name: 'notification-channels',
  sort: '-createdAt',
  id: 'id',
  fields: {
    id: fields.text('notificationChannels.id'),
    projectId: fields.text('notificationChannels.projectId', { nullable: true }),
    name: fields.text('notificationChannels.name'),
    kind: fields.text('notificationChannels.kind'),
    state: fields.text('notificationChannels.state'),
    failures: fields.integer('notificationChannels.failures'),
    createdAt: fields.time('notificationChannels.createdAt'),
  },
});

/** @param projectId those of a project, with those of all projects beside them when asked so; null for no matter which */
export async function listChannels(
  ctx: Context,
  { readable, projectId }: { readable: Expression<SqlBool>; projectId: string | null },
  query: ListQuery,
): Promise<Page<NotificationChannel>> {
  let rows = select(ctx).where(readable);
  if (projectId) rows = rows.where('notificationChannels.projectId', '=', projectId);
  return (await readPage(channelList, rows, query)) as unknown as Page<NotificationChannel>;
}

export interface ChannelRow {
  id: string;
  projectId: string | null;
  name: string;
  kind: ChannelKind;
  sealedUrl: string | null;
  shownUrl: string | null;
  sealedSecret: string | null;
  types: string[];
  roles: string[];
  personIds: string[];
}

export async function insertChannel(tx: Context, row: ChannelRow): Promise<void> {
  await tx.db
    .insertInto('notificationChannels')
    .values({
      ...row,
      failingSince: null,
      lastError: null,
      lastDeliveredAt: null,
      notBefore: null,
      claimedBy: null,
      claimedUntil: null,
      createdBy: tx.actor.id,
    })
    .execute();
}

export async function updateChannel(
  tx: Context,
  id: string,
  change: Partial<Omit<ChannelRow, 'id' | 'projectId' | 'kind'>> & { state?: ChannelState },
): Promise<void> {
  // What failed before the change says nothing about what is now: the next message is tried at once.
  await tx.db
    .updateTable('notificationChannels')
    .set({ ...change, failures: 0, failingSince: null, lastError: null, notBefore: null })
    .set({ updatedAt: sql<string>`now()`, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

export async function deleteChannel(tx: Context, id: string): Promise<void> {
  await tx.db.deleteFrom('notificationChannels').where('id', '=', id).execute();
}

/** Of those who tell of a type in a project, what it takes to tell. A channel tells of nothing that was before it. */
export async function channelsFor(
  ctx: Context,
  event: { type: string; projectId: string; time: string },
): Promise<Pick<ChannelRow, 'id' | 'kind' | 'roles' | 'personIds'>[]> {
  return ctx.db
    .selectFrom('notificationChannels')
    .select(['id', 'kind', 'roles', 'personIds'])
    .where('state', '=', 'active')
    .where((eb) => eb.or([eb('projectId', 'is', null), eb('projectId', '=', event.projectId)]))
    .where(sql<SqlBool>`${event.type} = any(types)`)
    .where('createdAt', '<=', event.time)
    .where(sql<SqlBool>`exists (select 1 from projects p where p.id = ${event.projectId} and p.deleted_at is null)`)
    .orderBy('id')
    .execute();
}

export type ClaimedChannel = Pick<ChannelRow, 'id' | 'name' | 'kind' | 'sealedUrl' | 'sealedSecret'> & { failures: number };

const claimSeconds = 120;

/** Takes channels that have something to send, so that one process works on each. */
export async function claimChannels(db: Database, owner: string, limit: number): Promise<ClaimedChannel[]> {
  const { rows } = await sql<ClaimedChannel>`
    with due as (
      select id from notification_channels c
      where state = 'active' and (not_before is null or not_before <= now()) and (claimed_until is null or claimed_until < now())
        and exists (select 1 from notification_deliveries d where d.channel_id = c.id and d.state = 'waiting')
      order by not_before nulls first, id limit ${limit} for update skip locked)
    update notification_channels c set claimed_by = ${owner}, claimed_until = now() + make_interval(secs => ${claimSeconds})
    from due where c.id = due.id
    returning c.id, c.name, c.kind, c.sealed_url as "sealedUrl", c.sealed_secret as "sealedSecret", c.failures`.execute(db);
  return rows;
}

/** Whether a claim still holds; it holds on from now. */
export async function keepClaim(db: Database, owner: string, id: string): Promise<boolean> {
  const result = await sql`update notification_channels set claimed_until = now() + make_interval(secs => ${claimSeconds})
    where id = ${id} and claimed_by = ${owner} and claimed_until > now() and state = 'active'`.execute(db);
  return Number(result.numAffectedRows ?? 0) === 1;
}

export async function releaseClaim(db: Database, owner: string, id: string): Promise<void> {
  await sql`update notification_channels set claimed_by = null, claimed_until = null where id = ${id} and claimed_by = ${owner}`.execute(
    db,
  );
}

export async function noteSuccess(db: Database, id: string): Promise<void> {
  await sql`update notification_channels set failures = 0, failing_since = null, last_error = null, not_before = null, last_delivered_at = now()
    where id = ${id}`.execute(db);
}

export async function noteFailure(db: Database, id: string, error: string, waitMilliseconds: number): Promise<void> {
  await sql`update notification_channels set failures = failures + 1, failing_since = coalesce(failing_since, now()), last_error = ${error},
    not_before = now() + make_interval(secs => ${waitMilliseconds / 1000}) where id = ${id}`.execute(db);
}

export async function sealedOf(ctx: Context, id: string): Promise<ClaimedChannel> {
  return ctx.db
    .selectFrom('notificationChannels')
    .select(['id', 'name', 'kind', 'sealedUrl', 'sealedSecret', 'failures'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
