import { sha256 } from '../kit/digest.ts';
import { LRUCache } from '../kit/lru-cache.ts';
import { type Actor, type Authenticate, asProblem, countRefusal, type Platform, Problem } from '../platform/index.ts';
import { credentialsChannel } from './change-credentials.ts';
import { type Principal, principalOfSession, principalOfToken, touchToken } from './people-store.ts';
import { touchSession } from './session-store.ts';

/** A revoked credential must be refused within five seconds in every process, also in one that heard nothing of it: the longest that one is remembered. */
const rememberMilliseconds = 3_000;
/** While the database cannot be asked, who was known a moment ago still is: what needs no database, as predictions, goes on. */
const lastKnownMilliseconds = 15 * 60_000;

export const cookieName = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Host-plinth_session' : 'plinth_session';

/** Bearer token, Basic with the token as password (what MLflow clients and git send), or the session cookie of the UI. */
export function makeAuthenticate(platform: Platform): Authenticate {
  const remembered = new LRUCache<Actor>(5_000, rememberMilliseconds);
  const lastKnown = new LRUCache<Actor>(5_000, lastKnownMilliseconds);
  const cookie = cookieName(platform.config.publicUrl);
  platform.signals.on(credentialsChannel, (ownerId) => {
    remembered.deleteWhere((actor) => !ownerId || actor.id === ownerId);
    if (ownerId) lastKnown.deleteWhere((actor) => actor.id === ownerId);
  });

  return async (request) => {
    const token = tokenOf(request.headers.authorization);
    const secret = token ?? request.cookies[cookie];
    if (secret === undefined) return null;
    const hash = sha256(secret);
    const byCookie = token === undefined;
    const known = remembered.get(hash);
    if (known) return { actor: known, byCookie };
    const db = platform.database.db;
    let principal: Principal | null;
    try {
      principal = byCookie ? await principalOfSession(db, { hash }) : await principalOfToken(db, { hash });
    } catch (error) {
      const last = asProblem(error).status === 503 ? lastKnown.get(hash) : undefined;
      if (!last) throw error;
      return { actor: last, byCookie };
    }
    if (!principal) {
      lastKnown.delete(hash);
      if (byCookie) return null;
      countRefusal(platform, 'bad-token');
      throw new Problem(401, 'bad-token', 'The token is unknown, expired or revoked. Make a new one under Account, Tokens.', {
        headers: {
          'www-authenticate': request.url.startsWith('/git/')
            ? 'Basic realm="Plinth"'
            : 'Bearer realm="Plinth", error="invalid_token"',
        },
      });
    }
    if (principal.tokenId) await touchToken(db, principal.tokenId, request.ip);
    if (principal.sessionId) await touchSession(db, principal.sessionId, request.ip);
    const actor = actorOf(principal);
    remembered.set(hash, actor);
    lastKnown.set(hash, actor);
    return { actor, byCookie };
  };
}

/** For what stays open: the caller as they are now, with the groups of now; null when the token or session that they came with is no longer good. */
export async function actorNow(platform: Platform, actor: Actor): Promise<Actor | null> {
  const { db } = platform.database;
  const { tokenId, sessionId } = actor;
  if (!tokenId && !sessionId) return actor;
  const principal = tokenId ? await principalOfToken(db, { id: tokenId }) : await principalOfSession(db, { id: sessionId! });
  return principal ? actorOf(principal) : null;
}

function tokenOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme, value = ''] = header.split(/\s+/, 2);
  if (/^bearer$/i.test(scheme!)) return value;
  if (/^basic$/i.test(scheme!)) {
    const [user = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
    // Some clients put the token in the place of the name and leave the password empty.
    return password.join(':') || user;
  }
  return '';
}

function actorOf(principal: Principal): Actor {
  const limits = {
    ...(principal.projectId ? { projectId: principal.projectId } : {}),
    ...(principal.actions ? { actions: principal.actions } : {}),
  };
  return {
    kind: principal.workloadId ? 'workload' : principal.kind,
    id: principal.id,
    name: principal.name,
    subjectIds: principal.subjectIds,
    ...(principal.tokenId ? { tokenId: principal.tokenId } : {}),
    ...(principal.sessionId ? { sessionId: principal.sessionId } : {}),
    ...(principal.workloadId ? { workloadId: principal.workloadId } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(principal.projectId
      ? { defaultProjectId: principal.projectId }
      : principal.defaultProjectId
        ? { defaultProjectId: principal.defaultProjectId }
        : {}),
  };
}
