import { describe, expect, it } from 'vitest';
import { ago, bytes, duration, money, number, secondsBetween, smooth } from './format.ts';

describe('what people read', () => {
  it('tells time in one unit', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:59:30Z', now)).toBe('30 s ago');
    expect(ago('2026-01-01T22:00:00Z', now)).toBe('2 h ago');
    expect(ago(null, now)).toBe('–');
    expect(duration('2026-01-01T23:57:30Z', '2026-01-02T00:00:00Z')).toBe('2 min 30 s');
    expect(duration('2026-01-01T23:56:00.400Z', '2026-01-02T00:00:00Z')).toBe('4 min 0 s');
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
