import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drawn, featuresOf, printDiagnoses, readTable, shift, type Table } from '../examples/demo-world.ts';
import { type ServerProcess, type SharedState, sharedState, until } from '../server/src/testing/server-process.ts';
import { must, newPerson, type Someone, someone, type Told } from './plain-fetch.ts';

/** Each step waits for a fact; how long that takes on a busy machine is no matter of the test. */
const patience = 600_000;
vi.setConfig({ testTimeout: patience });
const eventually = <T>(what: string, check: () => Promise<T | null | undefined | false>): Promise<T> =>
  until(what, check, patience);

/**
 * A model's whole life by the API alone: plain `fetch` with tokens, paths, fields and status codes as the contract has them. A backup is no matter
 * of the API; that one step is the command.
 */
let state: SharedState;
let elsewhere: SharedState;
let server: ServerProcess;
let admin: Someone;
let ada: Someone & { id: string };
let vera: Someone & { id: string };
beforeAll(async () => {
  state = await sharedState();
  elsewhere = await sharedState();
  server = await state.start();
  admin = someone(server.url, server.admin.token);
  ada = await newPerson(server.url, admin, 'Ada');
  vera = await newPerson(server.url, admin, 'Vera');
});
afterAll(async () => {
  await state?.stop();
  await elsewhere?.stop();
});

const api = '/api/v1';
const service = 'tumours';
const terminal = ['succeeded', 'failed', 'cancelled', 'timed-out', 'oom-killed', 'lost'];
const refusal = ({ status, body }: Told) => [status, body.code];

