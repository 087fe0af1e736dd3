import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

import { identityOf, isAlive, type ProcessIdentity } from '../process-identity.ts';
import { type Binaries, type DatabaseUser, findBinaries } from './binaries.ts';
import { choosePaths, ownFacts, type PostgresPaths } from './paths.ts';
import {
  alreadyRunning,
  type Connection,
  cannotChangeUser,
  otherMajorVersion,
  type Postgres,
  startFailed,
  unreachableFolder,
  unsafeFolder,
  userWithoutName,
} from './postgres.ts';
import { commandOf, isPostgresOn } from './processes.ts';
import { takeStateLock } from './state-lock.ts';

export type StartPostgresOptions = {
  /** The state folder (PLINTH_HOME); made when it does not exist. */
  home: string;
  /** Where other users of the machine can reach (PLINTH_RUN_DIR); by default /var/lib/plinth as root, else under the temporary folder. */
  runDir?: string;
  /** Takes lines for the operator. */
  log?: (line: string) => void;
  /** PostgreSQL settings over ours. */
  settings?: Record<string, string>;
  /** Only the binaries in this folder, instead of the best that is found. */
  binariesFolder?: string;
  /** Ends what has begun, however far it is. */
  signal?: AbortSignal;
};

const databaseName = 'plinth';
const userName = 'plinth';

const ourSettings: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  synchronous_commit: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // An answer is an answer: sessions of a client that has died must not hold their locks.
  client_connection_check_interval: '5s',
  password_encryption: 'scram-sha-256',
  // Errors of single statements reach the server, which logs them with the request; here they would only grow the file.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/** Starts PostgreSQL on `home`, or adopts the one that an earlier process left running there. See `Postgres` for what it gives. */
export async function startPostgres(options: StartPostgresOptions): Promise<Postgres> {
  const log = options.log ?? (() => {});
  const user = databaseUser();
  mkdirSync(options.home, { recursive: true });
  const home = realpathSync(options.home);
  const stateDir = join(home, 'postgres');
  mkdirSync(stateDir, { recursive: true });
  // To pass through, whatever the umask says; what is secret in it has its own mode.
  chmodSync(stateDir, user ? 0o755 : 0o700);
  const lock = takeStateLock(join(stateDir, 'lock'));
  if ('heldBy' in lock) throw alreadyRunning(home, lock.heldBy);
  let server: Server | null = null;
  try {
    const paths = keepDataFolder(choosePaths(home, options.runDir && resolve(options.runDir), ownFacts(user)), user);
    prepareFolders(paths, user);
    const binaries = findBinaries(user, paths.binariesDir, options.binariesFolder);
    const settings = { ...ourSettings, ...options.settings, unix_socket_directories: quoted(paths.socketDir) };
    const begun = new Server(paths, binaries, user, settings, log, options.signal);
    server = begun;
    const adopted = await begun.startOrAdopt();
    begun.watch();
    const { connection } = begun;
    let stopping: Promise<void> | undefined;
    return {
      connection,
      adopted,
      get pid() {
        return begun.pid;
      },
      stop() {
        stopping ??= begun.stop().finally(() => lock.release());
        return stopping;
      },
    };
  } catch (error) {
    await server?.stop().catch(() => {});
    lock.release();
    throw error;
  }
}

/** How to reach the PostgreSQL that another process runs on `home` (`startPostgres` said `already-running`). Starts and changes nothing. */
export function connectionTo(options: { home: string; runDir?: string }): Connection {
  const home = realpathSync(options.home);
  const { stateDir, socketDir } = choosePaths(home, options.runDir && resolve(options.runDir), ownFacts(databaseUser()));
  const password = readFileSync(join(stateDir, 'password'), 'utf8').trim();
  return { host: socketDir, port: 5432, user: userName, password, database: databaseName };
}

