import { deleteGrantBy, insertGrant, organizationId } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type Actor, type Context, emit, Problem } from '../platform/index.ts';
import { followProviderGroups } from './group-members.ts';
import { findPersonByEmail, findPersonOfProvider, insertPerson, linkPerson, lockSignIn } from './people-store.ts';
import { countAdministrators, findPerson } from './person-store.ts';
import type { ProviderClaims } from './provider.ts';

/** In whose name memberships and roles come and go at sign-in; `createdBy` of its grants tells them from those of administrators. */
const providerActor: Actor = { kind: 'system', id: 'oidc', name: 'Sign-in provider', subjectIds: [] };

/**
 * The person whom the provider's claims are about: known by issuer and subject; else by a verified address, made or linked; then their groups and
 * role as the provider says now. In the caller's transaction.
 *
 * @throws 403 `unverified-email`, `person-disabled`, `linked-elsewhere`
 */
export async function providerPerson(ctx: Context, claims: ProviderClaims): Promise<string> {
  const tx: Context = { ...ctx, actor: providerActor };
  await lockSignIn(tx, claims.verifiedEmail ?? claims.subject);
  const id = (await known(tx, claims)) ?? (await linked(tx, claims)) ?? (await created(tx, claims));
  await followProviderGroups(tx, id, claims.groups);
  const { adminGroup } = tx.platform.config.oidc!;
  if (adminGroup) await followAdministrators(tx, id, claims.groups.includes(adminGroup));
  return id;
}

async function known(tx: Context, claims: ProviderClaims): Promise<string | null> {
  const person = await findPersonOfProvider(tx.db, claims.issuer, claims.subject);
  if (person?.state === 'disabled') throw disabled();
  return person?.id ?? null;
}

/** Somebody whom an administrator added. An address that already stands for another subject of this provider is never given to a second one. */
async function linked(tx: Context, claims: ProviderClaims): Promise<string | null> {
  if (!claims.verifiedEmail) throw unverified();
  const person = await findPersonByEmail(tx.db, claims.verifiedEmail);
  if (!person) return null;
  if (person.state === 'disabled') throw disabled();
  if (person.oidcIssuer === claims.issuer && person.oidcSubject !== claims.subject) throw linkedElsewhere();
  await linkPerson(tx, person.id, claims);
  await emit(tx, {
    verb: 'person.linked',
    object: { type: 'person', id: person.id },
    data: { ...(await findPerson(tx, person.id))!, issuer: claims.issuer },
  });
  return person.id;
}

async function created(tx: Context, claims: ProviderClaims): Promise<string> {
  const id = newId('usr');
  const email = claims.verifiedEmail!;
  await insertPerson(tx, { id, email, name: claims.name ?? email.split('@')[0]!, passwordHash: null, state: 'active' });
  await linkPerson(tx, id, claims);
  await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: 'member' });
  await emit(tx, {
    verb: 'person.created',
    object: { type: 'person', id },
    data: { ...(await findPerson(tx, id))!, issuer: claims.issuer },
  });
  return id;
}

/** What the provider gave it takes away; who was made administrator by hand stays one, and so does the last one. */
async function followAdministrators(tx: Context, id: string, should: boolean): Promise<void> {
  const before = (await findPerson(tx, id))!;
  if (should && before.role !== 'admin') {
    await insertGrant(tx, { subjectId: id, scopeId: organizationId, role: 'admin' });
  } else if (!should && before.role === 'admin' && (await countAdministrators(tx)) > 1) {
    await deleteGrantBy(tx, { subjectId: id, scopeId: organizationId, role: 'admin', createdBy: providerActor.id });
  }
  const after = (await findPerson(tx, id))!;
  if (after.role !== before.role) await emit(tx, { verb: 'person.changed', object: { type: 'person', id }, data: after });
}

const unverified = () =>
  new Problem(403, 'unverified-email', 'The sign-in provider does not vouch for your address. Confirm it there and try again.');
const disabled = () => new Problem(403, 'person-disabled', 'Your account is disabled here. Ask an administrator.');
const linkedElsewhere = () =>
  new Problem(
    403,
    'linked-elsewhere',
    'Your address belongs to somebody else of the same sign-in provider. Ask an administrator.',
  );
