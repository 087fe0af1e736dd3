import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../kit/ids.ts';
import { systemContext } from '../platform/index.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { archivePredictions } from './archive-predictions.ts';
import type { NewPrediction } from './prediction.ts';
import { openPredictionLog } from './prediction-log.ts';
import { trafficSince } from './prediction-store.ts';
import { listPredictions, readPredictions } from './read-predictions.ts';
import { openSegmentWriter, readFrames } from './segment.ts';
import { summarise } from './traffic.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

function prediction(change: Partial<NewPrediction> = {}): NewPrediction {
  return {
    id: newId('prd'),
    projectId: t.projects[0]!.id,
    deploymentId: 'dep_test',
    channel: 'beta',
    revisionId: 'rev_1',
    versionId: 'mdv_1',
    replicaId: 'wkl_1',
    consumerId: t.as('consumer').id,
    consumerKind: 'person',
    at: new Date(),
    latencyMilliseconds: 12.5,
    status: 200,
    error: null,
    form: 'mlflow',
    contentType: 'application/json',
    request: Buffer.from('{"dataframe_split":{"columns":["a","b"],"data":[[1.0,2],[3,-0]]}}'),
    response: Buffer.from('{"predictions": [0.25, 1]}'),
    rowCount: 2,
    columnsJson: Buffer.from('["a","b"]'),
    rowsJson: Buffer.from('[[1.0,2],[3,-0]]'),
    outputsJson: Buffer.from('[0.25,1]'),
    ...change,
  };
}

describe('who may read predictions', () => {
  it('is every reader of the project and nobody else', async () => {
    const one = prediction();
    await t.app.predictions.append(one);
    await t.app.predictions.ship();
    expect((await t.as('nobody').get(`/predictions/${one.id}`)).status).toBe(401);
    expect((await t.as('member').get(`/predictions/${one.id}`)).status).toBe(404);
    expect((await t.as('consumer').get(`/predictions/${one.id}`)).status).toBe(404);
    expect((await t.as('viewer').get('/predictions/prd_00000000000000000000000000')).status).toBe(404);
    expect((await t.as('viewer').get(`/predictions/${one.id}.2`)).status).toBe(404);
    expect((await t.as('viewer').get(`/predictions/${one.id}`)).body).toMatchObject({
      id: one.id,
      consumer: { id: t.as('consumer').id, name: 'Consumer' },
      rows: [
        { id: `${one.id}.0`, input: [1, 2], output: 0.25 },
        { id: `${one.id}.1`, input: [3, 0], output: 1 },
      ],
      request: one.request.toString(),
      bodyEncoding: 'utf-8',
    });
    expect((await t.as('viewer').get(`/predictions/${one.id}.1`)).body.rows).toHaveLength(1);
  });

  it('gets bytes that are no text back as they were', async () => {
    const one = prediction({
      request: Buffer.from([0, 255, 254, 10]),
      error: 'a\u0000b',
      status: 400,
      rowCount: 0,
      rowsJson: Buffer.from('[]'),
    });
    await t.app.predictions.append(one);
    const answer = await t.until('the prediction to be readable', async () => {
      const got = await t.as('viewer').get(`/predictions/${one.id}`);
      return got.status === 200 && got.body;
    });
    expect(answer).toMatchObject({ bodyEncoding: 'base64', request: one.request.toString('base64'), status: 400 });
  });
});

