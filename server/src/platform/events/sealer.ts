import type pg from 'pg';
import { canonicalJson } from '../../kit/canonical-json.ts';
import { sha256 } from '../../kit/digest.ts';
import type { Platform } from '../context.ts';
import { eventsChannel, sealedChannel } from './event.ts';

/** Any constant will do: only one process seals at a time. */
const sealerLock = 7_546_202;
const batchSize = 2_000;

export const genesis = '0'.repeat(64);

/** The part of an event that its hash covers besides the payload's digest; column names as in SQL. */
interface HeaderRow {
  sequence: number;
  time: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  verb: string;
  object_type: string;
  object_id: string;
  project_id: string | null;
  request_id: string;
  payload_sha256: string;
}

/** sha256(previous, header, sha256(payload)): the payload stays outside, so that a person's data can be erased without breaking the chain. */
export function chainHash(previous: string, row: HeaderRow): string {
  const header = canonicalJson({
    sequence: row.sequence,
    time: row.time,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    verb: row.verb,
    object: { type: row.object_type, id: row.object_id, projectId: row.project_id },
    requestId: row.request_id,
  });
  return sha256(`${previous}\n${header}\n${row.payload_sha256}`);
}

/** The time with all its microseconds, as text in UTC: what PostgreSQL stores is what is hashed. */
export const headerColumns = `to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
  actor_kind, actor_id, actor_name, verb, object_type, object_id, project_id, request_id, payload_sha256`;

/**
 * Gives committed events their gapless order and their place in the hash chain. Events that commit late get a later place, so a reader that
 * follows `sequence` never misses one.
 *
 * @returns how many were sealed; 0 also when another process is sealing
 */
export async function sealEvents(pool: pg.Pool): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows: locked } = await client.query<{ ok: boolean }>('select pg_try_advisory_xact_lock($1) as ok', [sealerLock]);
    if (!locked[0]?.ok) {
      await client.query('rollback');
      return 0;
    }
    const head = await client.query<{ sequence: string; sha256: string }>(
      'select sequence, sha256 from events where sequence is not null order by sequence desc limit 1',
    );
    let sequence = Number(head.rows[0]?.sequence ?? 0);
    let previous = head.rows[0]?.sha256 ?? genesis;
    const { rows } = await client.query<HeaderRow & { id: string }>(
      `select id, ${headerColumns} from events where sequence is null order by id limit ${batchSize}`,
    );
    const sealed = { ids: [] as string[], sequences: [] as number[], previous: [] as string[], hashes: [] as string[] };
    for (const row of rows) {
      sequence += 1;
      const hash = chainHash(previous, { ...row, sequence });
      sealed.ids.push(row.id);
      sealed.sequences.push(sequence);
      sealed.previous.push(previous);
      sealed.hashes.push(hash);
      previous = hash;
    }
    if (rows.length > 0) {
      await client.query(
        `update events set sequence = s.sequence, previous_sha256 = s.previous, sha256 = s.hash
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) as s(id, sequence, previous, hash) where events.id = s.id`,
        [sealed.ids, sealed.sequences, sealed.previous, sealed.hashes],
      );
      await client.query('select pg_notify($1, $2)', [sealedChannel, String(sequence)]);
    }
    await client.query('commit');
    return rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Seals as events come in, and every second for what a lost wake-up left behind. */
export function startSealer(platform: Platform): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const run = (): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    running = (async () => {
      do {
        again = false;
        try {
          while ((await sealEvents(platform.database.pool)) === batchSize && !stopped);
        } catch (error) {
          platform.log.warn({ error: (error as Error).message }, 'events wait to be sealed');
        }
      } while (again && !stopped);
    })().finally(() => {
      running = null;
    });
  };
  const unlisten = platform.signals.on(eventsChannel, run);
  const timer = setInterval(run, 1_000);
  run();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      unlisten();
      await running;
    },
  };
}
