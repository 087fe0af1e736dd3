import { type Static, Type } from 'typebox';
import { organization, require } from '../access/index.ts';
import { type Context, emit, notFound, nullable, timestamp } from '../platform/index.ts';
import { changeCredentials } from './change-credentials.ts';
import { deviceOf } from './device.ts';
import { requireWholeAccount } from './own-affairs.ts';
import { findPerson } from './person-store.ts';
import { revokeSessions, type SessionRow, sessionsOf } from './session-store.ts';

export const sessionSchema = Type.Object({
  id: Type.String(),
  device: Type.String({ description: 'Browser and system in words, as far as it says.' }),
  address: nullable(Type.String()),
  current: Type.Boolean({ description: 'The one that asks.' }),
  createdAt: timestamp,
  lastSeenAt: timestamp,
  expiresAt: timestamp,
});
export type Session = Static<typeof sessionSchema>;

export async function listOwnSessions(ctx: Context): Promise<Session[]> {
  requireWholeAccount(ctx, 'self.read');
  return (await sessionsOf(ctx, ctx.actor.id)).map((row) => present(ctx, row));
}

/** Ends one of the caller's own sessions, or with no id all but the one that asks. */
export async function endOwnSessions(ctx: Context, id?: string): Promise<void> {
  requireWholeAccount(ctx, 'self.write');
  await changeCredentials(ctx, ctx.actor.id, async (tx) => {
    const ended = await endSessions(tx, ctx.actor.id, id === undefined ? { except: ctx.actor.sessionId } : { only: id });
    if (id !== undefined && ended === 0) throw notFound('session', id);
  });
}

export async function listSessionsOf(ctx: Context, personId: string): Promise<Session[]> {
  await openPerson(ctx, personId);
  return (await sessionsOf(ctx, personId)).map((row) => present(ctx, row));
}

/** For administrators: ends one session of a person, or all. */
export async function endSessionsOf(ctx: Context, personId: string, id?: string): Promise<void> {
  await openPerson(ctx, personId);
  await changeCredentials(ctx, personId, async (tx) => {
    const ended = await endSessions(tx, personId, id === undefined ? {} : { only: id });
    if (id !== undefined && ended === 0) throw notFound('session', id);
  });
}

/** Ends them with an event each; for callers who asked for the right themselves. @returns how many */
export async function endSessions(
  tx: Context,
  personId: string,
  which: { only?: string; except?: string | undefined } = {},
): Promise<number> {
  const ended = await revokeSessions(tx, personId, which);
  for (const { id, ...rest } of ended)
    await emit(tx, { verb: 'session.ended', object: { type: 'session', id }, data: { id, ...rest } });
  return ended.length;
}

async function openPerson(ctx: Context, id: string): Promise<void> {
  await require(ctx, 'person.manage', organization);
  if (!(await findPerson(ctx, id))) throw notFound('person', id);
}

const present = (ctx: Context, { agent, personId: _personId, ...row }: SessionRow): Session => ({
  ...row,
  device: deviceOf(agent ?? ''),
  current: row.id === ctx.actor.sessionId,
});