describe('the order of arrival', () => {
  it('is followed from a cursor without a gap, while predictions come in and move to archives', async () => {
    const ctx = systemContext(t.app.platform, 'test');
    const deploymentId = 'dep_order';
    const sent: string[] = [];
    const seen: string[] = [];
    let cursor: number | null = null;
    for (let round = 0; round < 6; round++) {
      const group = Array.from({ length: 20 }, () => prediction({ deploymentId }));
      await Promise.all(group.map((one) => t.app.predictions.append(one)));
      sent.push(...group.map((one) => one.id));
      await t.app.predictions.ship();
      if (round === 2)
        expect((await archivePredictions(ctx, deploymentId, new Date(Date.now() + 60_000)))?.predictionCount).toBe(60);
      const part: Awaited<ReturnType<typeof readPredictions>> = await readPredictions(ctx, deploymentId, {
        after: cursor,
        limit: 15,
      });
      seen.push(...part.items.map((one) => one.id));
      cursor = part.cursor;
    }
    for (;;) {
      const part: Awaited<ReturnType<typeof readPredictions>> = await readPredictions(ctx, deploymentId, {
        after: cursor,
        limit: 50,
      });
      if (part.items.length === 0) break;
      seen.push(...part.items.map((one) => one.id));
      cursor = part.cursor;
    }
    expect(seen).toEqual(sent);
    const newest = await listPredictions(ctx, deploymentId, { before: null, limit: 100 });
    expect(newest.map((one) => one.id)).toEqual(sent.slice(-100).reverse());
    const archived = (await t.as('viewer').get(`/predictions/${sent[0]}`)).body;
    expect(archived).toMatchObject({
      id: sent[0],
      request: prediction().request.toString(),
      rows: [{ input: [1, 2] }, { output: 1 }],
    });
    expect(new Date(archived.at).getTime()).toBeGreaterThan(Date.now() - 60_000);
    const traffic = summarise(await trafficSince(ctx, deploymentId, new Date(Date.now() - 3_600_000)));
    expect(traffic).toMatchObject({ requestCount: 120, rowCount: 240, serverErrorCount: 0 });
    expect(Math.abs(traffic.p95Milliseconds! / 12.5 - 1)).toBeLessThan(0.15);
  });
});

describe('a crash', () => {
  it('loses nothing acknowledged: another process takes the segments over, a torn tail is left out', async () => {
    const { platform } = t.app;
    const folder = join(platform.config.home, 'predictions');
    const dead = openSegmentWriter(folder, newId('proc'));
    const kept = [prediction({ deploymentId: 'dep_crash' }), prediction({ deploymentId: 'dep_crash' })];
    for (const one of kept) await dead.append(one);
    const path = join(folder, dead.segments()[0]!.name);
    const whole = statSync(path).size;
    await dead.append(prediction({ deploymentId: 'dep_crash' }));
    truncateSync(path, whole + 21);
    const log = openPredictionLog(platform, {
      id: newId('proc'),
      host: 'test',
      forgetDead: async () => {},
      stop: async () => {},
    });
    const ctx = systemContext(platform, 'test');
    const read = await t.until('the predictions of the dead process', async () => {
      const part = await readPredictions(ctx, 'dep_crash', { after: null, limit: 10 });
      return part.items.length >= 2 && part.items;
    });
    expect(read.map((one) => one.id)).toEqual(kept.map((one) => one.id));
    await t.until('the segment to be removed', async () => !readdirSync(folder).includes(path.split('/').at(-1)!));
    await log.stop();
  });

  it('by kill -9 keeps every prediction that a process had acknowledged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plinth-segments-'));
    const script = `
      import { openSegmentWriter } from ${JSON.stringify(join(import.meta.dirname, 'segment.ts'))};
      const writer = openSegmentWriter(${JSON.stringify(folder)}, 'proc_killed');
      const bytes = Buffer.from('x'.repeat(200));
      for (let n = 0; ; n++) {
        const id = 'prd_' + String(n).padStart(26, '0');
        writer.append({ id, at: new Date(), request: bytes, response: bytes, columnsJson: bytes, rowsJson: bytes, outputsJson: bytes })
          .then(() => process.stdout.write(id + '\\n'));
        if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.length > 20_000) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    const acknowledged = said.split('\n').slice(0, -1);
    const path = join(folder, readdirSync(folder)[0]!);
    const stored = readFrames(path, 0, statSync(path).size, { frames: 1e9, bytes: 1e12 }).predictions.map((one) => one.id);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('never takes a damaged frame for a prediction', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plinth-segments-'));
    const writer = openSegmentWriter(folder, 'proc_damaged');
    await writer.append(prediction());
    const path = join(folder, writer.segments()[0]!.name);
    const whole = statSync(path).size;
    appendFileSync(path, Buffer.from([9, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const read = readFrames(path, 0, statSync(path).size, { frames: 10, bytes: 1e9 });
    expect(read).toMatchObject({ nextBytes: whole, torn: true });
    expect(read.predictions).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});
