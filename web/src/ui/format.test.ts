import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, money, number, secondsBetween, smooth } from './format.ts';

describe('what people read', () => {
  it('tells time in one unit', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:59:30Z', now)).toBe('30 s ago');
    expect(ago('2026-01-01T22:00:00Z', now)).toBe('2 h ago');
    expect(ago(null, now)).toBe('–');
    expect(ago('2026-01-11T00:00:00Z', now)).toBe('in 9 d');
    expect(ago('2026-01-02T00:00:02Z', now)).toBe('0 s ago');
    expect(ago('2025-06-01T12:00:00Z', now)).toMatch(/2025/);
  });

  it('tells how long something took, in two units', () => {
    const took = (from: string, to: string) => duration(`2026-01-01T${from}Z`, `2026-01-01T${to}Z`);
    expect(took('23:57:30', '23:59:59')).toBe('2 min 29 s');
    expect(took('10:00:00', '10:04:59.7')).toBe('5 min');
    expect(took('10:00:00', '11:51:10')).toBe('1 h 51 min');
    expect(took('10:00:00', '10:00:00.020')).toBe('< 0.1 s');
    expect(duration('2026-01-01T00:00:00Z', '2026-01-09T12:00:00Z')).toBe('8.5 d');
  });

  it('tells no time that cannot have passed', () => {
    // Clients send what start and end they like.
    expect(duration('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).toBe('–');
    expect(secondsBetween('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).toBeNull();
    // The clock of the browser may be behind that of the server.
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(duration('2026-01-02T00:00:03Z', null, now)).toBe('0.0 s');
  });

  it('tells sizes, numbers and money without noise', () => {
    expect(bytes(999)).toBe('999 B');
    expect(bytes(1_234_567)).toBe('1.2 MB');
    expect([count(1, 'package'), count(1_200, 'run')]).toEqual(['1 package', '1,200 runs']);
    expect(number(0.1 + 0.2)).toBe('0.3');
    expect(number(0.000001234)).toBe('1.234e-6');
    expect(number('NaN')).toBe('NaN');
    expect(money({ amount: 0.000417, currency: 'EUR' })).toBe('< 0.01 EUR');
  });

  it('smooths without pulling the first point to zero, and keeps gaps', () => {
    expect(smooth([4, 4, null, 4], 0.9)).toEqual(
      [4, 4, null, 4].map((value) => (value === null ? null : expect.closeTo(value, 10))),
    );
  });
});
