import { describe, expect, it } from 'vitest';
import { generator, patientColumns, patients } from '../../testing/streams.ts';
import { newPanel, observeRow, type Panel, readPanel, storePanel, verdictOf } from './panel.ts';
import { makeReference, type SignalReference } from './signal-reference.ts';

const names = patientColumns;
const alpha = 0.05;

const referencesOf = (rows: number[][]): Map<string, SignalReference> =>
  new Map(
    names.map((name, index) => [
      name,
      makeReference(
        'numeric',
        rows.map((row) => row[index]),
        name,
      ),
    ]),
  );

/** The first alarm of a stream, and after how many rows. */
function firstAlarm(
  panel: Panel,
  rows: number,
  next: (at: number) => number[],
  begin = 0,
): { feature: string; row: number } | null {
  for (let at = begin; at < begin + rows; at++) {
    const row = next(at);
    const over = observeRow(panel, { id: `prd_x.${at}`, at: String(at) }, (name) => row[Number(name.slice(8))]);
    const alarm = over
      .map((signal) => ({ signal, verdict: verdictOf(panel, signal) }))
      .filter(({ verdict }) => verdict.alarm)
      .sort((a, b) => b.verdict.evidence.eValue - a.verdict.evidence.eValue)[0];
    if (alarm) return { feature: alarm.signal.name, row: at + 1 };
  }
  return null;
}

describe('the sequential test', () => {
  it('goes on after a restart exactly as if it had never stopped', () => {
    const { row } = patients(3000);
    const references = referencesOf(Array.from({ length: 300 }, row));
    const rows = Array.from({ length: 400 }, row);
    const whole = newPanel(references, alpha);
    firstAlarm(whole, 400, (at) => rows[at]!);
    let parts = newPanel(references, alpha);
    for (let begin = 0; begin < 400; begin += 37) {
      firstAlarm(parts, Math.min(37, 400 - begin), (at) => rows[at]!, begin);
      parts = readPanel(references, alpha, JSON.parse(JSON.stringify(storePanel(parts))));
    }
    expect(storePanel(parts)).toEqual(storePanel(whole));
  });

  it('says when the change began, and which rows show it', () => {
    const { row, deviations } = patients(4000);
    const panel = newPanel(referencesOf(Array.from({ length: 400 }, row)), alpha);
    firstAlarm(panel, 700, (at) => {
      const values = row();
      if (at >= 600) values[7]! += 1.5 * deviations[7]!;
      return values;
    });
    const verdict = verdictOf(panel, panel.signals[7]!);
    expect(verdict.cause).toBe('shift');
    expect(verdict.effect.location).toBeGreaterThan(0.7);
    expect(Math.abs(Number(verdict.startEstimate) - 600)).toBeLessThanOrEqual(15);
    expect(verdict.rowIds.length).toBeGreaterThan(3);
    expect(verdict.rowIds.filter((id) => Number(id.slice(6)) < 590)).toEqual([]);
  });
});

describe('signals of other kinds', () => {
  /** Runs one signal until its alarm. */
  const run = (kind: 'numeric' | 'categorical', reference: unknown[], next: (at: number) => unknown, rows = 500) => {
    const panel = newPanel(new Map([['x', makeReference(kind, reference, 'x')]]), alpha);
    for (let at = 0; at < rows; at++) {
      const [over] = observeRow(panel, { id: `r${at}`, at: String(at) }, () => next(at));
      const verdict = over && verdictOf(panel, over);
      if (verdict?.alarm) return { rows: at + 1, cause: verdict.cause };
    }
    return null;
  };
  const random = generator(7);
  const color = () => (random() < 0.6 ? 'red' : random() < 0.8 ? 'green' : 'blue');
  const number = () => random() + random() + random();

  it('missing values where there were none or few', () => {
    const reference = Array.from({ length: 400 }, number);
    expect(run('numeric', reference, (at) => (at % 4 === 0 ? null : number()))).toMatchObject({ cause: 'missing-values' });
    const few = reference.map((value, index) => (index % 50 === 0 ? null : value));
    expect(run('numeric', few, (at) => (at % 4 === 0 ? null : number()))).toMatchObject({ cause: 'missing-values' });
    expect(run('numeric', few, (at) => (at % 50 === 0 ? null : number()), 2000)).toBeNull();
    expect(run('categorical', Array.from({ length: 300 }, color), (at) => (at % 5 === 0 ? null : color()))).toMatchObject({
      cause: 'missing-values',
    });
  });

  it('unseen categories, and other shares of known ones', () => {
    const reference = Array.from({ length: 400 }, color);
    expect(run('categorical', reference, (at) => (at % 6 === 0 ? 'violet' : color()))).toMatchObject({
      cause: 'unseen-categories',
    });
    expect(run('categorical', reference, () => (random() < 0.35 ? 'blue' : color()))).toMatchObject({ cause: 'shape' });
    expect(run('categorical', reference, color, 3000)).toBeNull();
  });

  it('values out of the range that was known', () => {
    const reference = Array.from({ length: 400 }, number);
    expect(run('numeric', reference, (at) => (at % 7 === 0 ? 50 : number()))).toMatchObject({ cause: 'out-of-range' });
  });

  it('constants, ties and numbers of no size at all', () => {
    const constant = Array.from({ length: 200 }, () => 3);
    expect(run('numeric', constant, () => 3, 3000)).toBeNull();
    expect(run('numeric', constant, () => 3.1)).toMatchObject({ rows: expect.any(Number) });
    const zeros = () => (random() < 0.8 ? 0 : number());
    expect(run('numeric', Array.from({ length: 300 }, zeros), zeros, 3000)).toBeNull();
    const hostile = [1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, 'text', {}, [], '\u0000', true, undefined];
    expect(() => run('numeric', Array.from({ length: 100 }, number), (at) => hostile[at % hostile.length])).not.toThrow();
    expect(() => run('categorical', hostile, (at) => hostile[(at * 7) % hostile.length])).not.toThrow();
    expect(() =>
      run(
        'numeric',
        Array.from({ length: 60 }, () => null),
        () => 1,
      ),
    ).not.toThrow();
  });
});