class Server {
  readonly connection: Connection;
  private readonly paths: PostgresPaths;
  private readonly binaries: Binaries;
  private readonly user: DatabaseUser | null;
  private readonly args: string[];
  private readonly log: (line: string) => void;
  private readonly withoutSync: boolean;
  private readonly signal: AbortSignal | undefined;
  private postmaster: ProcessIdentity | null = null;
  private watcher: NodeJS.Timeout | undefined;
  private restarting: Promise<unknown> | undefined;
  private isStopping = false;

  constructor(
    paths: PostgresPaths,
    binaries: Binaries,
    user: DatabaseUser | null,
    settings: Record<string, string>,
    log: (line: string) => void,
    signal: AbortSignal | undefined,
  ) {
    this.signal = signal;
    this.paths = paths;
    this.binaries = binaries;
    this.user = user;
    this.log = log;
    this.withoutSync = settings.fsync === 'off';
    this.args = ['-D', paths.dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    this.connection = { host: paths.socketDir, port: 5432, user: userName, password: this.password(), database: databaseName };
  }

  get pid(): number {
    return this.postmaster?.pid ?? 0;
  }

  async startOrAdopt(): Promise<boolean> {
    if (!existsSync(join(this.paths.dataDir, 'PG_VERSION'))) await this.initialise();
    const made = readFileSync(join(this.paths.dataDir, 'PG_VERSION'), 'utf8').trim();
    if (made !== String(this.binaries.majorVersion)) {
      throw otherMajorVersion(this.paths.dataDir, made, this.binaries.majorVersion);
    }
    const adopted = await this.adopt();
    if (!adopted) await this.start();
    await this.createDatabase();
    return adopted;
  }

  /** Starts PostgreSQL again when it dies under us (out of memory, an operator's kill): clients see a gap, not an end. */
  watch(): void {
    this.watcher = setInterval(() => {
      if (this.isStopping || this.restarting || (this.postmaster && isAlive(this.postmaster))) return;
      this.log('PostgreSQL has ended; starting it again');
      this.restarting = this.start()
        .catch((error: unknown) => this.log(error instanceof Error ? error.message : String(error)))
        .finally(() => {
          this.restarting = undefined;
        });
    }, 500).unref();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.watcher);
    await this.restarting;
    if (this.postmaster) await endPostmaster(this.postmaster);
  }

  private password(): string {
    const file = join(this.paths.stateDir, 'password');
    if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
    return readFileSync(file, 'utf8').trim();
  }

