import { describe, expect, it } from 'vitest';
import { type Bin, nameOf, shapeOf } from './shape.ts';

const bin = (from: number | null, to: number | null, reference: number, recent: number, role: Bin['role'] = 'body'): Bin => ({
  role,
  from,
  to,
  label: null,
  reference,
  recent,
});

describe('the shape of a distribution', () => {
  it('is drawn by density: a wide bin with the same share is lower, so that bins of equal shares do not look flat', () => {
    const shape = shapeOf([
      bin(null, 0, 0, 0, 'below'),
      bin(0, 1, 0.5, 0.25),
      bin(1, 3, 0.5, 0.75),
      bin(3, null, 0, 0, 'above'),
    ])!;
    expect(shape.low).toBe(0);
    expect(shape.high).toBe(3);
    expect(shape.bars.map((one) => [one.x, one.width])).toEqual([
      [0, 1 / 3],
      [1 / 3, 2 / 3],
    ]);
    expect(shape.bars.map((one) => one.reference)).toEqual([1, 0.5]);
    expect(shape.bars.map((one) => one.recent)).toEqual([0.5, 0.75]);
  });

  it('joins bins that are too narrow to be seen, and loses nothing of them', () => {
    const narrow = Array.from({ length: 20 }, (_, index) => bin(index / 100, (index + 1) / 100, 0.04, 0.02));
    const shape = shapeOf([...narrow, bin(0.2, 2, 0.2, 0.6)])!;
    expect(shape.bars.length).toBeLessThan(5);
    expect(shape.bars.reduce((sum, one) => sum + one.bin.reference, 0)).toBeCloseTo(1);
    expect(shape.bars.reduce((sum, one) => sum + one.width, 0)).toBeCloseTo(1);
    expect(shape.bars.at(-1)!.bin).toMatchObject({ from: 0.2, to: 2, recent: 0.6 });
  });

  it('is no density for categories and for values without an extent', () => {
    expect(shapeOf([{ ...bin(null, null, 0.6, 0.4), label: 'Bern' }])).toBe(null);
    expect(shapeOf([bin(2, 2, 1, 1)])).toBe(null);
    expect(shapeOf([])).toBe(null);
  });

  it('names what a bin holds', () => {
    expect(nameOf(bin(null, 2, 0, 0, 'below'))).toBe('below 2');
    expect(nameOf(bin(5, null, 0, 0, 'above'))).toBe('above 5');
    expect(nameOf(bin(null, null, 0, 0, 'missing'))).toBe('missing');
    expect(nameOf(bin(1.5, 2, 0, 0))).toBe('1.5 to 2');
    expect(nameOf({ ...bin(null, null, 0, 0), label: 'Bern' })).toBe('Bern');
    expect(nameOf({ ...bin(null, null, 0, 0, 'above'), label: null })).toBe('never seen before');
  });
});
