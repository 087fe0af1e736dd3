import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseChannel, chooseReplica } from './choose.ts';
import { encodeFrame, makeFrameReader } from './frames.ts';
import { ReplicaConnection, ReplicaFull, ReplicaGone, ReplicaLate } from './replica-connection.ts';
import type { Replica } from './routing-table.ts';

describe('a split', () => {
  const traffic = [
    { channel: 'prod' as const, weight: 90 },
    { channel: 'beta' as const, weight: 10 },
  ];

  it('is exact to a point over ten thousand requests, and near it over fifty', () => {
    for (const [count, most] of [
      [10_000, 0.01],
      [50, 0.05],
    ] as const) {
      const beta = Array.from({ length: count }, (_, turn) => chooseChannel(traffic, turn, undefined)).filter(
        (one) => one === 'beta',
      );
      expect(Math.abs(beta.length / count - 0.1)).toBeLessThan(most);
    }
  });

  it('sends the same key always the same way, and keys by their share', () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `customer ${index}`);
    const first = keys.map((key, turn) => chooseChannel(traffic, turn, key));
    expect(keys.map((key) => chooseChannel(traffic, 7, key))).toEqual(first);
    expect(Math.abs(first.filter((one) => one === 'beta').length / keys.length - 0.1)).toBeLessThan(0.01);
  });

  it('goes nowhere without weights', () => {
    expect(chooseChannel([], 1, undefined)).toBeNull();
  });
});

it('the replica with the fewest requests is chosen, one that just went away last, one that was tried never', () => {
  const replica = (id: string, waiting: number, avoidUntil = 0) => ({ id, avoidUntil, connection: { waiting } }) as Replica;
  const all = [replica('a', 3), replica('b', 1), replica('c', 0, 100)];
  expect(chooseReplica(all, new Set(), 50)?.id).toBe('b');
  expect(chooseReplica(all, new Set(['a', 'b']), 50)?.id).toBe('c');
  expect(chooseReplica(all, new Set(['a', 'b', 'c']), 50)).toBeNull();
});

describe('frames', () => {
  it('are whole however the bytes come', () => {
    const bytes = Buffer.concat([
      ...encodeFrame({ id: 1, ä: 'ö' }, Buffer.from('body')),
      ...encodeFrame({ id: 2 }),
      ...encodeFrame({ id: 3 }, Buffer.alloc(5_000, 7)),
    ]);
    for (const size of [1, 3, 7, 100, bytes.length]) {
      const read = makeFrameReader();
      const frames = [];
      for (let start = 0; start < bytes.length; start += size) frames.push(...read(bytes.subarray(start, start + size)));
      expect(frames.map((frame) => frame.header)).toEqual([{ id: 1, ä: 'ö' }, { id: 2 }, { id: 3 }]);
      expect(frames.map((frame) => frame.body.length)).toEqual([4, 0, 5_000]);
    }
  });

  it('that could not be are refused', () => {
    expect(() => makeFrameReader()(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow();
  });
});

describe('a connection to a replica', () => {
  let server: Server | undefined;
  const folders: string[] = [];
  afterEach(() => {
    server?.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** A far end that answers frames as told; a folder so deep that its socket cannot be named in full. */
  async function farEnd(
    answer: (header: Record<string, unknown>, socket: Socket) => void,
  ): Promise<{ path: string; sockets: Set<Socket> }> {
    const folder = mkdtempSync(join(tmpdir(), `plinth-${'deep-'.repeat(12)}`));
    folders.push(folder);
    const sockets = new Set<Socket>();
    server = createServer((socket) => {
      sockets.add(socket);
      const read = makeFrameReader();
      socket.on('data', (chunk: Buffer) => {
        for (const { header } of read(chunk)) answer(header, socket);
      });
      socket.on('error', () => {});
    });
    const previous = process.cwd();
    process.chdir(folder);
    await new Promise<void>((resolve) => server!.listen('s', resolve));
    process.chdir(previous);
    return { path: join(folder, 's'), sockets };
  }
  const request = (milliseconds = 5_000) => ({
    form: 'mlflow' as const,
    contentType: 'application/json',
    body: Buffer.from('{}'),
    deadlineMilliseconds: milliseconds,
  });
  const reply = (socket: Socket, id: unknown) => {
    for (const part of encodeFrame(
      { id, status: 200, lengths: [2, 2, 2, 2], rowCount: 0, milliseconds: 1, together: 1 },
      Buffer.from('{}[][][]'),
    ))
      socket.write(part);
  };

  it('gives each request its own answer, in any order', async () => {
    const held: (() => void)[] = [];
    const { path } = await farEnd((header, socket) => {
      held.push(() => reply(socket, header.id));
      if (held.length === 3) for (const answer of held.toReversed()) answer();
    });
    const connection = new ReplicaConnection(path, 10);
    const answers = await Promise.all([1, 2, 3].map(() => connection.predict(request())));
    expect(answers.map((answer) => answer.body.toString())).toEqual(['{}', '{}', '{}']);
    expect(connection.waiting).toBe(0);
    connection.close();
  });

  it('refuses more than may wait, gives up at the deadline and tells the far end so', async () => {
    const heard: unknown[] = [];
    const { path } = await farEnd((header) => heard.push(header.operation));
    const connection = new ReplicaConnection(path, 1);
    const late = connection.predict(request(50)).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    while (connection.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(connection.predict(request())).rejects.toBeInstanceOf(ReplicaFull);
    expect(await late).toBeInstanceOf(ReplicaLate);
    while (heard.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(heard).toEqual(['predict', 'cancel']);
    connection.close();
  });

  it('says so when the far end goes, and comes back when it does', async () => {
    let dies = true;
    const { path } = await farEnd((header, socket) => (dies ? socket.destroy() : reply(socket, header.id)));
    const connection = new ReplicaConnection(path, 10);
    await expect(connection.predict(request())).rejects.toBeInstanceOf(ReplicaGone);
    dies = false;
    expect((await connection.predict(request())).status).toBe(200);
    connection.close();
    await expect(connection.predict(request())).rejects.toBeInstanceOf(ReplicaGone);
    await expect(new ReplicaConnection(`${path}-none`, 1).predict(request())).rejects.toBeInstanceOf(ReplicaGone);
  });
});
