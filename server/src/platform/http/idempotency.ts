import { sql } from 'kysely';
import { canonicalJson } from '../../kit/canonical-json.ts';
import { sha256 } from '../../kit/digest.ts';
import { type Context, transaction } from '../context.ts';
import { conflict, invalidField } from '../problem.ts';

declare module '../database/tables.ts' {
  interface Tables {
    idempotencyKeys: {
      actorId: string;
      key: string;
      requestSha256: string;
      status: number;
      body: string | null;
      createdAt: import('kysely').Generated<string>;
    };
  }
}

const keptDays = 7;

/**
 * Runs a create once for each key of a caller: the whole operation and the record of its answer are one transaction, so however often
 * and however parallel the same request comes, and wherever the server dies, it happened once or not at all.
 */
export async function once(
  ctx: Context,
  key: string,
  request: { method: string; url: string; body: unknown },
  status: () => number,
  work: (tx: Context) => Promise<unknown>,
): Promise<{ body: unknown; replayed: boolean; status: number }> {
  if (key.length < 1 || key.length > 200 || !/^[\x21-\x7e]+$/.test(key)) {
    throw invalidField('header/Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
  }
  const digest = sha256(canonicalJson(request));
  return transaction(ctx, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${ctx.actor.id} ${key}`}, 0))`.execute(tx.db);
    const before = await tx.db
      .selectFrom('idempotencyKeys')
      .selectAll()
      .where('actorId', '=', ctx.actor.id)
      .where('key', '=', key)
      .executeTakeFirst();
    if (before) {
      if (before.requestSha256 !== digest) {
        throw conflict(
          'idempotency-key-reused',
          `The Idempotency-Key "${key}" was used for another request. Use a new key for a new request.`,
        );
      }
      return { body: before.body as unknown, replayed: true, status: before.status };
    }
    const body = (await work(tx)) ?? null;
    await tx.db
      .insertInto('idempotencyKeys')
      .values({ actorId: ctx.actor.id, key, requestSha256: digest, status: status(), body: JSON.stringify(body) })
      .execute();
    // Whoever adds one takes a few away that nobody repeats any more; the answers in them are no record.
    await sql`delete from idempotency_keys where (actor_id, key) in (select actor_id, key from idempotency_keys
      where created_at < now() - make_interval(days => ${keptDays}) order by created_at limit 20 for update skip locked)`.execute(
      tx.db,
    );
    return { body, replayed: false, status: status() };
  });
}
