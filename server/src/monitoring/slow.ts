/** Answers that take this many times as long as nearly all of the first ones are slow. */
const slowFactor = 3;
/** Nobody minds less than this. */
const leastMilliseconds = 100;

/** From which latency on an answer counts as slow, learned from the first ones. */
export function slowLimitOf(latencies: readonly number[]): number {
  const sorted = [...latencies].sort((a, b) => a - b);
  return Math.max(leastMilliseconds, slowFactor * sorted[Math.floor(sorted.length * 0.95)]!);
}
