import type pg from 'pg';
import { sha256 } from '../../kit/digest.ts';
import { chainHash, genesis, headerColumns } from './sealer.ts';

/** `head` is the hash of the last event; `firstBadSequence` the first place where the record was changed, removed or reordered. */
export interface Verification {
  valid: boolean;
  checked: number;
  head: string;
  firstBadSequence: number | null;
}

/** Walks the whole chain and recomputes every hash, payloads included where they were not erased. Flat memory. */
export async function verifyEvents(pool: pg.Pool): Promise<Verification> {
  let previous = genesis;
  let expected = 1;
  let checked = 0;
  for (;;) {
    const { rows } = await pool.query(
      `select sequence, sha256, payload::text as payload, ${headerColumns} from events where sequence >= $1 order by sequence limit 5000`,
      [expected],
    );
    if (rows.length === 0) return { valid: true, checked, head: previous, firstBadSequence: null };
    for (const row of rows) {
      const sequence = Number(row.sequence);
      const whole = row.payload === null || sha256(row.payload) === row.payload_sha256;
      const hash = chainHash(previous, { ...row, sequence });
      if (sequence !== expected || !whole || hash !== row.sha256) {
        return { valid: false, checked, head: previous, firstBadSequence: expected };
      }
      previous = hash;
      expected += 1;
      checked += 1;
    }
  }
}