/** The last word of what takes its time, asked for again and again. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
const settled = (path: string, over: (body: any) => boolean) =>
  eventually(`${path} to settle`, async () => {
    const body = await must(200, ada.get(path));
    return over(body) ? body : null;
  });
const jobEnd = (id: string) => settled(`${api}/jobs/${id}`, (job) => terminal.includes(job.state));
const serving = (version: number, channel = 'prod') =>
  eventually(`version ${version} on ${channel}`, async () => {
    const body = await must(200, ada.get(`${api}/deployments/${service}`));
    if (body.state === 'failed') throw new Error(body.stateReason);
    const there = body.channels.find((one: { name: string }) => one.name === channel);
    return there?.serving?.model.version === version && there.state === 'healthy' && !there.candidate ? body : null;
  });
const approve = (id: string) =>
  must(200, vera.post(`${api}/approvals/${id}/decision`, { decision: 'approved', comment: 'As described.' }));

let project: { id: string; slug: string };
let environment: { id: string; digest: string };
let table: Table;
let snapshot: { id: string; digest: string };
let job: { id: string; commit: string };
let runId: string;
let version: { id: string; number: number; digest: string };
let rows: number[][];
let shifted: { id: string; rows: number[][] };
let alert: { id: string };
let candidate: string;

const names = () => table.columns.slice(0, -1);
const split = (data: number[][]) => ({ dataframe_split: { columns: names(), data } });
const invoke = (body: unknown, headers: Record<string, string> = {}, who: Someone = ada) =>
  who.post(`/deployments/${service}/invocations`, body, headers);
const idOf = ({ headers }: Told) => headers.get('x-plinth-prediction-id')!;

describe('a project', () => {
  it('is made from a template by a member, with its repository and goal, and is nobody else’s to see', async () => {
    const wanted = {
      name: 'Tumour triage',
      template: 'python-scikit-learn',
      goal: { title: 'Find nearly all', metric: 'test_roc_auc', target: 0.98 },
    };
    expect(refusal(await someone(server.url, null).post(`${api}/projects`, wanted))).toEqual([401, 'unauthenticated']);
    expect((await ada.post(`${api}/projects`, { ...wanted, colour: 'red' })).body.errors).toMatchObject([{ pointer: '/colour' }]);
    project = await must(201, ada.post(`${api}/projects`, wanted, { 'idempotency-key': 'first' }));
    expect((await must(201, ada.post(`${api}/projects`, wanted, { 'idempotency-key': 'first' }))).id).toBe(project.id);
    expect(await must(200, ada.get(`${api}/projects/${project.id}/repo`))).toMatchObject({ branch: 'main', empty: false });
    expect(refusal(await vera.get(`${api}/projects/${project.slug}`))).toEqual([404, 'not-found']);
    await must(201, ada.post(`${api}/projects/${project.slug}/members`, { email: 'vera@example.org', role: 'validator' }));
    await must(200, vera.get(`${api}/projects/${project.slug}`));
    expect(refusal(await vera.post(`${api}/projects/${project.slug}/jobs`, { command: 'true' }))).toEqual([403, 'forbidden']);
  });

  it('has its environment locked and built', async () => {
    const { items } = await must(200, ada.get(`${api}/environments?project=${project.slug}`));
    const revisions = `${api}/environments/${items[0].id}/revisions`;
    const built = await settled(revisions, (list) => list.items[0].state !== 'building');
    const [newest] = built.items;
    expect([newest.state, newest.stateReason]).toEqual(['ready', null]);
    expect(newest.lock).toContain('--hash=sha256:');
    environment = newest;
    expect((await must(200, ada.get(newest.logUrl))).length).toBeGreaterThan(0);
  });

  it('gets data that never changes, by upload or by digest', async () => {
    const { id } = await must(
      201,
      ada.post(`${api}/projects/${project.slug}/jobs`, { command: ['python', '-c', printDiagnoses] }),
    );
    expect((await jobEnd(id)).exitCode).toBe(0);
    const csv: string = (await ada.get(`${api}/jobs/${id}/logs`)).text;
    const head = await ada.get(`${api}/jobs/${id}/logs`, { range: 'bytes=0-10' });
    expect([head.status, head.text]).toEqual([206, csv.slice(0, 11)]);
    const followed = await ada.get(`${api}/jobs/${id}/logs?follow=true`, { 'last-event-id': String(csv.length - 5) });
    expect(followed.text).toContain(`id: ${csv.length}`);
    table = readTable(csv);
    expect([table.rows.length, table.columns.length]).toEqual([569, 31]);

    const dataset = await must(201, ada.post(`${api}/projects/${project.slug}/datasets`, { name: 'diagnoses' }));
    const snapshots = `${api}/projects/${project.slug}/datasets/${dataset.id}/snapshots`;
    const form = new FormData();
    form.append('file', new Blob([csv], { type: 'text/csv' }), 'diagnoses.csv');
    snapshot = await must(201, ada.post(snapshots, form));
    const sha256 = createHash('sha256').update(csv).digest('hex');
    const files = [{ path: 'diagnoses.csv', sha256, sizeBytes: csv.length }];
    const unknown = [{ ...files[0], sha256: '0'.repeat(64) }];
    expect(refusal(await ada.post(snapshots, { files: unknown }))).toEqual([400, 'blob-missing']);
    await must(200, ada.put(`${api}/projects/${project.slug}/blobs/${sha256}`, csv));
    expect((await must(201, ada.post(snapshots, { files }))).digest).toBe(snapshot.digest);
  });
});

describe('work', () => {
  it('is a job whose run the unchanged MLflow client tracks, tied to all that it came from', async () => {
    const jobs = `${api}/projects/${project.slug}/jobs`;
    expect(refusal(await ada.post(jobs, { command: 'x', inputs: [{ name: 'data', snapshotId: 'snp_none' }] }))).toEqual([
      400,
      'invalid-input',
    ]);
    const started = await must(
      201,
      ada.post(jobs, { command: ['python', 'train.py'], inputs: [{ name: 'data', snapshotId: snapshot.id }] }),
    );
    expect(started).toMatchObject({ state: 'queued', exitCode: null });
    const done = await jobEnd(started.id);
    expect([done.state, done.exitCode], (await ada.get(`${api}/jobs/${started.id}/logs`)).text).toEqual(['succeeded', 0]);
    job = done;
    [runId] = done.runIds;
    const run = await must(200, ada.get(`${api}/runs/${runId}`));
    expect(run.provenance).toMatchObject({
      jobId: job.id,
      commit: job.commit,
      environmentDigest: environment.digest,
      snapshots: [{ name: 'data', snapshotId: snapshot.id }],
      missing: [],
    });
    const wire = `/mlflow/${project.slug}/api/2.0/mlflow`;
    expect((await must(200, ada.get(`${wire}/runs/get?run_id=${runId}`))).run.info.status).toBe('FINISHED');
  });

  it('becomes a numbered version with a card', async () => {
    const models = `${api}/projects/${project.slug}/models`;
    await must(201, ada.post(models, { name: 'tumour' }));
    version = await must(201, ada.post(`${models}/tumour/versions`, { runId, path: 'model' }));
    expect(version.number).toBe(1);
    expect((await must(200, ada.get(`${models}/tumour/versions/1/card`))).digest).toBe(version.digest);
    await must(200, ada.patch('/api/v1/me', { defaultProject: project.slug }));
    expect((await must(200, ada.get(`${api}/models/tumour`))).projectSlug).toBe(project.slug);
  });
});

describe('production', () => {
  const deploy = (model: string, channel?: string) =>
    ada.post(`${api}/projects/${project.slug}/deployments`, { name: service, model, ...(channel ? { channel } : {}) });

  it('is closed by every door until somebody else has approved exactly this version', async () => {
    const made = await must(201, deploy('models:/tumour/1'));
    expect(made).toMatchObject({
      name: service,
      state: expect.stringMatching(/^(pending|building|starting)$/),
      endpoint: { invocations: `${server.url}/deployments/${service}/invocations` },
      traffic: [{ channel: 'beta', weight: 100 }],
      revision: { number: 1 },
    });
    const { approvalId, ...refused } = (await deploy('models:/tumour/1', 'prod')).body;
    expect(refused).toMatchObject({ status: 409, code: 'approval-required' });
    const traffic = await ada.patch(`${api}/deployments/${service}/traffic`, {
      traffic: [{ channel: 'prod', version: 1, weight: 100 }],
    });
    const alias = await ada.put(`${api}/projects/${project.slug}/models/tumour/aliases/champion`, { version: 1 });
    for (const door of [traffic, alias])
      expect(door).toMatchObject({ status: 409, body: { code: 'approval-required', approvalId } });

    const asked = await must(201, ada.post(`${api}/approvals`, { subject: 'models:/tumour/1', channel: 'prod' }));
    expect(asked).toMatchObject({ id: approvalId, state: 'pending' });
    expect(
      refusal(await ada.post(`${api}/approvals/${approvalId}/decision`, { decision: 'approved', comment: 'Mine.' })),
    ).toEqual([403, 'self-approval']);
    expect(await approve(approvalId)).toMatchObject({ state: 'approved', digest: version.digest });
    await must(201, deploy('models:/tumour/1', 'prod'));
    const now = await serving(1);
    expect(now.traffic).toEqual([{ channel: 'prod', version: 1, weight: 100 }]);
  });

  it('answers every input form of MLflow and the Open Inference Protocol, and names the column that is wrong', async () => {
    rows = drawn(table, 20, 0);
    const one = featuresOf(rows[0]!);
    const record = Object.fromEntries(names().map((name, at) => [name, one[at]]));
    const expected = (await invoke(split([one]))).text;
    expect(JSON.parse(expected)).toEqual({ predictions: [rows[0]!.at(-1)] });
    const inputs = Object.fromEntries(names().map((name, at) => [name, [one[at]]]));
    for (const body of [{ dataframe_records: [record] }, { instances: [record] }, { inputs }])
      expect(await invoke(body)).toMatchObject({ status: 200, text: expected });
    expect(await invoke(`${names().join(',')}\n${one.join(',')}\n`, { 'content-type': 'text/csv' })).toMatchObject({
      text: expected,
    });

    expect((await someone(server.url, null).post(`/deployments/${service}/invocations`, {})).status).toBe(401);
    expect((await invoke(split([one]), {}, await newPerson(server.url, admin, 'Zoe'))).status).toBe(404);
    expect((await invoke({ rows: [one] })).body.message).toMatch(/dataframe_split, dataframe_records, instances, inputs/);
    const { [names()[0]!]: _gone, ...short } = record;
    expect((await invoke({ dataframe_records: [short] })).body.message).toContain(`"${names()[0]}"`);
    expect((await invoke('<a/>', { 'content-type': 'text/xml' })).status).toBe(415);

    const at = `/deployments/${service}`;
    expect((await ada.get(`${at}/ping`)).status).toBe(200);
    expect(await must(200, ada.get(`${at}/v2/health/ready`))).toEqual({ ready: true });
    expect(await must(200, ada.get(`${at}/v2/models/tumour`))).toMatchObject({ name: 'tumour', versions: ['1'] });
    const tensor = { inputs: [{ name: 'rows', shape: [1, one.length], datatype: 'FP64', data: one }] };
    const inferred = await must(200, ada.post(`${at}/v2/models/tumour/infer`, tensor));
    expect(inferred.outputs[0]).toMatchObject({ shape: [1], data: [rows[0]!.at(-1)] });
    await serving(1, 'beta');
    expect(await ada.post(`${at}/channels/beta/invocations`, split([one]))).toMatchObject({ status: 200, text: expected });
  });
});

describe('what was answered', () => {
  it('is on record by its id, row by row, and takes what turned out to be true', async () => {
    const ids: string[] = [];
    for (let from = 0; from < 200; from += 20) ids.push(idOf(await invoke(split(drawn(table, 20, from).map(featuresOf)))));
    const id = ids[0]!;
    const kept = await eventually('the prediction', async () => {
      const told = await ada.get(`${api}/predictions/${id}.3`);
      return told.status === 200 && told.body;
    });
    expect(kept.rows).toMatchObject([{ id: `${id}.3`, input: featuresOf(drawn(table, 20, 0)[3]!) }]);
    expect((await ada.get(`${api}/predictions/${id}.20`)).status).toBe(404);
    const newest = ids.at(-1)!;
    await eventually('the newest', async () => (await ada.get(`${api}/predictions/${newest}`)).status === 200);
    const { items } = await must(200, ada.get(`${api}/deployments/${service}/predictions?limit=5`));
    expect(items.map((one: { id: string }) => one.id)).toContain(newest);

    const truth = ids.flatMap((one, at) =>
      drawn(table, 20, at * 20).map((row, n) => ({ predictionId: `${one}.${n}`, value: row.at(-1) })),
    );
    const put = (list: unknown[]) => ada.post(`${api}/deployments/${service}/ground-truth`, { items: list });
    expect((await put([{ predictionId: 'prd_none.0', value: 1 }])).body.errors[0].pointer).toBe('/items/0/predictionId');
    expect(await must(200, put(truth))).toEqual({ recorded: 200, corrected: 0, unchanged: 0 });
  });

  it('is watched: quiet while all is as before, told when one feature moves', async () => {
    const monitors = `${api}/monitors?deployment=${service}`;
    await settled(monitors, ({ items }) =>
      items.some((one: { channel: string; rowCount: number }) => one.channel === 'prod' && one.rowCount >= 200),
    );
    const firing = `${api}/alerts?project=${project.slug}&deployment=${service}&state=firing`;
    expect((await must(200, ada.get(firing))).items).toEqual([]);
    const moved = shift(table, 'mean smoothness');
    const patients = drawn(table, 200, 200);
    shifted = { id: idOf(await invoke(split(patients.map(featuresOf).map(moved)))), rows: patients };
    const { items } = await settled(firing, (list) => list.items.length > 0);
    expect(items).toMatchObject([
      {
        kind: 'drift',
        feature: 'mean smoothness',
        state: 'firing',
        verdict: 'shift',
        effect: expect.any(Number),
        statistic: expect.any(Number),
        startEstimate: expect.any(String),
        firedAt: expect.any(String),
        predictionIds: expect.arrayContaining([expect.stringContaining(shifted.id)]),
      },
    ]);
    [alert] = items;
    expect(refusal(await vera.post(`${api}/alerts/${alert.id}/acknowledge`, {}))).toEqual([403, 'forbidden']);
    expect(await must(200, ada.post(`${api}/alerts/${alert.id}/acknowledge`, { message: 'A new scanner.' }))).toMatchObject({
      acknowledgement: 'A new scanner.',
      acknowledgedByName: 'Ada',
    });
  });
});

describe('a successor', () => {
  it('is made from the alert, once there is truth to learn from, and compared', async () => {
    const retrain = () => ada.post(`${api}/alerts/${alert.id}/retrain`, {});
    expect(refusal(await retrain())).toEqual([409, 'ground-truth-missing']);
    const items = shifted.rows.map((row, n) => ({ predictionId: `${shifted.id}.${n}`, value: row.at(-1) }));
    await must(200, ada.post(`${api}/deployments/${service}/ground-truth`, { items }));
    const begun = await must(201, retrain());
    const done = await settled(`${api}/retrainings/${begun.id}`, (now) => now.finishedAt !== null);
    expect(done).toMatchObject({ state: 'finished', stateReason: null, versionName: 'models:/tumour/1', alertId: alert.id });
    expect(done.comparison).toMatchObject({ reference: { rowCount: 569 }, recent: { rowCount: expect.any(Number) } });
    candidate = done.newVersionName;
    expect(candidate).toBe('models:/tumour/2');
  });

  it('takes over through the same gate, without a failed answer, and goes back', async () => {
    const deploy = () =>
      ada.post(`${api}/projects/${project.slug}/deployments`, { name: service, model: candidate, channel: 'prod' });
    const refused = await deploy();
    expect(refusal(refused)).toEqual([409, 'approval-required']);
    await approve(refused.body.approvalId);
    let going = true;
    const statuses = new Set<number>();
    const versions = new Set<string | null>();
    const calling = (async () => {
      while (going) {
        const told = await invoke(split([featuresOf(rows[0]!)]));
        statuses.add(told.status);
        versions.add(told.headers.get('x-plinth-model-version'));
      }
    })();
    await must(201, deploy());
    await serving(2);
    await eventually('version 2 to answer', async () => versions.has('2'));
    await must(200, ada.post(`${api}/deployments/${service}/rollback`, { channel: 'prod' }));
    const back = await serving(1);
    expect(back.revision).toMatchObject({ cause: 'rollback', model: { version: 1 } });
    going = false;
    await calling;
    expect([...statuses]).toEqual([200]);
    expect([...versions].sort()).toEqual(['1', '2']);
  });
});

describe('an answer', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as the server tells it
  let provenance: any;

  it('leads back to version, run, job, commit, environment, data, people and approvals', async () => {
    provenance = await must(200, ada.get(`${api}/predictions/${shifted.id}.0/provenance`));
    expect(provenance).toMatchObject({
      prediction: { id: shifted.id, row: 0 },
      deployment: { name: service, channel: 'prod' },
      modelVersion: { id: version.id, address: 'models:/tumour/1' },
      run: { id: runId },
      job: { id: job.id },
      commit: job.commit,
      patch: null,
      environment: { lockDigest: environment.digest },
      datasets: [{ snapshotId: snapshot.id, digest: snapshot.digest }],
      approvals: [{ channel: 'prod', state: 'approved', decidedBy: 'Vera' }],
      missing: [],
    });
    const people = Object.fromEntries(provenance.people.map((one: { name: string; parts: string[] }) => [one.name, one.parts]));
    expect(people).toEqual({ Ada: expect.arrayContaining(['registered', 'ran', 'called']), Vera: ['approved'] });
    expect((await someone(server.url, null).get(`${api}/predictions/${shifted.id}/provenance`)).status).toBe(401);
  });

  it('is made again from its source: the job, the version and the answer itself come out verified', async () => {
    const subjects = [
      `${api}/jobs/${job.id}`,
      `${api}/projects/${project.slug}/models/tumour/versions/1`,
      `${api}/predictions/${shifted.id}`,
    ];
    const begun = await Promise.all(subjects.map((subject) => must(201, ada.post(`${subject}/reproduce`))));
    for (const one of begun) expect(one.verdict).toBeNull();
    for (const { id } of begun) {
      const done = await settled(`${api}/reproductions/${id}`, (now) => now.verdict !== null);
      expect([done.verdict, done.cause, done.differences]).toEqual(['verified', null, []]);
    }
    const record = await must(200, admin.get(`${api}/audit/verify`));
    expect(record).toEqual({ valid: true, checked: expect.any(Number), head: expect.any(String), firstBadSequence: null });
  });

  it('has the same source in a copy of the installation elsewhere', async () => {
    const plinth = (home: string, databaseUrl: string, ...words: string[]) =>
      promisify(execFile)(process.execPath, [join(import.meta.dirname, '../cli/src/main.ts'), ...words], {
        env: { PATH: process.env.PATH, HOME: home, PLINTH_HOME: home, PLINTH_DATABASE_URL: databaseUrl },
      });
    const archive = join(elsewhere.home, '..', `${elsewhere.home.split('/').at(-1)}.tar`);
    const home = join(elsewhere.home, 'restored');
    await plinth(state.home, state.databaseUrl, 'backup', archive);
    await server.end('SIGTERM');
    await plinth(home, elsewhere.databaseUrl, 'restore', archive);
    const copy = await elsewhere.start({ env: { PLINTH_HOME: home } });
    const there = someone(copy.url, ada.token);
    expect(await must(200, there.get(`${api}/predictions/${shifted.id}.0/provenance`))).toEqual(provenance);
    expect((await must(200, someone(copy.url, admin.token).get(`${api}/audit/verify`))).valid).toBe(true);
    await copy.end('SIGTERM');
  });
});
