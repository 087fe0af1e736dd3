import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { nullable, oneOf, timestamp } from '../http/schemas.ts';
import type { Problem } from '../problem.ts';
import { defineShortList, readShortList } from './short-list.ts';

const item = Type.Object({
  id: Type.String(),
  name: nullable(Type.String()),
  role: oneOf(['owner', 'viewer']),
  size: Type.Integer(),
  good: Type.Boolean(),
  at: timestamp,
  parts: Type.Array(Type.String()),
});
const list = defineShortList('things', item, { sort: 'at', id: ['id'] });
const rows = Array.from({ length: 9 }, (_, index) => ({
  id: `t${index}`,
  name: index === 4 ? null : `Name ${index % 3}`,
  role: index % 2 ? 'owner' : 'viewer',
  size: index % 4,
  good: index > 5,
  at: `2026-01-0${9 - index}T00:00:00.000Z`,
  parts: [],
}));
const ids = (query: Parameters<typeof readShortList>[2]) => readShortList(list, rows, query).items.map(({ id }) => id);
const fault = (query: Parameters<typeof readShortList>[2]) => {
  try {
    readShortList(list, rows, query);
  } catch (error) {
    return (error as Problem).errors[0]?.pointer;
  }
};

describe('a short list', () => {
  it('refuses what it does not have, and cursors of another order', () => {
    expect(fault({ sort: 'parts' })).toBe('/query/sort');
    expect(fault({ filter: 'parts = 1' })).toBe('/query/filter');
    expect(fault({ filter: "size = 'x'" })).toBe('/query/filter');
    expect(fault({ filter: "at > 'noon'" })).toBe('/query/filter');
    expect(fault({ filter: 'name < 5' })).toBe('/query/filter');
    const { nextCursor } = readShortList(list, rows, { limit: 2 });
    expect(fault({ cursor: nextCursor!, sort: '-at' })).toBe('/query/cursor');
    expect(fault({ cursor: 'x' })).toBe('/query/cursor');
  });

  it('filters as every list does', () => {
    expect(ids({ filter: "role = 'owner' AND size > 1" })).toEqual(['t7', 't3']);
    expect(ids({ filter: "name LIKE '%1' AND good = 'true'" })).toEqual(['t7']);
    expect(ids({ filter: "name ILIKE 'name _' AND at < '2026-01-03'" })).toEqual(['t8', 't7']);
    expect(ids({ filter: 'name IS NULL' })).toEqual(['t4']);
    expect(ids({ filter: "name NOT IN ('Name 0', 'Name 1')" })).toEqual(['t8', 't5', 't2']);
  });

  it('gives every row once in pages, in any order, whatever comes meanwhile; missing values last', () => {
    for (const sort of ['at', '-at', 'name', '-name', 'size', '-good']) {
      const found: string[] = [];
      let cursor: string | undefined;
      const growing = [...rows];
      do {
        const page = readShortList(list, growing, { limit: 2, sort, cursor });
        found.push(...page.items.map(({ id }) => id));
        growing.push({ ...rows[0]!, id: `x${growing.length}`, name: 'A' });
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(found.filter((id) => id.startsWith('t')).sort(), sort).toEqual(rows.map(({ id }) => id).sort());
      expect(new Set(found).size).toBe(found.length);
    }
    expect([ids({ sort: 'name' }).at(-1), ids({ sort: '-name' }).at(-1)]).toEqual(['t4', 't4']);
  });
});
