// The embedded PostgreSQL: finds its binaries, prepares its folders, starts, adopts, watches and stops it.
// It deliberately knows nothing of tables, pools and migrations, and it is not used at all when PLINTH_DATABASE_URL is set.

/**
 * One call gives a PostgreSQL with an empty or known database `plinth` on a Unix socket.
 *
 * @example
 * const postgres = await startPostgres({ home: '/srv/plinth' });
 * const client = new pg.Client(postgres.connection);
 * …
 * await postgres.stop();
 */
export { choosePaths, type PathFacts, type PostgresPaths } from './paths.ts';
export { type Connection, type Postgres, PostgresStartError } from './postgres.ts';
export { connectionTo, type StartPostgresOptions, startPostgres } from './start-postgres.ts';
