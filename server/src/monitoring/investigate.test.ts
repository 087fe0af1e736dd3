import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { logPredictions } from '../testing/predictions.ts';
import { generator, normal } from '../testing/streams.ts';

/** What somebody is given who looks into an alert. The workspace with its notebook is in e2e/monitoring.test.ts. */
let t: TestPlinth;
const columns = ['age', 'city', 'note'];
const random = generator(5);
const row = (shift = 0): unknown[] => [
  40 + shift + 10 * normal(random),
  random() < 0.6 ? 'Bern' : 'Ulm',
  // What a table of text must bear.
  ['plain', 'with, comma', 'with "quotes"', 'two\nlines', '=1+1', ' edges ', 'NA', null][Math.floor(random() * 8)],
];
let alert: { id: string; startEstimate: string; deploymentId: string; projectId: string };
let rows: unknown[][];
let ids: string[];

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const asked = (all: unknown[][], at = 0) =>
    all.map((values) => ({
      deploymentId: 'dep_look',
      columns,
      rows: [values],
      outputs: [Number((values[0] as number) > 45)],
      versionId: 'mdv_look',
      status: at,
    }));
  await logPredictions(
    t,
    asked(
      Array.from({ length: 500 }, () => row()),
      200,
    ),
  );
  await t.until(
    'the reference',
    async () => (await t.as('viewer').get('/monitors?deployment=dep_look')).body.items[0]?.rowCount === 500,
  );
  rows = Array.from({ length: 200 }, () => row(15));
  ids = await logPredictions(t, asked(rows, 200));
  alert = await t.until('the alert', async () =>
    (await t.as('viewer').get('/alerts?deployment=dep_look')).body.items.find(
      (one: { feature: string }) => one.feature === 'age',
    ),
  );
  const items = ids.slice(-50).map((predictionId) => ({ predictionId, value: 1 }));
  await t.as('contributor').post('/deployments/dep_look/ground-truth', { items });
}, 120_000);
afterAll(() => t?.stop());

const look = (who: 'contributor' | 'viewer' | 'member' | 'owner' = 'contributor', query = '?workspace=false') =>
  t.as(who).post(`/alerts/${alert.id}/investigate${query}`);

describe('an investigation', () => {
  it('is refused to who may not work here, and leaves nothing behind', async () => {
    expect((await look('viewer')).status).toBe(403);
    expect((await look('member')).status).toBe(404);
    expect((await look('contributor', '?workspace=maybe')).status).toBe(400);
    expect((await t.as('contributor').post('/alerts/alr_none/investigate')).status).toBe(404);
    expect((await t.as('viewer').get(`/alerts/${alert.id}/investigations`)).body.items).toEqual([]);
    expect((await t.as('viewer').get('/projects/project-1/datasets')).body.items).toEqual([]);
  });

  it('keeps the rows since the change began beside the reference, and says who looks', async () => {
    await t.newEvents();
    const { status, body } = await look();
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: alert.id, state: 'firing', investigatedByName: 'Contributor' });
    const { investigation } = body;
    expect(investigation).toMatchObject({
      alertId: alert.id,
      workspaceId: null,
      fromAt: alert.startEstimate,
      labelledCount: 50,
      referenceRows: 500,
      missing: [
        { what: 'commit', reason: 'It is no version of the registry.' },
        { what: 'environment', reason: 'It is no version of the registry.' },
      ],
    });
    expect(investigation.rowCount).toBeGreaterThanOrEqual(150);
    expect((await t.newEvents()).filter((verb) => verb !== 'snapshot.profiled')).toEqual([
      'dataset.created',
      'snapshot.created',
      'alert.investigated',
    ]);
    const { items } = (await t.as('viewer').get(`/snapshots/${investigation.snapshotId}/files`)).body;
    expect(items.map((file: { path: string }) => file.path).sort()).toEqual([
      'alert.json',
      'investigate.ipynb',
      'recent.csv',
      'reference-answers.csv',
      'reference.csv',
    ]);
    const lineage = JSON.stringify((await t.as('viewer').get(`/lineage?node=snapshot:${investigation.snapshotId}`)).body);
    expect(lineage).toContain(`alert:${alert.id}`);
    expect((await t.as('viewer').get(`/alerts/${alert.id}/investigations`)).body.items).toEqual([investigation]);
  });

  it('holds every value as it was asked', async () => {
    const [{ snapshotId, rowCount }] = (await t.as('viewer').get(`/alerts/${alert.id}/investigations`)).body.items;
    const { body } = await t.as('viewer').get(`/snapshots/${snapshotId}/content?path=recent.csv`);
    const folder = await mkdtemp(join(tmpdir(), 'plinth-look-'));
    try {
      await writeFile(join(folder, 'recent.csv'), body);
      const read = 'import csv, json, sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="")))))';
      const { stdout } = await promisify(execFile)('python3', ['-c', read, join(folder, 'recent.csv')], { maxBuffer: 1 << 26 });
      const table: Record<string, string>[] = JSON.parse(stdout);
      expect(table).toHaveLength(rowCount);
      const last = table.slice(-150).map((one) => [Number(one.age), one.city, one.note || null]);
      expect(last).toEqual(rows.slice(-150));
      expect(table.at(-1)).toMatchObject({
        plinth_prediction: ids.at(-1),
        plinth_row: '0',
        plinth_status: '200',
        plinth_truth: '1',
      });
      expect(table.filter((one) => one.plinth_truth === '1')).toHaveLength(50);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('asked again is the same, and another person has one of their own', async () => {
    const first = (await look()).body.investigation;
    expect((await look()).body.investigation.id).toBe(first.id);
    const other = (await look('owner')).body;
    expect(other.investigation.id).not.toBe(first.id);
    expect(other.investigatedByName).toBe('Owner');
    expect(other.investigation.datasetId).toBe(first.datasetId);
  });

  it('of an alert that is over is refused', async () => {
    await t.as('contributor').post(`/alerts/${alert.id}/resolve`, { reason: 'handled' });
    expect((await look()).body.code).toBe('alert-resolved');
  });
});
