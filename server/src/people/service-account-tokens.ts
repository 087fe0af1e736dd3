import { type Context, transaction } from '../platform/index.ts';
import { openServiceAccount } from './change-service-account.ts';
import { limitsOf, storeToken, type TokenInput, withdrawToken } from './tokens.ts';

/** A token of a service account, made by a person who manages it; never beyond the account's project, never with more than the maker's own token. */
export async function createServiceAccountToken(ctx: Context, id: string, input: Omit<TokenInput, 'projectId'>) {
  const account = await openServiceAccount(ctx, id, 'service-account.manage');
  const { actions } = limitsOf(ctx, input, account.projectId);
  return transaction(ctx, (tx) =>
    storeToken(tx, { ...input, ownerId: account.id, kind: 'service-account', projectId: account.projectId, actions }),
  );
}

export async function dropServiceAccountToken(ctx: Context, id: string, tokenId: string): Promise<void> {
  const account = await openServiceAccount(ctx, id, 'service-account.manage');
  await withdrawToken(ctx, { id: tokenId, ownerId: account.id, projectId: account.projectId });
}
