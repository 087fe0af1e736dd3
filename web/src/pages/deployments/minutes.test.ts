import { describe, expect, it } from 'vitest';
import { minutesOf } from './minutes.ts';

const traffic = (minute: string, channel: string, requestCount: number, p95Milliseconds: number | null, errors = 0) => ({
  minute: `2026-01-01T${minute}:00.000Z`,
  channel,
  versionId: 'mdv_1',
  requestCount,
  rowCount: requestCount,
  clientErrorCount: errors,
  serverErrorCount: 0,
  p50Milliseconds: p95Milliseconds,
  p95Milliseconds,
});
const now = Date.parse('2026-01-01T10:05:30.000Z');

describe('the traffic of the last minutes', () => {
  it('has every minute: none asked in an idle one, and it has no latency', () => {
    const minutes = minutesOf([traffic('10:01', 'prod', 7, 12), traffic('10:04', 'prod', 3, 20, 1)], now, 6);
    expect(minutes.map((one) => new Date(one.time).toISOString().slice(11, 16))).toEqual([
      '10:00',
      '10:01',
      '10:02',
      '10:03',
      '10:04',
      '10:05',
    ]);
    expect(minutes.map((one) => one.requests)).toEqual([0, 7, 0, 0, 3, 0]);
    expect(minutes.map((one) => one.errors)).toEqual([0, 0, 0, 0, 1, 0]);
    expect(minutes.map((one) => one.p95)).toEqual([null, 12, null, null, 20, null]);
  });

  it('adds up channels and versions, and has the latency of the slowest that has one', () => {
    const both = [traffic('10:05', 'prod', 2, 8), traffic('10:05', 'beta', 5, 30), traffic('10:05', 'beta', 1, null)];
    expect(minutesOf(both, now, 1)).toEqual([
      { time: Date.parse('2026-01-01T10:05:00.000Z'), requests: 8, errors: 0, p50: 30, p95: 30 },
    ]);
  });

  it('ends with the newest answer when the clock of the reader is behind', () => {
    const ahead = minutesOf([traffic('10:07', 'prod', 4, 9)], now, 3);
    expect(ahead.map((one) => one.requests)).toEqual([0, 0, 4]);
  });

  it('leaves out what is older', () => {
    expect(minutesOf([traffic('09:00', 'prod', 9, 9)], now, 2).map((one) => one.requests)).toEqual([0, 0]);
  });
});
