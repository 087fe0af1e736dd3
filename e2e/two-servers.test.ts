import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCaller } from '../server/src/testing/plinth.ts';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';

/** Two server processes on one database and one state folder: what is done through one holds at the other. */
let state: SharedState;
let one: ServerProcess;
let two: ServerProcess;
beforeAll(async () => {
  state = await sharedState();
  // At once, on an empty database: one of them makes it.
  [one, two] = await Promise.all([state.start(), state.start()]);
});
afterAll(() => state?.stop());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const at = (server: ServerProcess, token: string) => makeCaller(server.url, token, '', '');

describe('two servers on one database', () => {
  it('have one first administrator and one default project', async () => {
    expect((await one.admin.get('/projects')).body.items).toHaveLength(1);
    expect((await two.admin.get('/projects')).body).toEqual((await one.admin.get('/projects')).body);
    expect((await two.admin.get('/users')).body.items).toHaveLength(1);
  });

  it('refuse a revoked token within five seconds, both of them', async () => {
    const { body } = await one.admin.post('/tokens', { name: 'to be revoked' });
    for (const server of [one, two]) expect((await at(server, body.token).get('/projects')).status).toBe(200);
    expect((await one.admin.delete(`/tokens/${body.id}`)).status).toBeLessThan(300);
    await until(
      'both to refuse',
      async () => {
        const answers = await Promise.all([one, two].map((server) => at(server, body.token).get('/projects')));
        return answers.every((answer) => answer.status === 401);
      },
      5_000,
    );
  });

  it('take a role away at both at once', async () => {
    const user = (await one.admin.post('/users', { email: 'ada@example.org', name: 'Ada', password: 'a long password' })).body;
    const session = await fetch(`${two.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: two.url },
      body: JSON.stringify({ email: user.email, password: 'a long password' }),
    });
    const cookie = session.headers.get('set-cookie')!.split(';')[0]!;
    const read = async (server: ServerProcess): Promise<number> =>
      (await fetch(`${server.url}/api/v1/projects/default`, { headers: { cookie } })).status;
    expect(await read(two)).toBe(404);
    await one.admin.post('/projects/default/members', { email: user.email, role: 'viewer' });
    expect([await read(one), await read(two)]).toEqual([200, 200]);
    await one.admin.delete(`/projects/default/members/${user.id}`);
    expect([await read(one), await read(two)]).toEqual([404, 404]);
  });

  it('give each other’s bytes: content put through one is read through the other', async () => {
    const bytes = randomBytes(3_000_000);
    const put = await fetch(`${one.url}/api/v1/projects/default/blobs/${sha256(bytes)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${one.admin.token}`, 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    expect(put.status).toBe(200);
    const dataset = (await two.admin.post('/projects/default/datasets', { name: 'shared' })).body;
    const snapshot = await two.admin.post(`/projects/default/datasets/${dataset.id}/snapshots`, {
      files: [{ path: 'data.bin', sha256: sha256(bytes), sizeBytes: bytes.length }],
    });
    expect(snapshot.status, JSON.stringify(snapshot.body)).toBe(201);
    const read = await fetch(`${two.url}/api/v1/snapshots/${snapshot.body.id}/content?path=data.bin`, {
      headers: { authorization: `Bearer ${two.admin.token}` },
    });
    expect(sha256(new Uint8Array(await read.arrayBuffer()))).toBe(sha256(bytes));
  });

  it('share the background tasks: each is done once, by whoever is free', async () => {
    const dataset = (await one.admin.post('/projects/default/datasets', { name: 'tables' })).body;
    const ids: string[] = [];
    for (let number = 0; number < 6; number++) {
      const form = new FormData();
      form.append('file', new Blob([`a,b\n1,${number}\n`]), 'table.csv');
      const { admin } = number % 2 ? one : two;
      ids.push((await admin.post(`/projects/default/datasets/${dataset.id}/snapshots`, form)).body.id);
    }
    for (const id of ids) {
      const profile = await until(
        `the profile of ${id}`,
        async () => {
          const now = (await two.admin.get(`/snapshots/${id}`)).body.profile;
          return now.state === 'pending' ? null : now;
        },
        60_000,
      );
      expect(profile).toMatchObject({ state: 'ready', tables: [{ rowCount: 1 }] });
    }
    expect(await state.query('select count(*)::int as count from graphile_worker._private_jobs')).toEqual([{ count: 0 }]);
  });

  it('show in each one’s stream, once and in the same order, what happens through both', async () => {
    const streams = [await listen(one), await listen(two)];
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        (number % 2 ? one : two).admin.post('/projects/default/goals', { title: `Goal ${number}` }),
      ),
    );
    for (const answer of made) expect(answer.status).toBe(201);
    const orders: number[][] = [];
    for (const stream of streams) {
      await until('all events', async () => stream.events().length >= 10, 10_000);
      expect(new Set(stream.events().map((event) => event.objectId))).toEqual(new Set(made.map((answer) => answer.body.id)));
      const sequences = stream.events().map((event) => event.sequence);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
      orders.push(sequences);
      stream.close();
    }
    expect(orders[0]).toHaveLength(10);
    expect(orders[1]).toEqual(orders[0]);
    expect((await one.admin.get('/audit/verify')).body.valid).toBe(true);
  });

  it('go on when one of them ends: its streams end too, and the other serves', async () => {
    const stream = await listen(two);
    await two.end('SIGTERM');
    await until('the stream to end', async () => stream.ended());
    expect((await one.admin.get('/readyz')).status).toBe(200);
    expect((await one.admin.post('/projects/default/goals', { title: 'After' })).status).toBe(201);
  });
});

/** The events of goals that a client of a server's live stream sees from now on. */
async function listen(server: ServerProcess) {
  const controller = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${server.admin.token}` },
    signal: controller.signal,
  });
  let text = '';
  let over = false;
  const reading = (async () => {
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) text += part;
  })();
  reading
    .catch(() => {})
    .finally(() => {
      over = true;
    });
  await until('the stream to open', async () => text.includes(': connected'));
  return {
    events: (): { sequence: number; objectId: string }[] =>
      [...text.matchAll(/^event: goal\.\S+\ndata: (.*)\n\n/gm)].map(([, data]) => {
        const event = JSON.parse(data!);
        return { sequence: event.sequence, objectId: event.object.id };
      }),
    ended: () => over,
    close: () => controller.abort(),
  };
}
