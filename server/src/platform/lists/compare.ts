import { type Expression, type SqlBool, sql } from 'kysely';
import type { Problem } from '../problem.ts';
import { filterFault, type Term } from './filter-grammar.ts';

/** What a column holds, as filters and cursors must know it. `integer` is any whole number up to 64 bits. */
export type FieldType = 'text' | 'integer' | 'number' | 'time' | 'flag';

/**
 * One term as SQL with parameters; never a word of the user's text becomes SQL. As MLflow has it, `!=` and `NOT IN` do not hold where there
 * is nothing.
 */
export function compare(column: Expression<unknown>, type: FieldType, term: Term, pointer = 'filter'): Expression<SqlBool> {
  if (term.operator === 'is null') return sql<SqlBool>`(${column}) is null`;
  if (term.operator === 'is not null') return sql<SqlBool>`(${column}) is not null`;
  return comparisons[type](column, term, (detail) => filterFault(pointer, term.position, detail));
}

type Compare = (column: Expression<unknown>, term: Term, fault: (detail: string) => Problem) => Expression<SqlBool>;

const ordering = { '=': sql`=`, '!=': sql`!=`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` } as const;
const orderingOf = ({ operator }: Term) => ordering[operator as keyof typeof ordering];

const compareText: Compare = (column, { operator, value, key }, fault) => {
  if (operator === 'in' || operator === 'not in') {
    const list = sql<SqlBool>`${column} = any(${value as string[]}::text[])`;
    return operator === 'in' ? list : sql<SqlBool>`not (${list})`;
  }
  if (!['=', '!=', 'like', 'ilike'].includes(operator))
    throw fault(`the text "${key}" cannot be compared with ${operator}; use =, !=, LIKE, ILIKE or IN`);
  if (typeof value !== 'string') throw fault(`"${key}" is text; put the value in single quotes`);
  // Of the two wildcards of LIKE, % and _, neither can be escaped in this grammar: a backslash is a backslash.
  const pattern = value.replaceAll('\\', '\\\\');
  if (operator === 'like') return sql<SqlBool>`${column} like ${pattern}`;
  if (operator === 'ilike') return sql<SqlBool>`${column} ilike ${pattern}`;
  return sql<SqlBool>`${column} ${orderingOf({ operator } as Term)} ${value}`;
};

const compareNumber: Compare = (column, term, fault) => {
  if (typeof term.value !== 'number') throw fault(`"${term.key}" is a number; give one without quotes`);
  const compiled = orderingOf(term);
  if (!compiled) throw fault(`the number "${term.key}" cannot be compared with ${term.operator}; use =, !=, <, <=, > or >=`);
  // PostgreSQL counts NaN as the greatest number; for people it is none.
  return sql<SqlBool>`(${column} != 'NaN'::float8 and ${column} ${compiled} ${term.value}::float8)`;
};

const compareTime: Compare = (column, term, fault) => {
  const compiled = orderingOf(term);
  if (!compiled) throw fault(`the time "${term.key}" cannot be compared with ${term.operator}; use =, !=, <, <=, > or >=`);
  const time = typeof term.value === 'number' ? timeOf(term.value) : parseTime(String(term.value));
  if (time === null) throw fault(`"${term.key}" is a time; give one as '2026-01-31' or '2026-01-31T08:00:00Z'`);
  return sql<SqlBool>`${column} ${compiled} ${time}::timestamptz`;
};

const compareFlag: Compare = (column, { operator, value, key }, fault) => {
  const given = String(value).toLowerCase();
  if ((operator !== '=' && operator !== '!=') || (given !== 'true' && given !== 'false'))
    throw fault(`"${key}" is true or false; write ${key} = 'true'`);
  return sql<SqlBool>`${column} = ${(given === 'true') === (operator === '=')}`;
};

const comparisons: Record<FieldType, Compare> = {
  text: compareText,
  integer: compareNumber,
  number: compareNumber,
  time: compareTime,
  flag: compareFlag,
};

const timeShape = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d))?$/;

/** RFC 3339, or a day in UTC; null for what is no such time, as the thirtieth of February. */
function parseTime(text: string): string | null {
  const match = timeShape.exec(text);
  if (!match) return null;
  const [, year, month, day] = match.map(Number);
  const lastDay = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  if (month! < 1 || month! > 12 || day! < 1 || day! > lastDay) return null;
  return timeOf(Date.parse(text.toUpperCase().replace(' ', 'T')));
}

/** Milliseconds since 1970, as the MLflow clients count, within what PostgreSQL keeps and RFC 3339 writes. */
function timeOf(milliseconds: number): string | null {
  if (!(milliseconds >= -62_135_596_800_000 && milliseconds < 253_402_300_800_000)) return null;
  return new Date(milliseconds).toISOString();
}
