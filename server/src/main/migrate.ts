import { ConfigError, migrate, openDatabase, readConfig } from '../platform/index.ts';
import { startPostgres } from '../platform/postgres/index.ts';

/** `plinth migrate`: the schema only, for operators who want it done before the servers start. */
try {
  const config = readConfig(process.env);
  const postgres = config.databaseUrl
    ? null
    : await startPostgres({ home: config.home, ...(config.runDir ? { runDir: config.runDir } : {}) });
  const database = openDatabase(postgres?.connection ?? { connectionString: config.databaseUrl! });
  try {
    const ran = await migrate(database.pool);
    process.stdout.write(ran.length > 0 ? `${ran.join('\n')}\n` : 'The schema is at its newest.\n');
  } finally {
    await database.close();
    await postgres?.stop();
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
