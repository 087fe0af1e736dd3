import { sql } from 'kysely';
import { insertGrant, insertOrganization, organizationId } from '../access/index.ts';
import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import { type Context, emit, type Platform, systemContext, transaction } from '../platform/index.ts';
import { makeToken } from './make-token.ts';
import { hashPassword } from './passwords.ts';
import { insertPerson } from './people-store.ts';
import { insertTicket } from './ticket-store.ts';

/** On an empty database: the organization and its first administrator. Run at every start, by several servers at once too. */
export async function ensureFirstAdministrator(platform: Platform): Promise<{ created: boolean; personId: string }> {
  const { config } = platform;
  return transaction(systemContext(platform, 'start'), async (tx) => {
    await sql`select pg_advisory_xact_lock(7546203)`.execute(tx.db);
    const organization = await tx.db.selectFrom('organizations').select('id').where('id', '=', organizationId).executeTakeFirst();
    if (organization) {
      const admin = await tx.db
        .selectFrom('grants')
        .innerJoin('people', 'people.id', 'grants.subjectId')
        .select('people.id')
        .where('grants.scopeId', '=', organizationId)
        .where('grants.role', '=', 'admin')
        .where('people.state', '=', 'active')
        .orderBy('people.createdAt')
        .executeTakeFirst();
      return { created: false, personId: admin?.id ?? '' };
    }
    await insertOrganization(tx, { id: organizationId, name: 'Organization' });
    const id = newId('usr');
    const person = { id, email: config.adminEmail, name: nameFrom(config.adminEmail), state: 'active' as const };
    await insertPerson(tx, { ...person, passwordHash: config.adminPassword ? await hashPassword(config.adminPassword) : null });
    await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: 'admin' });
    if (config.adminToken)
      await makeToken(tx, { ownerId: id, name: 'First administrator', kind: 'personal', secret: config.adminToken });
    await emit(tx, { verb: 'person.created', object: { type: 'person', id }, data: { ...person, role: 'admin' } });
    return { created: true, personId: id };
  });
}

/** A link that signs its person in once, for ten minutes; what `npm start` prints. */
export async function makeSignInLink(ctx: Context, personId: string): Promise<string> {
  const ticket = newSecret('');
  await insertTicket(ctx, sha256(ticket), personId);
  return `${ctx.platform.config.publicUrl}/sign-in?ticket=${ticket}`;
}

/** The token for MLflow clients that `npm start` prints: 24 hours, new at every start. */
export async function makeStartToken(ctx: Context, personId: string): Promise<string> {
  const expiresAt = new Date(ctx.platform.clock.now().getTime() + 24 * 3_600_000).toISOString();
  return (await makeToken(ctx, { ownerId: personId, name: 'Printed at start', kind: 'start', expiresAt })).token;
}

function nameFrom(email: string): string {
  const local = email
    .split('@')[0]!
    .replaceAll(/[._-]+/g, ' ')
    .trim();
  return local ? local.replace(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase()) : email;
}
