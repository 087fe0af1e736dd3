/** How a client reaches the database; it is what `pg` takes. `host` is the folder of the Unix socket. */
export type Connection = { host: string; port: number; user: string; password: string; database: string };

/** A running PostgreSQL that this process answers for. */
export type Postgres = {
  readonly connection: Connection;
  /** True when an earlier process had started it and died: nothing was started, its data and sessions went on. */
  readonly adopted: boolean;
  /** Of the postmaster; changes when it had to be started again. */
  readonly pid: number;
  /** Fast shutdown: open transactions roll back, what was committed is on disk. Ends when the process is gone; may be called twice. */
  stop(): Promise<void>;
};

/** The database cannot be had. The message is one sentence that says what to do, made to be shown as it is. */
export class PostgresStartError extends Error {
  override name = 'PostgresStartError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function alreadyRunning(home: string, pid: number) {
  return new PostgresStartError(
    'already-running',
    `another Plinth already runs on ${home} (pid ${pid}); stop it or set PLINTH_HOME to another folder`,
  );
}

export function noBinaries(platform: string, faults: string[]) {
  const because = faults.length > 0 ? ` (${faults.join('; ')})` : '';
  return new PostgresStartError(
    'no-postgres',
    `no PostgreSQL can run here: there is no package for ${platform} that works, and none of version 15 or newer on PATH${because}; ` +
      'install PostgreSQL, or set PLINTH_DATABASE_URL to a server you have',
  );
}

export function cannotChangeUser(uid: number, cause: unknown) {
  return new PostgresStartError(
    'cannot-change-user',
    `PostgreSQL refuses to run as root, and this root may not start it as uid ${uid}; run Plinth as an ordinary user, or set PLINTH_DATABASE_URL`,
    { cause },
  );
}

export function userWithoutName(uid: number) {
  return new PostgresStartError(
    'user-without-name',
    `PostgreSQL refuses to run as uid ${uid}, which has no name in /etc/passwd; run Plinth as a user with a name, or set PLINTH_DATABASE_URL`,
  );
}

export function unreachableFolder(folder: string, uid: number) {
  return new PostgresStartError(
    'unreachable-folder',
    `the database user (uid ${uid}) cannot enter ${folder}; run chmod o+x on it and the folders above it, or set PLINTH_RUN_DIR to a folder that it can enter`,
  );
}

export function unsafeFolder(folder: string) {
  return new PostgresStartError(
    'unsafe-folder',
    `${folder} is not a folder of this user alone; remove it, or set PLINTH_RUN_DIR to a short path of your own`,
  );
}

export function socketPathTooLong(folder: string) {
  return new PostgresStartError(
    'socket-path-too-long',
    `the path ${folder} is too long for a Unix socket; set PLINTH_RUN_DIR to a path of at most 70 bytes`,
  );
}

export function otherMajorVersion(dataFolder: string, made: string, running: number) {
  return new PostgresStartError(
    'other-major-version',
    `the database in ${dataFolder} was made by PostgreSQL ${made}, but the one found here is ${running}; install version ${made}, or restore a backup into a new PLINTH_HOME`,
  );
}

export function startFailed(what: string, logTail: string) {
  return new PostgresStartError(
    'start-failed',
    `PostgreSQL could not ${what}: ${logTail || 'it wrote no reason'}; see the lines above, or set PLINTH_DATABASE_URL`,
  );
}
