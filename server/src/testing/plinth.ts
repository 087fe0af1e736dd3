import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { insertGrant, organizationId } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { type App, startApp } from '../main/app.ts';
import { makeToken } from '../people/index.ts';
import { insertPerson } from '../people/people-store.ts';
import { type Connection, readConfig, systemContext, transaction } from '../platform/index.ts';
import { createProject, type Project } from '../projects/index.ts';

/** What a test gets back of a call: status, parsed body (JSON or text) and headers. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
  body: any;
  headers: Headers;
}

/** Somebody who calls the API. Paths are under /api/v1 unless they begin with another known root. */
export interface Caller {
  id: string;
  email: string;
  token: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface TestPlinth {
  app: App;
  url: string;
  home: string;
  connection: Connection;
  /** The first administrator. */
  admin: Caller;
  /** A person with a role in the first project (`owner`, …), `member`: no role there, `auditor`: of the organization. */
  as(role: 'owner' | 'contributor' | 'validator' | 'viewer' | 'consumer' | 'member' | 'auditor' | 'nobody'): Caller;
  /** A caller with a token of your own making. */
  withToken(token: string): Caller;
  projects: Project[];
  /** Verbs of the events since the last call, in order, once all are sealed. */
  newEvents(): Promise<string[]>;
  /** Waits until `check` gives something truthy. */
  until<T>(what: string, check: () => Promise<T | null | undefined | false>, timeoutMilliseconds?: number): Promise<T>;
  stop(): Promise<void>;
}

/** A whole Plinth on a database of its own: `const t = await plinth({ projects: 1 })`. */
export async function plinth(options: { projects?: number; env?: Record<string, string> } = {}): Promise<TestPlinth> {
  const { connection, drop } = await makeDatabase();
  const home = await mkdtemp(join(tmpdir(), 'plinth-test-'));
  // Work runs as other users, who must pass; else it would be laid out elsewhere on the machine.
  await chmod(home, 0o755);
  const adminToken = `pln_test_${randomBytes(12).toString('hex')}`;
  const config = readConfig(
    {
      PLINTH_HOME: home,
      PLINTH_PORT: '0',
      PLINTH_ADMIN_TOKEN: adminToken,
      PLINTH_ADMIN_EMAIL: 'admin@example.org',
      ...options.env,
    },
    null,
  );
  const app = await startApp(config, connection, { log: pino({ level: process.env.PLINTH_TEST_LOG ?? 'fatal' }) });
  const system = systemContext(app.platform, 'test');
  const callers = new Map<string, Caller>();

  async function addPerson(name: string, role?: 'member' | 'auditor'): Promise<Caller> {
    const id = newId('usr');
    const email = `${name}@example.org`;
    const token = await transaction(system, async (tx) => {
      await insertPerson(tx, { id, email, name: name[0]!.toUpperCase() + name.slice(1), passwordHash: null, state: 'active' });
      if (role) await insertGrant(tx, { subjectId: id, scopeId: organizationId, role });
      return (await makeToken(tx, { ownerId: id, name: 'test', kind: 'personal' })).token;
    });
    const caller = makeCaller(app.url, token, id, email);
    callers.set(name, caller);
    return caller;
  }

  for (const name of ['owner', 'contributor', 'validator', 'viewer', 'consumer', 'member']) await addPerson(name, 'member');
  await addPerson('auditor', 'auditor');
  const projects: Project[] = [];
  for (let index = 0; index < (options.projects ?? 0); index++) {
    const owner = callers.get('owner')!;
    const actor = { kind: 'person' as const, id: owner.id, name: 'Owner', subjectIds: [owner.id] };
    projects.push(await createProject({ ...system, actor }, { name: `Project ${index + 1}`, slug: `project-${index + 1}` }));
  }
  const first = projects[0];
  if (first) {
    await transaction(system, async (tx) => {
      for (const role of ['contributor', 'validator', 'viewer', 'consumer'] as const) {
        await insertGrant(tx, { subjectId: callers.get(role)!.id, scopeId: first.id, role });
      }
    });
  }
  callers.set('nobody', makeCaller(app.url, '', '', ''));

  let seen = await sealedHead();
  async function sealedHead(): Promise<number> {
    await until('all events sealed', async () => {
      const row = await app.platform.database.pool.query('select count(*) filter (where sequence is null) as open from events');
      return row.rows[0].open === 0;
    });
    const { rows } = await app.platform.database.pool.query('select coalesce(max(sequence), 0) as head from events');
    return rows[0].head;
  }

  return {
    app,
    url: app.url,
    home,
    connection,
    admin: makeCaller(app.url, adminToken, app.administratorId, 'admin@example.org'),
    as: (role) => callers.get(role)!,
    withToken: (token) => makeCaller(app.url, token, '', ''),
    projects,
    async newEvents() {
      const head = await sealedHead();
      const { rows } = await app.platform.database.pool.query(
        'select verb from events where sequence > $1 and sequence <= $2 order by sequence',
        [seen, head],
      );
      seen = head;
      return rows.map((row: { verb: string }) => row.verb);
    },
    until,
    async stop() {
      await app.stop();
      await drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Polls for a fact; fails with its name, never silently. */
export async function until<T>(
  what: string,
  check: () => Promise<T | null | undefined | false>,
  timeoutMilliseconds = 30_000,
): Promise<T> {
  const end = Date.now() + timeoutMilliseconds;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMilliseconds} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A new database in the test run's PostgreSQL. */
export async function makeDatabase(): Promise<{ connection: Connection; drop(): Promise<void> }> {
  const server: Connection = JSON.parse(process.env.PLINTH_TEST_DATABASE ?? 'null');
  if (!server) throw new Error('PLINTH_TEST_DATABASE is not set: run the tests by `npm test`, whose set-up starts PostgreSQL');
  const name = `t_${randomBytes(8).toString('hex')}`;
  const run = async (sql: string): Promise<void> => {
    const client = new pg.Client(server as pg.ClientConfig);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`create database ${name} template template0`);
  return { connection: { ...server, database: name }, drop: () => run(`drop database if exists ${name} with (force)`) };
}

/** Somebody with a token, to a server anywhere. */
export function makeCaller(url: string, token: string, id: string, email: string): Caller {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const whole = /^\/(api|ajax-api|mlflow|git|metrics|livez|readyz|health|version|w|docs)(\/|$|\?)/.test(path)
      ? path
      : `/api/v1${path}`;
    const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
    const response = await fetch(url + whole, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (raw ? body : JSON.stringify(body)) as string }),
      redirect: 'manual',
    });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, body: json && text ? JSON.parse(text) : text, headers: response.headers };
  };
  return {
    id,
    email,
    token,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    patch: (path, body, headers) => call('PATCH', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
  };
}
