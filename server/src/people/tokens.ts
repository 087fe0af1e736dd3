import { type Action, allActions } from '../access/index.ts';
import { type Context, emit, forbiddenHere, invalidField, notFound, transaction } from '../platform/index.ts';
import { changeCredentials } from './change-credentials.ts';
import { makeToken } from './make-token.ts';
import { requireOwn, requireWholeAccount } from './own-affairs.ts';
import { openOwnProject } from './own-project.ts';
import { revokeToken } from './person-store.ts';

export interface TokenInput {
  name: string;
  projectId?: string;
  actions?: string[];
  expiresAt?: string;
}

/** A token of the caller's own. Those of service accounts are made by the people who manage them. */
export async function createToken(ctx: Context, input: TokenInput) {
  requireOwn(ctx, 'self.write');
  if (ctx.actor.kind === 'service-account')
    throw forbiddenHere('A service account makes no tokens. Ask an administrator or an owner of its project for one.');
  const project = input.projectId
    ? await openOwnProject(ctx, input.projectId, '/projectId')
    : (ctx.actor.limits?.projectId ?? null);
  const { projectId, actions } = limitsOf(ctx, input, project);
  return transaction(ctx, (tx) => storeToken(tx, { ...input, ownerId: ctx.actor.id, kind: 'personal', projectId, actions }));
}

/** Makes one of the caller's tokens worthless; the one that asks always may go. */
export async function dropToken(ctx: Context, id: string): Promise<void> {
  if (id !== ctx.actor.tokenId || ctx.actor.kind === 'workload') requireWholeAccount(ctx, 'self.write');
  await withdrawToken(ctx, { id, ownerId: ctx.actor.id, projectId: null });
}

/**
 * What the new token may do at most: never more than the token that asks for it.
 *
 * @throws 400 for unknown actions and a time that is past, 403 when it would carry more
 */
export function limitsOf(
  ctx: Context,
  input: Pick<TokenInput, 'actions' | 'expiresAt'>,
  projectId: string | null,
): { projectId: string | null; actions: string[] | null } {
  const unknown = (input.actions ?? []).findIndex((action) => !allActions.includes(action as Action));
  if (unknown >= 0)
    throw invalidField(`/actions/${unknown}`, `"${input.actions![unknown]}" is no action; they are listed by GET /access/roles`);
  if (input.expiresAt && Date.parse(input.expiresAt) <= ctx.platform.clock.now().getTime())
    throw invalidField('/expiresAt', 'is in the past');
  const { limits } = ctx.actor;
  if (limits?.projectId && projectId !== limits.projectId)
    throw forbiddenHere('Your token is for one project only; so are the tokens that it makes.');
  const actions = input.actions ?? limits?.actions ?? null;
  if (limits?.actions && actions?.some((action) => !limits.actions!.includes(action)))
    throw forbiddenHere('Your token does not carry all of these actions, so a token made with it cannot.');
  return { projectId, actions: actions ? [...actions] : null };
}

/** Stores it and tells its secret, once. */
export async function storeToken(
  tx: Context,
  input: {
    ownerId: string;
    name: string;
    kind: 'personal' | 'service-account';
    projectId: string | null;
    actions: string[] | null;
    expiresAt?: string;
  },
) {
  const { kind, ...token } = { ...input, expiresAt: input.expiresAt ?? null };
  const made = await makeToken(tx, { ...token, kind });
  const shown = { ...token, id: made.id, createdAt: tx.platform.clock.now().toISOString(), lastUsedAt: null };
  await emit(tx, { verb: 'token.created', object: { type: 'token', id: made.id, projectId: token.projectId }, data: shown });
  return { ...shown, token: made.token };
}

/** Makes a token of this owner worthless, in every server within five seconds. */
export async function withdrawToken(
  ctx: Context,
  token: { id: string; ownerId: string; projectId: string | null },
): Promise<void> {
  await changeCredentials(ctx, token.ownerId, async (tx) => {
    if (!(await revokeToken(tx, token.id, token.ownerId))) throw notFound('token', token.id);
    await emit(tx, {
      verb: 'token.revoked',
      object: { type: 'token', id: token.id, projectId: token.projectId },
      data: { id: token.id, ownerId: token.ownerId },
    });
  });
}
