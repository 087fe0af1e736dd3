import type { NewPrediction } from './prediction.ts';

/** Requests of one deployment, channel and version within one minute. */
export interface MinuteTraffic {
  deploymentId: string;
  channel: string;
  versionId: string;
  minute: string;
  requestCount: number;
  rowCount: number;
  clientErrorCount: number;
  serverErrorCount: number;
  /** Requests by latency, see `bucketOf`. */
  latencyHistogram: number[];
}

/** Four buckets an octave from 1/16 ms to 65 s: a quantile read off them is at most a tenth off. */
const bucketsPerOctave = 4;
const octaves = 20;
const lowestExponent = -4;
const bucketCount = bucketsPerOctave * octaves;

export function bucketOf(milliseconds: number): number {
  const position = Math.floor((Math.log2(Math.max(milliseconds, 1e-9)) - lowestExponent) * bucketsPerOctave);
  return Math.min(bucketCount - 1, Math.max(0, position));
}

/** The latency below which a share `q` of the requests stayed, in milliseconds; null without requests. */
export function latencyQuantile(histogram: readonly number[], q: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of histogram.entries()) {
    seen += count;
    if (seen >= q * total) return 2 ** ((bucket + 0.5) / bucketsPerOctave + lowestExponent);
  }
  return null;
}

export function trafficOf(predictions: readonly NewPrediction[]): MinuteTraffic[] {
  const minutes = new Map<string, MinuteTraffic>();
  for (const { deploymentId, channel, versionId, at, status, rowCount, latencyMilliseconds } of predictions) {
    const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString();
    const key = `${deploymentId} ${channel} ${versionId} ${minute}`;
    let traffic = minutes.get(key);
    if (!traffic) {
      traffic = {
        deploymentId,
        channel,
        versionId,
        minute,
        requestCount: 0,
        rowCount: 0,
        clientErrorCount: 0,
        serverErrorCount: 0,
        latencyHistogram: new Array(bucketCount).fill(0),
      };
      minutes.set(key, traffic);
    }
    traffic.requestCount += 1;
    traffic.rowCount += rowCount;
    if (status >= 500) traffic.serverErrorCount += 1;
    else if (status >= 400) traffic.clientErrorCount += 1;
    traffic.latencyHistogram[bucketOf(latencyMilliseconds)]! += 1;
  }
  // One order for all who add to the same rows at once.
  return [...minutes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, traffic]) => traffic);
}

/** Sums over minutes, for health: counts and latency quantiles. */
export function summarise(minutes: readonly MinuteTraffic[]): {
  requestCount: number;
  rowCount: number;
  clientErrorCount: number;
  serverErrorCount: number;
  p50Milliseconds: number | null;
  p95Milliseconds: number | null;
} {
  const histogram = new Array<number>(bucketCount).fill(0);
  const sums = { requestCount: 0, rowCount: 0, clientErrorCount: 0, serverErrorCount: 0 };
  for (const minute of minutes) {
    sums.requestCount += minute.requestCount;
    sums.rowCount += minute.rowCount;
    sums.clientErrorCount += minute.clientErrorCount;
    sums.serverErrorCount += minute.serverErrorCount;
    for (const [bucket, count] of minute.latencyHistogram.entries()) histogram[bucket]! += count;
  }
  return { ...sums, p50Milliseconds: latencyQuantile(histogram, 0.5), p95Milliseconds: latencyQuantile(histogram, 0.95) };
}
