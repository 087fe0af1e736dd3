// Starts a throwaway PostgreSQL from the binaries in the first argument and an S3-compatible server, runs the rest as a command with
// PLINTH_TEST_DATABASE and PLINTH_TEST_S3 set, and ends them.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants } from 'node:os';

import { startPostgres } from '../server/src/platform/postgres/index.ts';
import { startS3 } from './s3-server.ts';

const [binariesFolder, command, ...args] = process.argv.slice(2);
if (binariesFolder === undefined || command === undefined)
  throw new Error('use: run-external-tests.ts <binaries folder> <command> …');

const s3 = await startS3();
process.stderr.write(`plinth: buckets are tested on ${s3.server.name}\n`);
const home = mkdtempSync('/tmp/plinth-external-');
chmodSync(home, 0o755);
const postgres = await startPostgres({ home, binariesFolder, settings: { fsync: 'off', max_connections: '300' } });
try {
  const env = {
    ...process.env,
    PLINTH_TEST_DATABASE: JSON.stringify(postgres.connection),
    PLINTH_TEST_S3: JSON.stringify(s3.server),
  };
  const child = spawn(command, args, { env, stdio: 'inherit' });
  // The whole group gets a signal; we stay until the child has ended and the servers can go.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.exitCode = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done(code ?? 128 + constants.signals[signal!]));
  });
} finally {
  await postgres.stop();
  await s3.stop();
  rmSync(home, { recursive: true, force: true });
}
