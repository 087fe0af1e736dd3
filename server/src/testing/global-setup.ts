import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { startPostgres } from '../platform/postgres/index.ts';

/** Not TMPDIR, which may be long (sockets end at 107 bytes) or closed to the user that the database runs as. */
const prefix = '/tmp/plinth-test-';

/**
 * One folder and one PostgreSQL for the whole run. Test files read the database's connection from PLINTH_TEST_DATABASE (JSON: host, port,
 * user, password, database) and make a database of their own in it; when the variable is set already, that server is used and none is
 * started. TMPDIR points into the folder, so that whatever tests make goes with it.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  // Workers inherit it: tests that care for modes set them, the others see what most people have.
  process.umask(0o022);
  const folder = mkdtempSync(prefix);
  // As root the database and jobs run as other users, who must pass.
  chmodSync(folder, 0o755);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  process.env.TMPDIR = temporary;
  const sweeper = sweepAfterUs(folder);
  const postgres = process.env.PLINTH_TEST_DATABASE
    ? null
    : await startPostgres({
        home: folder,
        settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
      });
  if (postgres) process.env.PLINTH_TEST_DATABASE = JSON.stringify(postgres.connection);
  return async () => {
    await postgres?.stop();
    const swept = once(sweeper, 'close');
    sweeper.stdin.end();
    await swept;
  };
}

/** Ends what still stands in the folder, twice because one may start another, and removes it. Without /proc it only removes. */
const sweep = `
  cat > /dev/null
  for round in 1 2; do
    for process in /proc/[0-9]*; do
      case "$(readlink "$process/cwd" 2> /dev/null)" in "$1"|"$1"/*) kill -KILL "\${process#/proc/}" ;; esac
    done
    rm -rf "$1" && exit
    sleep 0.2
  done
`;

/**
 * A shell that outlives us. Its input ends when this process ends, however that happens, and then it sweeps. It has a session of its own, so
 * that the terminal's signals do not reach it.
 */
function sweepAfterUs(folder: string) {
  const sweeper = spawn('/bin/sh', ['-c', sweep, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  sweeper.unref();
  (sweeper.stdin as unknown as { unref(): void }).unref();
  return sweeper;
}
