import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { identityOf, ownIdentity, type PlacedIdentity } from './process-identity.ts';

/** Which of the processes that share a database are held for dead at once, and which only when nothing was heard of them. */
let t: TestPlinth;
let other: ChildProcess;
beforeAll(async () => {
  t = await plinth();
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
});
afterAll(async () => {
  other?.kill('SIGKILL');
  await t?.stop();
});

async function listed(id: string, { host, ...identity }: Partial<PlacedIdentity & { host: string }>): Promise<void> {
  const { pid, startTime, bootId, pidNamespace } = { ...ownIdentity(), ...identity };
  await sql`insert into server_processes (id, host, pid, start_time, boot_id, pid_namespace, role)
    values (${id}, ${host ?? t.app.process.host}, ${pid}, ${startTime}, ${bootId}, ${pidNamespace}, 'all')`.execute(
    t.app.platform.database.db,
  );
}

async function left(): Promise<string[]> {
  await t.app.process.forgetDead();
  const rows = await t.app.platform.database.db
    .selectFrom('serverProcesses')
    .select('id')
    .where('id', 'like', 'test-%')
    .execute();
  return rows.map((row) => row.id).sort();
}

it('one that lives stays, and is struck off once it was killed', async () => {
  await listed('test-other', identityOf(other.pid!)!);
  expect(await left()).toEqual(['test-other']);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await left()).toEqual([]);
});

it('one whose number was given to another process is gone, although that one lives', async () => {
  const { startTime } = ownIdentity();
  await listed('test-reused', { startTime: String(Number(startTime) - 1) });
  expect(await left()).toEqual([]);
});

it('one of which this machine cannot know is left to its heartbeat', async () => {
  const gone = { pid: 2 ** 22 + 1 };
  await listed('test-another-host', { ...gone, host: 'elsewhere' });
  await listed('test-another-boot', { ...gone, bootId: '00000000-0000-0000-0000-000000000000' });
  await listed('test-another-container', { ...gone, pidNamespace: 'pid:[1]' });
  await sql`insert into server_processes (id, host, pid, role) values ('test-older-plinth', ${t.app.process.host}, ${gone.pid}, 'all')`.execute(
    t.app.platform.database.db,
  );
  expect(await left()).toEqual(['test-another-boot', 'test-another-container', 'test-another-host', 'test-older-plinth']);
});
