import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOfFiles, sha256 } from '../kit/digest.ts';
import { logModel, registeredVersion } from '../testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let does: Caller;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  does = t.as('contributor');
});
afterAll(() => t?.stop());

const models = '/projects/project-1/models';

describe('a registered model', () => {
  it('is not made by viewers, nor seen by strangers, and a refusal is recorded alone', async () => {
    await does.post(models, { name: 'hidden' });
    await t.newEvents();
    expect((await t.as('viewer').post(models, { name: 'other' })).status).toBe(403);
    expect(await t.newEvents()).toEqual(['access.refused']);
    expect((await t.as('member').get(`${models}/hidden`)).status).toBe(404);
    expect((await t.as('member').get('/models')).body.items).toEqual([]);
    expect((await t.as('consumer').get(`${models}/hidden`)).status).toBe(404);
  });

  it.each(['a/b', 'a:b', 'a@b', '..', ' ', 'x'.repeat(257), 'nul\u0000'])('cannot be called %j', async (name) => {
    expect((await does.post(models, { name })).status).toBe(400);
  });

  it('has a name that is unique in its project only', async () => {
    expect((await does.post(models, { name: 'churn' })).status).toBe(201);
    expect((await does.post(models, { name: 'churn' })).body.code).toBe('model-exists');
    expect((await t.as('owner').post('/projects/project-2/models', { name: 'churn' })).status).toBe(201);
    const both = await Promise.all([1, 2, 3].map(() => does.post(models, { name: 'at once' })));
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });

  it('is renamed with its versions and aliases, and its old name is free again', async () => {
    const version = await registeredVersion(does, 'project-1', 'before');
    await does.put(`${models}/before/aliases/challenger`, { version: version.number });
    await t.newEvents();
    const { body, headers } = await does.patch(`${models}/before`, { name: 'after', intendedUse: 'To find churn.' });
    expect(body).toMatchObject({
      name: 'after',
      aliases: [{ alias: 'challenger', version: 1, protected: false }],
      versionCount: 1,
    });
    expect(await t.newEvents()).toEqual(['model.renamed']);
    expect((await does.get(`${models}/before`)).status).toBe(404);
    expect((await does.get(`${models}/after/versions/1`)).body).toMatchObject({ id: version.id, modelName: 'after' });
    expect((await does.patch(`${models}/after`, { description: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await does.patch(`${models}/after`, { description: 'x' }, { 'if-match': headers.get('etag')! })).status).toBe(200);
    expect((await does.post(models, { name: 'before' })).status).toBe(201);
  });

  it('is handed to another owner, who must be there', async () => {
    await does.post(models, { name: 'owned' });
    expect((await does.patch(`${models}/owned`, { ownerId: 'usr_none' })).body.errors[0].pointer).toBe('/ownerId');
    const { body } = await does.patch(`${models}/owned`, { ownerId: t.as('owner').id });
    expect(body.owner).toEqual({ id: t.as('owner').id, name: 'Owner' });
  });

  it('of the default project is found without naming the project', async () => {
    await does.post(models, { name: 'daily' });
    expect((await does.get('/models/daily')).body.code).toBe('invalid-input');
    await does.patch('/me', { defaultProject: 'project-1' });
    await t.until('the default', async () => (await does.get('/models/daily')).status === 200);
  });
});

describe('a version', () => {
  beforeEach(() => t.newEvents());

  it('is not made of nothing, nor of what belongs to another project', async () => {
    await does.post(models, { name: 'sources' });
    const runId = await logModel(does, 'project-1');
    const foreign = await logModel(t.as('owner'), 'project-2');
    const register = (body: object) => t.as('owner').post(`${models}/sources/versions`, body);
    expect((await register({})).status).toBe(400);
    expect((await register({ runId, path: 'nothing-here' })).status).toBe(400);
    expect((await register({ runId, path: '../model' })).status).toBe(400);
    expect((await register({ runId: foreign, path: 'model' })).status).toBe(404);
    expect((await register({ loggedModelId: 'm-none' })).status).toBe(404);
    expect((await register({ copyOf: 'models:/none/1' })).status).toBe(404);
    expect((await register({ copyOf: 'file:///etc/passwd' })).status).toBe(400);
    expect((await t.as('viewer').post(`${models}/sources/versions`, { runId, path: 'model' })).status).toBe(403);
    expect((await does.get(`${models}/sources/versions`)).body.items).toEqual([]);
  });

  it('knows its files, flavours, signature, source and maker, and is tied into the lineage', async () => {
    const { number, id, runId, digest } = await registeredVersion(does, 'project-1', 'facts');
    expect(await t.newEvents()).toEqual(['model.created', 'run.created', 'version.registered']);
    const { body } = await does.get(`${models}/facts/versions/${number}`);
    const bytes = { MLmodel: 0, 'model.pkl': 0, 'requirements.txt': 0 };
    expect(body).toMatchObject({
      id,
      number: 1,
      state: 'ready',
      fileCount: Object.keys(bytes).length,
      source: { kind: 'run', runId, path: 'model' },
      signature: { inputs: [{ name: 'age', type: 'double' }] },
      metrics: [{ key: 'auc', value: 0.9 }],
      createdBy: { id: does.id, name: 'Contributor' },
      approval: null,
    });
    expect(Object.keys(body.flavors).sort()).toEqual(['python_function', 'sklearn']);
    const { edges } = (await does.get(`${models}/facts/versions/1/lineage`)).body;
    expect(edges).toContainEqual(expect.objectContaining({ from: `run:${runId}`, to: `version:${id}`, kind: 'produced' }));
    const files = (await does.get(`${models}/facts/versions/1/artifacts`)).body.items;
    expect(files.map((file: { path: string }) => file.path)).toEqual(['MLmodel', 'model.pkl', 'requirements.txt']);
    const again = await does.post(`${models}/facts/versions`, { copyOf: 'models:/facts/1' });
    expect(again.body).toMatchObject({ number: 2, digest, source: { kind: 'version', runId } });
    expect((await does.get(`${models}/facts/versions/latest`)).body.number).toBe(2);
  });

  it('stays whole when the run and its files are gone', async () => {
    const { runId } = await registeredVersion(does, 'project-1', 'kept');
    await does.delete(`/runs/${runId}`);
    await does.delete(`/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/model`);
    expect((await does.get(`${models}/kept/versions/1/artifact?path=model.pkl`)).body).toBe('bytes');
    expect((await does.get(`${models}/kept/versions/1/card`)).status).toBe(200);
  });

  it('gets numbers without a gap when many register at once, and a number never twice', async () => {
    await does.post(models, { name: 'busy' });
    const runId = await logModel(does, 'project-1');
    const made = await Promise.all(
      Array.from({ length: 8 }, () => does.post(`${models}/busy/versions`, { runId, path: 'model' })),
    );
    expect(made.map((answer) => answer.body.number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await does.delete(`${models}/busy/versions/8`)).status).toBe(204);
    expect((await does.get(`${models}/busy/versions/8`)).status).toBe(404);
    expect((await does.post(`${models}/busy/versions`, { runId, path: 'model' })).body.number).toBe(9);
    const first = (await does.get(`${models}/busy/versions?limit=5`)).body;
    const second = (await does.get(`${models}/busy/versions?limit=5&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map((item: { number: number }) => item.number)).toEqual([9, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('changes in its words only', async () => {
    await registeredVersion(does, 'project-1', 'words');
    expect((await does.patch(`${models}/words/versions/1`, { digest: 'x' })).status).toBe(400);
    const { body } = await does.patch(`${models}/words/versions/1`, { description: 'First.', tags: { team: 'risk' } });
    expect(body).toMatchObject({ description: 'First.', tags: { team: 'risk' } });
  });

  it.each(['0', '-1', '1.5', '99999999999', 'x', '%00'])('is not found under the number %s', async (number) => {
    await does.post(models, { name: 'numbers' });
    expect((await does.get(`${models}/numbers/versions/${number}`)).status).toBeGreaterThanOrEqual(400);
    expect((await does.get(`${models}/numbers/versions/${number}`)).status).toBeLessThan(500);
  });

  it('keeps of a model file what can be kept, however it is nested', async () => {
    await does.post(models, { name: 'nested' });
    for (const deep of [`flavors: {a: ${'['.repeat(20_000)}`, `x: ${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}`]) {
      const { status } = await does.post(`${models}/nested/versions`, {
        runId: await logModel(does, 'project-1', { MLmodel: deep }),
        path: 'model',
      });
      expect(status).toBe(201);
    }
    const MLmodel = `flavors:\n  f: {a: ${'['.repeat(900)}${']'.repeat(900)}, "n\\0": "x\\0y", inf: .inf, __proto__: {b: 1}}`;
    const runId = await logModel(does, 'project-1', { MLmodel });
    const { status, body } = await does.post(`${models}/nested/versions`, { runId, path: 'model' });
    expect([status, body.flavors.f.n, body.flavors.f.inf]).toEqual([201, 'xy', null]);
  });

  it('takes a model file that cannot be read as one that says nothing', async () => {
    await does.post(models, { name: 'odd' });
    for (const MLmodel of ['{', 'flavors: [1]\nsignature: 3', 'signature:\n  inputs: "not json"', 'a: &a [*a]', 'x: "\\0"']) {
      const runId = await logModel(does, 'project-1', { MLmodel });
      const { status, body } = await does.post(`${models}/odd/versions`, { runId, path: 'model' });
      expect([status, body.flavors, body.signature], MLmodel).toEqual([201, {}, null]);
    }
  });
});

describe('lists', () => {
  it('are filtered and sorted as asked, and refuse what they do not know', async () => {
    for (const [name, team] of [
      ['list-b', 'risk'],
      ['list-a', 'risk'],
      ['list-c', 'sales'],
    ])
      await does.post(models, { name, tags: { team } });
    const names = async (query: string) =>
      (await does.get(`${models}?${query}`)).body.items.map((item: { name: string }) => item.name);
    const risk = encodeURIComponent("name LIKE 'list-%' AND tags.team = 'risk'");
    expect(await names(`filter=${risk}&sort=name`)).toEqual(['list-a', 'list-b']);
    expect(await names(`search=list-&sort=-name&limit=2`)).toEqual(['list-c', 'list-b']);
    await registeredVersion(does, 'project-1', 'list-a');
    const good = encodeURIComponent("metrics.auc > 0.8 and createdByName = 'Contributor'");
    expect((await does.get(`${models}/list-a/versions?filter=${good}`)).body.items).toHaveLength(1);
    expect((await does.get(`${models}/list-a/versions?filter=${encodeURIComponent('metrics.auc > 0.95')}`)).body.items).toEqual(
      [],
    );
    for (const query of ['sort=secret', 'filter=size%3D1', 'cursor=x', 'limit=0']) {
      expect((await does.get(`${models}?${query}`)).status, query).toBe(400);
      expect((await does.get(`${models}/list-a/versions?${query}`)).status, query).toBe(400);
      expect((await does.get(`/approvals?${query}`)).status, query).toBe(400);
    }
  });
});

describe('an alias', () => {
  it.each(['latest', 'v1', '7', 'a b', 'a/b', 'x'.repeat(251)])('cannot be called %j', async (alias) => {
    await registeredVersion(does, 'project-1', `alias-${sha256(alias).slice(0, 8)}`);
    const answer = await does.put(`${models}/alias-${sha256(alias).slice(0, 8)}/aliases/${encodeURIComponent(alias)}`, {
      version: 1,
    });
    expect(answer.status).toBe(400);
  });

  it('moves, keeps its history, and goes with its version', async () => {
    await registeredVersion(does, 'project-1', 'moving');
    await does.post(`${models}/moving/versions`, { copyOf: 'models:/moving/1' });
    expect((await does.put(`${models}/moving/aliases/challenger`, { version: 3 })).status).toBe(404);
    await does.put(`${models}/moving/aliases/challenger`, { version: 1 });
    await t.newEvents();
    await does.put(`${models}/moving/aliases/challenger`, { version: 2 });
    expect(await t.newEvents()).toEqual(['model.alias-set']);
    expect((await does.get(`${models}/moving/versions/2`)).body.aliases).toEqual(['challenger']);
    await does.delete(`${models}/moving/versions/2`);
    expect((await does.delete(`${models}/moving/aliases/challenger`)).status).toBe(404);
    const { items } = (await does.get(`${models}/moving/alias-changes`)).body;
    expect(items.map((item: { fromVersion: number; toVersion: number }) => [item.fromVersion, item.toVersion])).toEqual([
      [2, null],
      [1, 2],
      [null, 1],
    ]);
  });
});

describe('a card', () => {
  it('tells what is recorded and names what is not', async () => {
    await registeredVersion(does, 'project-1', 'card');
    const { body } = await does.get(`${models}/card/versions/1/card`);
    const fields = Object.fromEntries(body.fields.map((one: { key: string }) => [one.key, one]));
    expect(fields.metrics).toMatchObject({ recorded: true, text: 'auc 0.9' });
    expect(fields.environment.value).toMatchObject({ packages: ['scikit-learn==1.7.2'] });
    expect(fields.people.value).toEqual([{ id: does.id, name: 'Contributor' }]);
    expect(fields.intendedUse).toMatchObject({ recorded: false, text: 'not recorded', value: null });
    expect(body.completeness.missing).toEqual(['Intended use', 'Training data', 'Code', 'Approvals']);
    await does.patch(`${models}/card`, { intendedUse: 'To find churn among customers.' });
    const after = (await does.get(`${models}/card/versions/1/card`)).body;
    expect(after.completeness).toMatchObject({ recorded: 8, total: 11, missing: ['Training data', 'Code', 'Approvals'] });
  });
});

describe('the card of a version from a job', () => {
  it('has the data with its schema, the code, the environment and everybody who took part', async () => {
    const dataset = (await does.post('/projects/project-1/datasets', { name: 'rows' })).body.id;
    const form = new FormData();
    form.append('file', new Blob(['age,left\n30,0\n40,1\n']), 'rows.csv');
    const snapshot = (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body;
    await t.until('the profile', async () => (await does.get(`/snapshots/${snapshot.id}`)).body.profile.state === 'ready');
    const { body: made } = await does.post('/environments', { name: 'trained-in', projectId: 'project-1' });
    const { body: revision } = await does.post(`/environments/${made.id}/revisions`, { packages: [] });
    const { runId } = await registeredVersion(does, 'project-1', 'whole');
    const { pool } = t.app.platform.database;
    await pool.query('update environment_revisions set lock = $1, digest = $2 where id = $3', [
      'numpy==2.3.4 \\\n    --hash=sha256:00\nscikit-learn==1.7.2 \\\n    --hash=sha256:11\n',
      'd'.repeat(64),
      revision.id,
    ]);
    await pool.query(
      'update runs set commit = $1, patch_sha256 = $2, environment_revision_id = $3, snapshots = $4 where id = $5',
      [
        'c'.repeat(40),
        'e'.repeat(64),
        revision.id,
        JSON.stringify([{ name: 'data', snapshotId: snapshot.id, datasetId: dataset }]),
        runId,
      ],
    );
    await does.patch(`${models}/whole`, { intendedUse: 'To find churn.' });
    const { body: card } = await does.get(`${models}/whole/versions/1/card`);
    const value = (key: string) => card.fields.find((one: { key: string }) => one.key === key).value;
    expect(value('trainingData')).toEqual([
      {
        name: 'data',
        snapshotId: snapshot.id,
        number: 1,
        datasetId: dataset,
        datasetName: 'rows',
        digest: snapshot.digest,
        schema: [
          {
            path: 'rows.csv',
            columns: [
              { name: 'age', type: expect.any(String) },
              { name: 'left', type: expect.any(String) },
            ],
          },
        ],
      },
    ]);
    expect(value('code')).toEqual({ commit: 'c'.repeat(40), patchSha256: 'e'.repeat(64) });
    expect(value('environment')).toMatchObject({ digest: 'd'.repeat(64), packages: ['numpy==2.3.4', 'scikit-learn==1.7.2'] });
    expect(card.completeness).toMatchObject({ recorded: 10, total: 11, missing: ['Approvals'] });
  }, 60_000);
});

describe('a package', () => {
  it('holds the model folder, the card, and a manifest that proves the digest without the server', async () => {
    await does.post(models, { name: 'carried' });
    const long = `${'deep/'.repeat(30)}ünïcode file.bin`;
    const runId = await logModel(does, 'project-1', { MLmodel: 'flavors: {}\n', 'model.pkl': 'x'.repeat(5_000), [long]: 'far' });
    const { body: version } = await does.post(`${models}/carried/versions`, { runId, path: 'model' });
    const response = await fetch(`${t.url}/api/v1${models}/carried/versions/1/package?format=mlflow`, {
      headers: { authorization: `Bearer ${does.token}` },
    });
    const folder = mkdtempSync(join(tmpdir(), 'plinth-package-'));
    execFileSync('tar', ['-x', '-C', folder], { input: Buffer.from(await response.arrayBuffer()) });
    const at = join(folder, 'carried-1');
    const manifest = JSON.parse(readFileSync(join(at, 'plinth/manifest.json'), 'utf8'));
    const files = manifest.files.map(({ path }: { path: string }) => {
      const bytes = readFileSync(join(at, path));
      return { path, sha256: sha256(bytes), sizeBytes: bytes.length };
    });
    expect(files).toEqual(manifest.files);
    expect(digestOfFiles(files)).toBe(version.digest);
    expect(files.map((file: { path: string }) => file.path)).toContain(long);
    expect(JSON.parse(readFileSync(join(at, 'plinth/card.json'), 'utf8')).address).toBe('models:/carried/1');
    rmSync(folder, { recursive: true });
    const { usedBy } = (await does.get(`${models}/carried/versions/1/card`)).body;
    expect(usedBy.loads).toEqual([expect.objectContaining({ byName: 'Contributor', way: 'package', count: 1 })]);
    expect((await t.as('consumer').get(`${models}/carried/versions/1/package`)).status).toBe(404);
  });
});
