import pino from 'pino';
import {
  type Config,
  type Connection,
  checkBlobs,
  openBlobStore,
  openDatabase,
  type Platform,
  systemClock,
} from '../../platform/index.ts';
import { connectionTo, PostgresStartError, startPostgres } from '../../platform/postgres/index.ts';

/** The ground of a program that works on an installation beside its server, or without one. */
export interface Ground {
  platform: Platform;
  close(): Promise<void>;
}

/** The embedded database is reached where it runs, else started for as long as this lasts. */
export async function openGround(config: Config): Promise<Ground> {
  const stops: (() => Promise<unknown>)[] = [];
  await checkBlobs(config);
  const blobs = await openBlobStore(config);
  const connection = await connect();
  const database = openDatabase(connection, { poolSize: 4 });
  stops.push(() => database.close());
  return {
    platform: {
      config,
      log: pino({ level: 'fatal' }),
      clock: systemClock,
      database,
      blobs,
      signals: { on: () => () => {}, here: () => {}, close: async () => {} },
    },
    async close() {
      for (const step of stops.splice(0).reverse()) await step();
    },
  };

  async function connect(): Promise<Connection> {
    if (config.databaseUrl) return { connectionString: config.databaseUrl };
    const place = { home: config.home, ...(config.runDir ? { runDir: config.runDir } : {}) };
    try {
      const postgres = await startPostgres(place);
      stops.push(() => postgres.stop());
      return postgres.connection;
    } catch (error) {
      if (error instanceof PostgresStartError && error.code === 'already-running') return connectionTo(place);
      throw error;
    }
  }
}
