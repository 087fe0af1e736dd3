import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import { actorNow } from '../people/index.ts';
import { type Context, Problem, transaction } from '../platform/index.ts';
import { type ArtifactLink, findLink, insertLink } from './artifact-upload-store.ts';

/** A week is what buckets allow of theirs. */
export const longestLinkSeconds = 7 * 24 * 3600;

/** Makes a secret that stands for the caller, for one file and one action. @returns it */
export async function makeLink(ctx: Context, link: Omit<ArtifactLink, 'actor'>, validSeconds: number): Promise<string> {
  const secret = newSecret('lnk_');
  const expiresAt = new Date(ctx.platform.clock.now().getTime() + validSeconds * 1000).toISOString();
  await transaction(ctx, (tx) =>
    insertLink(tx, { ...link, actor: ctx.actor, id: newId('lnk'), secretHash: sha256(secret), expiresAt }),
  );
  return secret;
}

/** The link's maker as caller, with the rights of now. @throws 401 when it is over, or the maker's token or session is */
export async function useLink(
  ctx: Context,
  secret: string,
  action: ArtifactLink['action'],
): Promise<{ ctx: Context; link: ArtifactLink }> {
  const link = await findLink(ctx, sha256(secret));
  const actor = link?.action === action ? await actorNow(ctx.platform, link.actor) : null;
  if (!link || !actor)
    throw new Problem(401, 'unauthenticated', 'This address is not, or no longer, good for that. Ask for another one.');
  return { ctx: { ...ctx, actor, addressedProject: link.projectId }, link };
}
