import type { Logger } from 'pino';
import type { BlobStore } from './blobs/blob-store.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database, OpenDatabase } from './database/database.ts';
import type { Signals } from './database/listen.ts';
import { Refusal } from './refusal.ts';

/** The ground that every operation stands on; made once in `main/`. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly database: OpenDatabase;
  readonly blobs: BlobStore;
  readonly signals: Signals;
}

/** Who is asking. `subjectIds` are the person's or service account's own id and those of their groups: the keys under which grants are found. */
export interface Actor {
  readonly kind: 'person' | 'service-account' | 'workload' | 'system' | 'anonymous';
  /** The person or service account; for a workload the one who started it, in whose name it acts. */
  readonly id: string;
  readonly name: string;
  readonly subjectIds: readonly string[];
  readonly tokenId?: string;
  readonly sessionId?: string;
  /** Set when the request comes from inside something that Plinth runs. */
  readonly workloadId?: string;
  /** What a token may do at most, whatever its owner may do. */
  readonly limits?: { readonly projectId?: string; readonly actions?: readonly string[] };
  readonly defaultProjectId?: string;
}

/** What an operation is given: who asks, the database (a transaction inside `transaction`), the clock and the rest of the ground. */
export interface Context {
  readonly platform: Platform;
  readonly actor: Actor;
  readonly db: Database;
  readonly requestId: string;
  readonly log: Logger;
  readonly inTransaction: boolean;
  /** In a transaction: notes a refusal that is settled when it ends, also when the operation goes on without what was refused. */
  readonly refuse?: (refusal: Refusal) => void;
  /** The actions on which a decision was taken for this request; the edge refuses to send an answer of a route whose action is not among them. */
  readonly decided: Set<string>;
  /** A project named by the address itself (`/mlflow/{project}/…`), before the caller's default. */
  readonly addressedProject?: string;
}

export const systemActor: Actor = { kind: 'system', id: 'system', name: 'Plinth', subjectIds: [] };
export const anonymousActor: Actor = { kind: 'anonymous', id: 'anonymous', name: 'nobody', subjectIds: [] };

/** A context for work that no request asked for (start-up, dispatcher, listeners). */
export function systemContext(platform: Platform, requestId = 'system'): Context {
  return {
    platform,
    actor: systemActor,
    db: platform.database.db,
    requestId,
    log: platform.log,
    inTransaction: false,
    decided: new Set(),
  };
}

const retriable = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction: the change, its event and its lineage edges commit together or not at all.
 * Inside a transaction it joins it. Deadlocks and serialization failures are tried again, so `work` must have no effect outside the database
 * that may not happen twice.
 */
export async function transaction<T>(ctx: Context, work: (tx: Context) => Promise<T>): Promise<T> {
  if (ctx.inTransaction) return work(ctx);
  for (let attempt = 1; ; attempt++) {
    const refusals: Refusal[] = [];
    let result: T;
    try {
      result = await ctx.db
        .transaction()
        .execute((db) => work({ ...ctx, db, inTransaction: true, refuse: (refusal) => void refusals.push(refusal) }));
    } catch (error) {
      if (error instanceof Refusal) {
        const told = await error.settle();
        if (told) throw told;
      } else if (!retriable.has((error as { code?: string }).code ?? '')) throw error;
      if (attempt >= 4) throw error;
      continue;
    }
    for (const refusal of refusals) await refusal.settle();
    return result;
  }
}

/**
 * Reads that belong together see one state of the database, not what changes between one and the next. Rights are asked before: nothing is written
 * in it, a refusal neither. Inside a transaction it joins it.
 */
export async function readTogether<T>(ctx: Context, work: (reading: Context) => Promise<T>): Promise<T> {
  if (ctx.inTransaction) return work(ctx);
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((db) => work({ ...ctx, db, inTransaction: true }));
}

/**
 * Runs `work` in a transaction of its own that commits whatever becomes of the operation's: for what must be on record of a refused attempt.
 * It must not wait for rows that the operation holds. What many may do at once throws a `Refusal` instead, which waits for the end of theirs.
 */
export async function ownTransaction<T>(ctx: Context, work: (tx: Context) => Promise<T>): Promise<T> {
  return transaction({ ...ctx, db: ctx.platform.database.db, inTransaction: false }, work);
}
