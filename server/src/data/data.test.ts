import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../kit/digest.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let dataset: string;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  dataset = (await t.as('contributor').post('/projects/project-1/datasets', { name: 'rows' })).body.id;
});
afterAll(() => t?.stop());

const upload = (files: Record<string, string>, who: 'contributor' | 'viewer' = 'contributor') => {
  const form = new FormData();
  for (const [path, content] of Object.entries(files)) form.append('file', new Blob([content]), path);
  return t.as(who).post(`/projects/project-1/datasets/${dataset}/snapshots`, form);
};

describe('a snapshot', () => {
  it('is not made by viewers, nor seen by strangers', async () => {
    expect((await upload({ 'a.csv': 'a\n1\n' }, 'viewer')).status).toBe(403);
    const made = await upload({ 'a.csv': 'a\n1\n' });
    expect(made.status).toBe(201);
    expect((await t.as('member').get(`/snapshots/${made.body.id}`)).status).toBe(404);
    expect((await t.as('member').get(`/snapshots/${made.body.id}/content?path=a.csv`)).status).toBe(404);
  });

  it('has a digest of paths and bytes, whatever their order', async () => {
    const one = await upload({ 'x/a.txt': 'one', 'b.txt': 'two' });
    const two = await upload({ 'b.txt': 'two', 'x/a.txt': 'one' });
    const other = await upload({ 'x/a.txt': 'one', 'c.txt': 'two' });
    expect(two.body.digest).toBe(one.body.digest);
    expect(other.body.digest).not.toBe(one.body.digest);
    expect(
      (await t.as('viewer').get(`/snapshots/${one.body.id}/files`)).body.items.map((file: { path: string }) => file.path),
    ).toEqual(['b.txt', 'x/a.txt']);
    expect((await t.as('viewer').get(`/snapshots/${one.body.id}/content?path=x/a.txt`)).body).toBe('one');
  });

  it('refuses paths that lead out, and double ones, and keeps nothing of them', async () => {
    const before = (await t.as('viewer').get(`/datasets/${dataset}/snapshots`)).body.items.length;
    for (const path of ['../up.csv', '/root.csv', 'a//b.csv', 'a/../b.csv', 'c:\\x.csv'])
      expect((await upload({ [path]: 'x' })).status, path).toBe(400);
    expect((await t.as('contributor').post(`/projects/project-1/datasets/${dataset}/snapshots`, { files: [] })).status).toBe(400);
    expect((await t.as('viewer').get(`/datasets/${dataset}/snapshots`)).body.items).toHaveLength(before);
  });

  it('can name contents that its own project put, and those only', async () => {
    const content = 'only ours';
    const put = (project: string, digest: string) =>
      t.as('owner').put(`/projects/${project}/blobs/${digest}`, content, { 'content-type': 'application/octet-stream' });
    expect((await put('project-2', sha256('something else'))).body.code).toBe('digest-mismatch');
    expect((await put('project-2', sha256(content))).status).toBe(200);
    const listed = { files: [{ path: 'a.txt', sha256: sha256(content), sizeBytes: content.length }] };
    const stolen = await t.as('contributor').post(`/projects/project-1/datasets/${dataset}/snapshots`, listed);
    expect(stolen.body.code).toBe('blob-missing');
    expect((await t.as('contributor').get(`/projects/project-1/blobs/${sha256(content)}`)).status).toBe(404);
    expect((await put('project-1', sha256(content))).status).toBe(200);
    expect((await t.as('contributor').post(`/projects/project-1/datasets/${dataset}/snapshots`, listed)).status).toBe(201);
  });

  it('gets the statistics of its columns, and stands when it is no table', async () => {
    const made = await upload({ 'rows.csv': 'age,city\n30,Bern\n40,Bern\n50,Ulm\n,Ulm\n' });
    const profile = await t.until('the profile', async () => {
      const now = (await t.as('viewer').get(`/snapshots/${made.body.id}`)).body.profile;
      return now.state === 'pending' ? null : now;
    });
    expect(profile.tables[0].rowCount).toBe(4);
    const [age, city] = profile.tables[0].columns;
    expect(age).toMatchObject({
      name: 'age',
      count: 3,
      nullCount: 1,
      min: '30',
      max: '50',
      mean: 40,
      standardDeviation: 10,
      quartiles: [35, 40, 45],
    });
    expect(age.histogram.reduce((sum: number, bin: { count: number }) => sum + bin.count, 0)).toBe(3);
    expect(city.topValues).toEqual([
      { value: 'Bern', count: 2 },
      { value: 'Ulm', count: 2 },
    ]);
    const broken = await upload({ 'broken.parquet': 'not a table' });
    const told = await t.until('the failure', async () => {
      const now = (await t.as('viewer').get(`/snapshots/${broken.body.id}`)).body.profile;
      return now.state === 'pending' ? null : now;
    });
    expect(told.state).toBe('failed');
  });
});