  /** Beside the place and then renamed, so that a cluster is whole or absent. */
  private async initialise(): Promise<void> {
    this.log('preparing the embedded database (once)');
    const { dataDir } = this.paths;
    const draft = `${dataDir}.draft`;
    const passwordFile = `${dataDir}.password`;
    rmSync(draft, { recursive: true, force: true });
    makeFolder(draft, this.user);
    writeFileSync(passwordFile, this.connection.password, { mode: 0o600 });
    if (this.user) chownSync(passwordFile, this.user.uid, this.user.gid);
    // libc's C.UTF-8 sorts the same way, for versions that have no provider of their own.
    const locale =
      this.binaries.majorVersion >= 17
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : ['--locale=C', '--lc-ctype=C.UTF-8'];
    const args = ['-D', draft, '-U', userName, '--encoding=UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale];
    if (this.withoutSync) args.push('--no-sync');
    try {
      const outcome = await run(join(this.binaries.folder, 'initdb'), args, this.user);
      const nameless = /could not look up effective user ID (\d+)/.exec(outcome.output);
      if (nameless) throw userWithoutName(Number(nameless[1]));
      if (outcome.code !== 0) throw startFailed('prepare its data folder', lastLine(outcome.output));
      rmSync(dataDir, { recursive: true, force: true });
      renameSync(draft, dataDir);
    } finally {
      rmSync(passwordFile, { force: true });
      rmSync(draft, { recursive: true, force: true });
    }
  }

  /**
   * True when a PostgreSQL on our data folder was running and is now ours. One that runs other binaries (an update replaced them) or other
   * settings, or that does not answer, is ended instead.
   */
  private async adopt(): Promise<boolean> {
    const pid = this.postmasterFile().pid;
    const found = pid !== null && isPostgresOn(pid, this.paths.dataDir) ? identityOf(pid) : null;
    if (found === null) {
      await this.clearLeftovers();
      return false;
    }
    const command = commandOf(found.pid);
    const isSame =
      command === null ||
      (command.executable === realpathSync(join(this.binaries.folder, 'postgres')) &&
        command.args.join('\0') === this.args.join('\0'));
    if (isSame && (await this.becomesReady(found)) && (await this.answers())) {
      this.postmaster = found;
      this.log(`PostgreSQL was still running (pid ${found.pid}) and goes on`);
      return true;
    }
    await endPostmaster(found);
    await this.clearLeftovers();
    return false;
  }

  private async start(): Promise<void> {
    this.signal?.throwIfAborted();
    await this.clearLeftovers();
    const logFile = join(this.paths.stateDir, 'postgres.log');
    if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000) renameSync(logFile, `${logFile}.1`);
    const logStart = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    const output = openSync(logFile, 'a', 0o600);
    // A session of its own: Ctrl-C in the terminal is for us, who end PostgreSQL after our last write.
    const child = spawn(join(this.binaries.folder, 'postgres'), this.args, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', output, output],
      detached: true,
      ...(this.user ?? {}),
    });
    closeSync(output);
    await spawned(child, this.user);
    child.unref();
    this.postmaster = identityOf(child.pid!);
    if (!this.postmaster || !(await this.becomesReady(this.postmaster))) {
      this.signal?.throwIfAborted();
      throw startFailed('start', lastLine(readFileSync(logFile).subarray(logStart).toString('utf8')));
    }
  }

  /** Ends with false only when the process is gone or nobody waits any more: recovery after a crash takes as long as it takes. */
  private async becomesReady(postmaster: ProcessIdentity): Promise<boolean> {
    const startedAt = Date.now();
    let told = startedAt;
    while (isAlive(postmaster) && !this.signal?.aborted) {
      const { pid, state } = this.postmasterFile();
      if (pid === postmaster.pid && state === 'ready') return true;
      if (Date.now() - told > 10_000) {
        told = Date.now();
        this.log(`PostgreSQL is recovering, ${Math.round((told - startedAt) / 1000)} s so far`);
      }
      await sleep(15);
    }
    return false;
  }

  /** Line 1 is the pid, line 8 the state, padded. */
  private postmasterFile(): { pid: number | null; state: string } {
    try {
      const lines = readFileSync(join(this.paths.dataDir, 'postmaster.pid'), 'utf8').split('\n');
      const pid = Number(lines[0]);
      return { pid: Number.isSafeInteger(pid) && pid > 0 ? pid : null, state: (lines[7] ?? '').trim() };
    } catch {
      return { pid: null, state: '' };
    }
  }

  /**
   * PostgreSQL takes its own old lock files for a running server when their pid has been given to another process. We know that none runs
   * here. Sessions of a killed postmaster end by themselves within moments, and it will not start before they have.
   */
  private async clearLeftovers(): Promise<void> {
    for (let round = 0; round < 100 && sessionsOn(this.paths.dataDir).length > 0; round += 1) await sleep(100);
    for (const pid of sessionsOn(this.paths.dataDir)) process.kill(pid, 'SIGKILL');
    rmSync(join(this.paths.dataDir, 'postmaster.pid'), { force: true });
    for (const name of readdirSync(this.paths.socketDir)) rmSync(join(this.paths.socketDir, name), { force: true });
  }

  private async answers(): Promise<boolean> {
    try {
      await this.query('postgres', async (client) => client.query('select 1'));
      return true;
    } catch {
      return false;
    }
  }

  private async createDatabase(): Promise<void> {
    await this.query('postgres', async (client) => {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
      if (rowCount === 0) await client.query(`create database ${databaseName}`);
    });
  }

  private async query(database: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = new pg.Client({ ...this.connection, database, connectionTimeoutMillis: 10_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}

/** PostgreSQL refuses to run as root. It also refuses a uid that has no name, so this is one that every system knows. */
function databaseUser(): DatabaseUser | null {
  if (process.getuid?.() !== 0) return null;
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '');
  return entry ? { uid: Number(entry[1]), gid: Number(entry[2]) } : { uid: 65534, gid: 65534 };
}

/** The choice is made once: permissions or PLINTH_RUN_DIR that change later must not make us start on an empty database. */
function keepDataFolder(paths: PostgresPaths, user: DatabaseUser | null): PostgresPaths {
  const record = join(paths.stateDir, 'data-folder');
  const inside = join(paths.stateDir, 'data');
  const recorded = existsSync(record) ? readFileSync(record, 'utf8').trim() : '';
  const dataDir = [recorded, inside].find((folder) => folder !== '' && existsSync(join(folder, 'PG_VERSION'))) ?? paths.dataDir;
  if (!ownFacts(user).canEnter(dirname(dataDir))) throw unreachableFolder(dirname(dataDir), user?.uid ?? 0);
  if (recorded !== dataDir) writeFileSync(record, `${dataDir}\n`);
  return { ...paths, dataDir };
}

function prepareFolders(paths: PostgresPaths, user: DatabaseUser | null): void {
  for (const folder of [dirname(paths.dataDir), dirname(paths.socketDir)]) {
    if (folder !== paths.stateDir) makeRunFolder(folder, user);
  }
  for (const folder of [dirname(paths.dataDir), dirname(paths.socketDir)]) {
    if (!ownFacts(user).canEnter(folder)) throw unreachableFolder(folder, user?.uid ?? 0);
  }
  try {
    makeFolder(paths.socketDir, user);
  } catch (error) {
    if (user && (error as NodeJS.ErrnoException).code === 'EPERM') throw cannotChangeUser(user.uid, error);
    throw error;
  }
}

/** A run folder may stand in a place that everybody can write to: what somebody else put there first is not used. */
function makeRunFolder(folder: string, user: DatabaseUser | null): void {
  const parent = dirname(folder);
  const mode = user ? 0o755 : 0o700;
  for (const path of [parent, folder]) {
    if (!existsSync(path)) {
      mkdirSync(path, { recursive: true });
      // Whatever the umask says.
      chmodSync(path, mode);
    }
    const stat = lstatSync(path);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) throw unsafeFolder(path);
  }
}

