import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import { type Context, countRefusal, emit, Problem, transaction } from '../platform/index.ts';
import { cookieName } from './authenticate.ts';
import { changeCredentials } from './change-credentials.ts';
import { checkPassword } from './passwords.ts';
import { findPersonByEmail } from './people-store.ts';
import { countAttempts, findPerson, forgetAttempt, forgetAttempts, type Person } from './person-store.ts';
import { insertSession } from './session-store.ts';
import { endSessions } from './sessions.ts';
import { takeTicket } from './ticket-store.ts';

const attemptsBeforeWait = 10;

/** Signs in with a password. The same answer, in the same time, for an unknown address and a wrong password; slowed down by account and address. */
export async function signIn(
  ctx: Context,
  input: { email: string; password: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Person> {
  const account = `account ${input.email.toLowerCase()}`;
  const address = `address ${request.ip}`;
  if ((await countAttempts(ctx, [account, address])) > attemptsBeforeWait) {
    throw new Problem(
      429,
      'too-many-attempts',
      'Too many tries for this account or from this address. Wait a quarter of an hour and try again.',
      { headers: { 'retry-after': '900' } },
    );
  }
  const person = await findPersonByEmail(ctx.db, input.email);
  const matches = await checkPassword(person?.passwordHash ?? null, input.password);
  if (!person || !matches || person.state !== 'active') {
    countRefusal(ctx.platform, 'bad-password');
    throw new Problem(
      401,
      'bad-credentials',
      'The address or the password is wrong. Try again, or ask an administrator for a sign-in link.',
    );
  }
  await forgetAttempts(ctx, account);
  // Of the address only this one is forgotten: an office behind one address may sign in, and who guesses gains nothing by signing in as themselves.
  await forgetAttempt(ctx, address);
  return beginSession(ctx, person.id, request, reply);
}

/** Signs in with a link that was printed or sent; it is good once. */
export async function signInByTicket(
  ctx: Context,
  ticket: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Person> {
  const personId = await transaction(ctx, (tx) => takeTicket(tx, sha256(ticket)));
  const person = personId ? await findPerson(ctx, personId) : null;
  if (!person || person.state === 'disabled') {
    countRefusal(ctx.platform, 'bad-ticket');
    throw new Problem(
      401,
      'bad-ticket',
      'This sign-in link was used before or is older than ten minutes. Start Plinth again for a new one, or use your password.',
    );
  }
  return beginSession(ctx, person.id, request, reply);
}

export async function beginSession(
  ctx: Context,
  personId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Person> {
  const secret = newSecret('');
  const person = (await findPerson(ctx, personId))!;
  const asPerson: Context = { ...ctx, actor: { kind: 'person', id: personId, name: person.name, subjectIds: [personId] } };
  await transaction(asPerson, async (tx) => {
    const id = newId('ses');
    await insertSession(tx, {
      id,
      hash: sha256(secret),
      personId,
      address: request.ip,
      agent: String(request.headers['user-agent'] ?? '').slice(0, 300),
    });
    await emit(tx, { verb: 'session.created', object: { type: 'session', id }, data: { id, personId, address: request.ip } });
  });
  const { publicUrl } = ctx.platform.config;
  reply.setCookie(cookieName(publicUrl), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl.startsWith('https:'),
    maxAge: 14 * 86_400,
  });
  return person;
}

/** Ends the session of the cookie that came; harmless without one. */
export async function signOut(ctx: Context, reply: FastifyReply): Promise<void> {
  reply.clearCookie(cookieName(ctx.platform.config.publicUrl), { path: '/' });
  const { sessionId, id } = ctx.actor;
  if (!sessionId) return;
  await changeCredentials(ctx, id, (tx) => endSessions(tx, id, { only: sessionId }));
}
