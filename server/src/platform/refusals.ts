import { sql } from 'kysely';
import type { Platform } from './context.ts';

const pending = new Map<string, number>();
let timer: NodeJS.Timeout | null = null;

/** Counts an attempt without (good) credentials. They are no events: anybody could fill the chain with them. */
export function countRefusal(platform: Platform, reason: string): void {
  pending.set(reason, (pending.get(reason) ?? 0) + 1);
  timer ??= setTimeout(() => {
    timer = null;
    const counts = [...pending];
    pending.clear();
    for (const [name, count] of counts) {
      sql`insert into refusal_counts (day, reason, count) values (current_date, ${name}, ${count})
          on conflict (day, reason) do update set count = refusal_counts.count + excluded.count`
        .execute(platform.database.db)
        .catch((error: Error) => platform.log.warn({ error: error.message }, 'refusals were not counted'));
    }
  }, 1_000).unref();
}
