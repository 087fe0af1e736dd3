import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { readTime } from './read-time.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

export interface Connection {
  connectionString?: string;
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
}

/** An open database: typed queries, the raw pool for COPY and LISTEN, and how to make more connections of the same kind. */
export interface OpenDatabase {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly connection: Connection;
  close(): Promise<void>;
}

const timestampTypes = [pg.types.builtins.TIMESTAMPTZ, pg.types.builtins.TIMESTAMP];
const numberTypes = [pg.types.builtins.INT8, pg.types.builtins.NUMERIC];

/** Times come back as RFC 3339 UTC text, 64-bit integers and numerics as numbers (we store none beyond 2^53). */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (timestampTypes.includes(oid)) return readTime;
    if (numberTypes.includes(oid)) return (text: string) => Number(text);
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** Columns are snake_case in SQL and camelCase in code; the keys inside JSON columns are left alone. */
export const camelCase = new CamelCasePlugin({ maintainNestedObjectKeys: true });

export function openDatabase(
  connection: Connection,
  options: { poolSize?: number; onError?: (error: Error) => void } = {},
): OpenDatabase {
  const pool = new pg.Pool({
    ...connection,
    max: options.poolSize ?? 20,
    types: types as pg.CustomTypesConfig,
    // A black-holed database must not hang a request: connecting and any one statement have an end.
    connectionTimeoutMillis: 8_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    application_name: 'plinth',
  });
  // Without a handler an idle connection that PostgreSQL closes (restart, fail-over) would end the process.
  pool.on('error', (error) => options.onError?.(error));
  pool.on('connect', (client) => client.on('error', (error) => options.onError?.(error)));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [camelCase] });
  return { db, pool, connection, close: () => db.destroy() };
}
