import { sql } from 'kysely';
import type { Platform } from './context.ts';

const pending = new Map<string, number>();

/** Counts an attempt without (good) credentials. They are no events: anybody could fill the chain with them. */
export function countRefusal(platform: Platform, reason: string): void {
  const first = pending.size === 0;
  pending.set(reason, (pending.get(reason) ?? 0) + 1);
  if (first) setTimeout(() => void writeCounts(platform), 1_000).unref();
}

async function writeCounts(platform: Platform): Promise<void> {
  const counts = [...pending];
  pending.clear();
  for (const [reason, count] of counts) {
    await sql`insert into refusal_counts (day, reason, count) values (current_date, ${reason}, ${count})
        on conflict (day, reason) do update set count = refusal_counts.count + excluded.count`
      .execute(platform.database.db)
      .catch((error: Error) => platform.log.warn({ error: error.message }, 'refusals were not counted'));
  }
}
