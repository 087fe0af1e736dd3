import type { Output } from '@plinth/sdk';

type Traffic = Pick<
  Output<'listDeploymentTraffic'>['items'][number],
  'minute' | 'requestCount' | 'clientErrorCount' | 'serverErrorCount' | 'p50Milliseconds' | 'p95Milliseconds'
>;

export interface Minute {
  /** Its beginning, in milliseconds since 1970. */
  time: number;
  requests: number;
  errors: number;
  /** Of the slowest channel and version; null where nobody asked. */
  p50: number | null;
  p95: number | null;
}

/**
 * The last so many minutes, oldest first, all channels and versions together; or points of several minutes. The API leaves out those in which
 * nobody asked; here they stand.
 */
export function minutesOf(traffic: readonly Traffic[], now: number, count: number, pointMinutes = 1): Minute[] {
  const length = pointMinutes * 60_000;
  const byMinute = Map.groupBy(traffic, (one) => Date.parse(one.minute));
  // The clocks of reader and server may differ; what was answered is past.
  const last = Math.max(Math.floor(now / length) * length, ...byMinute.keys());
  return Array.from({ length: count }, (_, index) => {
    const time = last - (count - 1 - index) * length;
    const parts = byMinute.get(time) ?? [];
    return {
      time,
      requests: parts.reduce((sum, one) => sum + one.requestCount, 0),
      errors: parts.reduce((sum, one) => sum + one.clientErrorCount + one.serverErrorCount, 0),
      p50: slowest(parts.map((one) => one.p50Milliseconds)),
      p95: slowest(parts.map((one) => one.p95Milliseconds)),
    };
  });
}

function slowest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
