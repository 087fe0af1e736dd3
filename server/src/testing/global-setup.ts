import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';

import { startPostgres } from '../platform/postgres/index.ts';

/** Not TMPDIR, which may be long (sockets end at 107 bytes) or closed to the user that the database runs as. */
const prefix = '/tmp/plinth-test-';

/**
 * One PostgreSQL for the whole run. Test files read its connection from PLINTH_TEST_DATABASE (JSON: host, port, user, password, database)
 * and make a database of their own in it. When the variable is set already, that server is used and nothing is started.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PLINTH_TEST_DATABASE) return undefined;
  const folder = mkdtempSync(prefix);
  // As root the database runs as another user, who must pass.
  chmodSync(folder, 0o755);
  const watcher = removeWithUs(folder);
  const postgres = await startPostgres({
    home: folder,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  process.env.PLINTH_TEST_DATABASE = JSON.stringify(postgres.connection);
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    watcher.stdin.end();
  };
}

/**
 * A shell that outlives us: its input ends when this process ends, however that happens, and then it ends the database and removes the folder.
 * Signals of the terminal do not reach it, because it has a session of its own.
 */
function removeWithUs(folder: string) {
  const script =
    'cat >/dev/null; pid=$(head -n 1 "$1/postgres/data/postmaster.pid" 2>/dev/null); [ -n "$pid" ] && kill -QUIT "$pid"; sleep 1; rm -rf "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return watcher;
}