function makeFolder(folder: string, owner: DatabaseUser | null): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
}

/** Every PostgreSQL process that stands in the data folder. */
function sessionsOn(dataDir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresOn(pid, dataDir));
}

/** Fast shutdown first; a server that hangs is made to crash, which loses nothing that was committed. */
async function endPostmaster(postmaster: ProcessIdentity): Promise<void> {
  for (const [signal, patienceSeconds] of [
    ['SIGINT', 30],
    ['SIGQUIT', 10],
    ['SIGKILL', 10],
  ] as const) {
    if (!isAlive(postmaster)) return;
    try {
      process.kill(postmaster.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const until = Date.now() + patienceSeconds * 1000;
    while (isAlive(postmaster) && Date.now() < until) await sleep(10);
  }
}

function spawned(child: ChildProcess, user: DatabaseUser | null): Promise<void> {
  return new Promise((done, fail) => {
    child.once('spawn', done);
    child.once('error', (error: NodeJS.ErrnoException) =>
      fail(user && error.code === 'EPERM' ? cannotChangeUser(user.uid, error) : error),
    );
  });
}

async function run(command: string, args: string[], user: DatabaseUser | null): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user ?? {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<number | null>((done) => child.once('close', done));
  await spawned(child, user);
  return { code: await closed, output };
}

/** PostgreSQL gives the reason in its first FATAL or error line; hints and what it cleaned up follow. */
function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines.find((line) => /FATAL|PANIC|error:/.test(line));
  return (fatal ?? lines.at(-1) ?? '').trim();
}

/** A list of folders in PostgreSQL's syntax: quoted, because a comma or blank in the path would end it. */
function quoted(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}
