import { sql } from 'kysely';
import { type Context, transaction } from '../platform/index.ts';

/** On it every process hears whose sessions, tokens or account have changed. */
export const credentialsChannel = 'plinth_credentials';

/** A transaction after which nobody is taken for who they were before: at once in this process, within moments in every other. */
export async function changeCredentials<T>(ctx: Context, ownerId: string, work: (tx: Context) => Promise<T>): Promise<T> {
  const result = await transaction(ctx, async (tx) => {
    const made = await work(tx);
    await sql`select pg_notify(${credentialsChannel}, ${ownerId})`.execute(tx.db);
    return made;
  });
  ctx.platform.signals.here(credentialsChannel, ownerId);
  return result;
}
