import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordProduct, recordUse, ref } from '../lineage/index.ts';
import { emit, systemContext, transaction } from '../platform/index.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { logPredictions } from '../testing/predictions.ts';
import { evaluateMonitor } from './evaluate-monitor.ts';

let t: TestPlinth;
/** A version whose run used a snapshot with the reference rows. */
const versionId = 'mdv_trained';
const columns = ['age', 'income', 'visits', 'city'];
let seed = 1;
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 4294967296;
};
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const row = (): unknown[] => [
  40 + 10 * normal(),
  Math.exp(10 + 0.5 * normal()),
  Math.floor(random() * 6),
  random() < 0.6 ? 'Bern' : 'Ulm',
];
const rows = (count: number): unknown[][] => Array.from({ length: count }, row);
const answer = (values: unknown[]): number => Number((values[0] as number) > 45);
/** One row a request. */
const requests = (deploymentId: string, all: unknown[][], version = versionId) =>
  all.map((values) => ({ deploymentId, columns, rows: [values], outputs: [answer(values)], versionId: version }));

beforeAll(async () => {
  t = await plinth({ projects: 2 });
  const csv = [
    [...columns, 'target'].join(','),
    ...rows(420).map((values) => [...values.map((value) => (value === null ? '' : String(value))), 1].join(',')),
  ].join('\n');
  const dataset = (await t.as('contributor').post('/projects/project-1/datasets', { name: 'customers' })).body.id;
  const form = new FormData();
  form.append('file', new Blob([csv]), 'customers.csv');
  const snapshot = (await t.as('contributor').post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
  const projectId = t.projects[0]!.id;
  await transaction(systemContext(t.app.platform, 'test'), async (tx) => {
    await recordUse(tx, projectId, ref('run', 'run_trained'), [ref('snapshot', snapshot)]);
    await recordProduct(tx, projectId, ref('run', 'run_trained'), [ref('version', versionId)]);
  });
});
afterAll(() => t?.stop());

const monitorOf = async (deployment: string) => {
  const { items } = (await t.as('viewer').get(`/monitors?deployment=${deployment}`)).body;
  return items[0];
};
const caughtUp = (deployment: string, rowCount: number) =>
  t.until(`the monitor of ${deployment} to have seen ${rowCount} rows`, async () => {
    const monitor = await monitorOf(deployment);
    return monitor?.rowCount >= rowCount && monitor;
  });
const alertsOf = async (deployment: string, state = 'firing') =>
  (await t.as('viewer').get(`/alerts?deployment=${deployment}&state=${state}`)).body.items;

describe('who may do what', () => {
  it('readers see monitors and alerts, those who work answer them, nobody else learns that they are there', async () => {
    await logPredictions(t, requests('dep_rights', rows(3)));
    const monitor = await caughtUp('dep_rights', 3);
    expect((await t.as('nobody').get(`/monitors/${monitor.id}`)).status).toBe(401);
    expect((await t.as('member').get(`/monitors/${monitor.id}`)).status).toBe(404);
    expect((await t.as('member').get('/monitors')).body.items).toEqual([]);
    expect((await t.as('member').get('/monitors?project=project-1')).status).toBe(404);
    expect(monitor.projectSlug).toBe('project-1');
    expect((await t.as('viewer').patch(`/monitors/${monitor.id}`, { falseAlarmDays: 90 })).status).toBe(403);
    expect(
      (await t.as('consumer').post('/deployments/dep_rights/ground-truth', { items: [{ predictionId: 'x', value: 1 }] })).status,
    ).toBe(404);
    expect((await t.as('contributor').patch(`/monitors/${monitor.id}`, { falseAlarmDays: 1 })).status).toBe(400);
    expect((await t.as('contributor').post('/alerts/alr_none/acknowledge', {})).status).toBe(404);
    await t.newEvents();
    const changed = await t.as('contributor').patch(`/monitors/${monitor.id}`, { falseAlarmDays: 90 });
    expect(changed.body).toMatchObject({ falseAlarmDays: 90, channel: 'beta', deploymentId: 'dep_rights' });
    expect((await t.newEvents()).filter((verb) => verb !== 'snapshot.profiled')).toEqual(['monitor.changed']);
  });
});

describe('drift', () => {
  it('is compared with the snapshot that the run of the version used, from the first row on', async () => {
    await logPredictions(t, requests('dep_quiet', rows(600)));
    const monitor = await caughtUp('dep_quiet', 600);
    expect(monitor).toMatchObject({
      state: 'watching',
      versionId,
      reference: { kind: 'snapshot', path: 'customers.csv', rowCount: 420 },
    });
    expect(await alertsOf('dep_quiet')).toEqual([]);
    const detail = (await t.as('viewer').get(`/monitors/${monitor.id}`)).body;
    expect(detail.signals.map((signal: { name: string }) => signal.name).sort()).toEqual([
      'age',
      'city',
      'income',
      'prediction',
      'visits',
    ]);
    const age = detail.signals.find((signal: { name: string }) => signal.name === 'age');
    const sum = (side: 'reference' | 'recent') =>
      age.bins.reduce((all: number, bin: Record<string, number>) => all + bin[side]!, 0);
    expect(sum('reference')).toBeCloseTo(1, 6);
    expect(sum('recent')).toBeCloseTo(1, 6);
    expect(detail.windows.length).toBeGreaterThanOrEqual(11);
    expect(detail.service.lastHour).toMatchObject({ requestCount: 600, serverErrorCount: 0 });
  });

  it('fires in a burst: a shift of one standard deviation within 200 rows and 10 seconds, once, with its rows and start', async () => {
    await logPredictions(t, requests('dep_shift', rows(300)));
    await caughtUp('dep_shift', 300);
    await t.newEvents();
    const began = Date.now();
    const shifted = rows(200).map(([age, ...rest]) => [(age as number) + 10, ...rest]);
    const ids = await logPredictions(t, requests('dep_shift', shifted));
    const alert = await t.until('the alert', async () =>
      (await alertsOf('dep_shift')).find((one: { feature: string }) => one.feature === 'age'),
    );
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(alert).toMatchObject({
      kind: 'drift',
      feature: 'age',
      state: 'firing',
      verdict: 'shift',
      deploymentId: 'dep_shift',
      versionId,
    });
    expect(alert.effect).toBeGreaterThan(0.5);
    expect(alert.measures.standardisedShift).toBeGreaterThan(0.5);
    expect(alert.statistic).toBeGreaterThanOrEqual(alert.threshold);
    expect(Date.parse(alert.startEstimate)).toBeGreaterThanOrEqual(began - 5_000);
    expect(alert.predictionIds.length).toBeGreaterThan(0);
    const known = new Set(ids.map((id) => `${id}.0`));
    // The start is an estimate: a few rows before it may pass for changed ones.
    expect(alert.predictionIds.filter((id: string) => !known.has(id)).length).toBeLessThanOrEqual(3);
    await caughtUp('dep_shift', 500);
    expect(alert.projectSlug).toBe('project-1');
    const page = (await t.as('viewer').get('/alerts?limit=1&state=resolved')).body;
    expect(page.firingCount).toBe((await t.as('viewer').get('/alerts?limit=1000&state=firing')).body.items.length);
    expect((await t.as('member').get('/alerts')).body).toMatchObject({ items: [], firingCount: 0 });
    expect((await alertsOf('dep_shift', 'open')).filter((one: { feature: string }) => one.feature === 'age')).toHaveLength(1);
    expect((await t.newEvents()).filter((verb) => verb === 'alert.fired').length).toBeGreaterThanOrEqual(1);

    const acknowledged = await t.as('contributor').post(`/alerts/${alert.id}/acknowledge`, { message: 'looking' });
    expect(acknowledged.body).toMatchObject({ acknowledgement: 'looking', acknowledgedByName: 'Contributor', state: 'firing' });
    expect(await t.newEvents()).toEqual(['alert.acknowledged']);
  });

  it('recovers when the rows are as before again, and is resolved when they stay so', async () => {
    await logPredictions(t, requests('dep_back', rows(100)));
    await logPredictions(
      t,
      requests(
        'dep_back',
        rows(100).map(([age, ...rest]) => [(age as number) + 15, ...rest]),
      ),
    );
    await t.until('the alert', async () => (await alertsOf('dep_back')).length > 0);
    await logPredictions(t, requests('dep_back', rows(700)));
    const states = await t.until('the end of the alert', async () => {
      const { items } = (await t.as('viewer').get('/alerts?deployment=dep_back')).body;
      const age = items.filter((one: { feature: string }) => one.feature === 'age');
      return age.every((one: { state: string }) => one.state === 'resolved') && age;
    });
    expect(states).toHaveLength(1);
    expect(states[0]).toMatchObject({ resolution: 'recovered' });
    expect(Date.parse(states[0].recoveringAt)).toBeLessThanOrEqual(Date.parse(states[0].resolvedAt));
  });

  it('tells missing values and unseen categories by name', async () => {
    await logPredictions(
      t,
      requests(
        'dep_odd',
        rows(300).map(([age, income, visits, city], index) => [
          age,
          index % 5 === 0 ? null : income,
          visits,
          index % 6 === 0 ? 'Atlantis' : city,
        ]),
      ),
    );
    const alerts = await t.until('both alerts', async () => {
      const found = await alertsOf('dep_odd');
      return found.length >= 2 && found;
    });
    expect(Object.fromEntries(alerts.map((one: Record<string, string>) => [one.feature, one.verdict]))).toEqual({
      income: 'missing-values',
      city: 'unseen-categories',
    });
  });

  it('is learned from the first 500 rows where the version has no data behind it', async () => {
    await logPredictions(t, requests('dep_learn', rows(450), 'mdv_unknown'));
    expect(await caughtUp('dep_learn', 450)).toMatchObject({ state: 'learning', reference: { kind: null } });
    await logPredictions(t, requests('dep_learn', rows(150), 'mdv_unknown'));
    expect(await caughtUp('dep_learn', 600)).toMatchObject({
      state: 'watching',
      reference: { kind: 'predictions', rowCount: 500 },
    });
    await logPredictions(
      t,
      requests(
        'dep_learn',
        rows(200).map(([age, income, ...rest]) => [age, (income as number) * 3, ...rest]),
        'mdv_unknown',
      ),
    );
    const [alert] = await t.until('the alert', async () => {
      const found = await alertsOf('dep_learn');
      return found.length > 0 && found;
    });
    expect(alert).toMatchObject({ feature: 'income', verdict: 'shift' });
  });

  it('ends with a new version, whose own reference comes into force', async () => {
    await logPredictions(
      t,
      requests(
        'dep_version',
        rows(200).map(([age, ...rest]) => [(age as number) + 20, ...rest]),
      ),
    );
    await t.until('the alert', async () => (await alertsOf('dep_version')).length > 0);
    await logPredictions(t, requests('dep_version', rows(10), 'mdv_next'));
    const monitor = await t.until('the new version', async () => {
      const now = await monitorOf('dep_version');
      return now.versionId === 'mdv_next' && now;
    });
    expect(monitor).toMatchObject({ state: 'learning', rowCount: 10, openAlerts: { firing: 0 } });
    const { items } = (await t.as('viewer').get('/alerts?deployment=dep_version&state=resolved')).body;
    expect(items[0]).toMatchObject({ resolution: 'version-changed', versionId });
    // Late rows of the version before are nobody's news.
    await logPredictions(t, requests('dep_version', rows(5)));
    await logPredictions(t, requests('dep_version', rows(10), 'mdv_next'));
    expect((await caughtUp('dep_version', 20)).versionId).toBe('mdv_next');
  });
});

describe('a deployment', () => {
  it('is watched from its birth, follows what serves, and is watched no more once it is deleted', async () => {
    const projectId = t.projects[0]!.id;
    const tell = (verb: string, data: object) =>
      transaction(systemContext(t.app.platform, 'test'), (tx) =>
        emit(tx, { verb, object: { type: 'deployment', id: 'dep_born', projectId }, data }),
      );
    const monitor = (what: string, state: object) =>
      t.until(what, async () => {
        const found = await monitorOf('born');
        return found && Object.entries(state).every(([name, value]) => found[name] === value) && found;
      });
    await tell('deployment.created', { id: 'dep_born', name: 'born' });
    await tell('deployment.revision-created', { deploymentId: 'dep_born', channel: 'prod', versionId });
    const born = await monitor('the monitor', { state: 'watching' });
    expect(born).toMatchObject({
      deploymentName: 'born',
      channel: 'prod',
      versionId,
      rowCount: 0,
      reference: { kind: 'snapshot' },
    });
    await tell('deployment.revision-created', { deploymentId: 'dep_born', channel: 'prod', versionId: 'mdv_next' });
    await tell('deployment.revision-serving', { deploymentId: 'dep_born', channel: 'prod', versionId: 'mdv_next' });
    await monitor('the version that serves', { versionId: 'mdv_next', state: 'learning' });
    await tell('deployment.revision-serving', { deploymentId: 'dep_born', channel: 'prod', versionId });
    await monitor('the version that serves again', { versionId, state: 'watching' });
    await tell('deployment.deleted', {});
    await monitor('the end', { state: 'stopped' });
  });
});

describe('several processes', () => {
  it('that look at once see each row once', async () => {
    await logPredictions(t, requests('dep_shared', rows(5)));
    const { id } = await caughtUp('dep_shared', 5);
    for (let round = 0; round < 5; round++) {
      await logPredictions(t, requests('dep_shared', rows(20)));
      await Promise.all(Array.from({ length: 6 }, () => evaluateMonitor(systemContext(t.app.platform, 'another'), id)));
    }
    expect((await caughtUp('dep_shared', 105)).rowCount).toBe(105);
    const { windows } = (await t.as('viewer').get(`/monitors/${id}`)).body;
    expect(windows.map((one: { number: number; rowCount: number }) => [one.number, one.rowCount])).toEqual([
      [0, 50],
      [1, 50],
    ]);
  });
});

describe('a small change', () => {
  it('of less than a fifth of a standard deviation tells nobody, however many rows have it', async () => {
    const all = rows(1500).map(([age, ...rest]) => [(age as number) + 1.8, ...rest]);
    for (let start = 0; start < all.length; start += 500)
      await logPredictions(t, requests('dep_small', all.slice(start, start + 500)));
    await caughtUp('dep_small', 1500);
    const list = async (query: string) =>
      (await t.as('viewer').get(`/alerts?deployment=dep_small${query}`)).body.items.filter(
        (one: { feature: string }) => one.feature === 'age',
      );
    for (const query of ['&state=firing', '']) expect(await list(query)).toEqual([]);
    for (const one of await list('&state=any')) expect(one).toMatchObject({ firedAt: null });
  });
});

describe('a reference', () => {
  it('can be chosen, and is refused when it does not serve', async () => {
    await logPredictions(t, requests('dep_choose', rows(5), 'mdv_unknown'));
    await caughtUp('dep_choose', 5);
    const put = (body: unknown) => t.as('contributor').post('/deployments/dep_choose/reference', body);
    expect((await put({})).status).toBe(400);
    expect((await put({ snapshotId: 'snp_none' })).body.errors[0].pointer).toBe('/snapshotId');
    expect((await t.as('contributor').post('/deployments/dep_nowhere/reference', { snapshotId: 'snp_none' })).status).toBe(404);
    const dataset = (await t.as('contributor').post('/projects/project-1/datasets', { name: 'chosen' })).body.id;
    const upload = async (content: string) => {
      const form = new FormData();
      form.append('file', new Blob([content]), 'rows.csv');
      return (await t.as('contributor').post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
    };
    expect((await put({ snapshotId: await upload('age,income\n1,2\n') })).body.detail).toContain('only 1 rows');
    const good = await upload(['age,income,visits,city', ...rows(200).map((values) => values.join(','))].join('\n'));
    const done = await put({ snapshotId: good });
    expect(done.body.items[0]).toMatchObject({
      state: 'watching',
      reference: { kind: 'chosen', snapshotId: good, rowCount: 200 },
    });
    await logPredictions(
      t,
      requests(
        'dep_choose',
        rows(200).map(([age, ...rest]) => [(age as number) + 15, ...rest]),
        'mdv_unknown',
      ),
    );
    const [alert] = await t.until('the alert', async () => {
      const found = await alertsOf('dep_choose');
      return found.length > 0 && found;
    });
    expect(alert.feature).toBe('age');
    expect((await t.as('contributor').post(`/alerts/${alert.id}/acknowledge`)).body).toMatchObject({ acknowledgement: '' });
    const ended = await t.as('contributor').post(`/alerts/${alert.id}/resolve`, { reason: 'expected' });
    expect(ended.body).toMatchObject({ state: 'resolved', resolution: 'expected' });
    expect((await t.as('contributor').post(`/alerts/${alert.id}/acknowledge`, {})).body.code).toBe('alert-resolved');
  });
});

describe('ground truth', () => {
  it('is refused whole when one row is not this deployment’s, and counts late and corrected labels where they belong', async () => {
    const own = await logPredictions(t, requests('dep_truth', rows(300)));
    const [foreign] = await logPredictions(t, requests('dep_other', rows(1)));
    const [many] = await logPredictions(t, [{ deploymentId: 'dep_truth', columns, rows: rows(2), outputs: [0, 1], versionId }]);
    const monitor = await caughtUp('dep_truth', 302);
    const put = (items: unknown[]) => t.as('contributor').post('/deployments/dep_truth/ground-truth', { items });
    const bad = await put([
      { predictionId: own[0], value: 1 },
      { predictionId: foreign, value: 1 },
    ]);
    expect(bad.body.errors[0].pointer).toBe('/items/1/predictionId');
    expect((await put([{ predictionId: many, value: 1 }])).body.detail).toContain('2 rows');
    expect((await put([{ predictionId: `${many}.7`, value: 1 }])).status).toBe(400);
    expect(
      (
        await put([
          { predictionId: own[0], value: 1 },
          { predictionId: `${own[0]}.0`, value: 0 },
        ])
      ).body.detail,
    ).toContain('twice');
    const quality = async () => (await t.as('viewer').get(`/monitors/${monitor.id}`)).body.quality;
    expect(await quality()).toMatchObject({ task: null, labelCount: 0, rowCount: 302 });

    const outputs = await Promise.all(
      own.slice(0, 100).map(async (id) => (await t.as('viewer').get(`/predictions/${id}`)).body.rows[0].output),
    );
    await t.newEvents();
    expect((await put(own.slice(0, 100).map((id, index) => ({ predictionId: id, value: outputs[index] })))).body).toEqual({
      recorded: 100,
      corrected: 0,
      unchanged: 0,
    });
    expect(await t.newEvents()).toEqual(['ground-truth.recorded']);
    expect(await quality()).toMatchObject({
      task: 'classification',
      labelCount: 100,
      overall: { metrics: { accuracy: { value: 1 } } },
    });
    const corrected = own.slice(0, 25).map((id, index) => ({ predictionId: id, value: 1 - outputs[index] }));
    expect((await put(corrected)).body).toEqual({ recorded: 0, corrected: 25, unchanged: 0 });
    expect((await put(corrected)).body).toEqual({ recorded: 0, corrected: 0, unchanged: 25 });
    const after = await quality();
    expect(after.overall.metrics.accuracy.value).toBe(0.75);
    expect(after.windows[0].metrics.accuracy.value).toBe(0);
    expect(after.windows.at(-1).metrics.accuracy.value).toBe(1);
    expect(after.coverage).toBeCloseTo(100 / 302, 6);
  });

  it('fires when the answers become worse than among the first labels', async () => {
    const first = rows(250);
    const ids = await logPredictions(t, requests('dep_worse', first));
    await caughtUp('dep_worse', 250);
    const items = ids.map((predictionId, index) => {
      const right = answer(first[index]!);
      const isWrong = index < 120 ? index % 20 === 0 : index % 2 === 0;
      return { predictionId, value: isWrong ? 1 - right : right };
    });
    expect((await t.as('contributor').post('/deployments/dep_worse/ground-truth', { items })).status).toBe(200);
    const [alert] = await t.until('the alert', async () => {
      const found = (await alertsOf('dep_worse')).filter((one: { kind: string }) => one.kind === 'quality');
      return found.length > 0 && found;
    });
    expect(alert).toMatchObject({ verdict: 'worse-answers', feature: null });
  });
});

describe('hostile input', () => {
  it('is answered with what is wrong, by every route, and never with a fault of the server', async () => {
    const [id] = await logPredictions(t, [
      {
        deploymentId: 'dep_hostile',
        columns: ['a\u0001', '__proto__', ''],
        rows: [[{ deep: [1] }, 1e308, null]],
        outputs: [{ label: [] }],
      },
      { deploymentId: 'dep_hostile', columns: [], rows: [[1, 2, 3], []], outputs: ['x'] },
      { deploymentId: 'dep_hostile', columns: ['constructor'], rows: [['\ud800']], outputs: [] },
    ]);
    const monitor = await caughtUp('dep_hostile', 4);
    expect((await t.as('viewer').get(`/monitors/${monitor.id}`)).status).toBe(200);
    const does = t.as('contributor');
    const truths: unknown[] = ['\u0000', 'x'.repeat(1_000), 1e308, -0, true, '\ud800', '"', '{}'];
    for (const value of truths) {
      const { status } = await does.post('/deployments/dep_hostile/ground-truth', { items: [{ predictionId: id, value }] });
      expect(status, JSON.stringify(value)).toBeLessThan(500);
    }
    const calls: [string, unknown][] = [
      ['/deployments/dep_hostile/ground-truth', { items: [{ predictionId: 'prd_\u0000', value: 1 }] }],
      ['/deployments/dep_hostile/ground-truth', { items: [{ predictionId: `${id}.999999999`, value: 1 }] }],
      ['/deployments/dep_hostile/ground-truth', { items: [{ predictionId: id, value: 1, observedAt: '0000-01-01T00:00:00Z' }] }],
      ['/deployments/dep_hostile/ground-truth', { items: [{ predictionId: id, value: null }] }],
      ['/deployments/dep_hostile/ground-truth', undefined],
      ['/deployments/%00/ground-truth', { items: [{ predictionId: id, value: 1 }] }],
      ['/deployments/dep_hostile/reference', { snapshotId: '\u0000' }],
      ['/deployments/dep_hostile/reference', { runId: '\u0000', path: '../../etc/passwd' }],
      ['/deployments/dep_hostile/reference', { snapshotId: 'snp_x', runId: 'run_x', path: 'x' }],
      ['/deployments/dep_hostile/retrain', { channel: '\u0000', target: '\u0000' }],
      ['/alerts/%00/acknowledge', { message: 'x' }],
      ['/alerts/alr_x/resolve', { reason: 'because' }],
    ];
    for (const [path, body] of calls) {
      const { status } = await does.post(path, body);
      expect(status >= 400 && status < 500, `${path} ${JSON.stringify(body)}: ${status}`).toBe(true);
    }
    for (const query of [
      'deployment=%00',
      'state=none',
      'kind=none',
      'cursor=x',
      'sort=%00',
      'filter=%27',
      'project=%00',
      'limit=0',
    ])
      expect((await does.get(`/alerts?${query}`)).status, query).toBeLessThan(500);
    expect((await does.get('/monitors?filter=firing > 0')).status).toBe(200);
    expect((await does.get("/alerts?filter=kind = 'drift'&sort=-effect&format=csv")).status).toBe(200);
  });
});

describe('health', () => {
  it('fires when requests fail or become slow, and not for one or two', async () => {
    const ask = (count: number, more: object) => requests('dep_health', rows(count)).map((one) => ({ ...one, ...more }));
    await logPredictions(t, ask(150, { latencyMilliseconds: 20 }));
    await logPredictions(t, ask(2, { status: 500 }));
    await logPredictions(t, ask(1, { latencyMilliseconds: 900 }));
    await caughtUp('dep_health', 151);
    expect(await alertsOf('dep_health')).toEqual([]);
    await logPredictions(t, ask(20, { status: 503 }));
    await logPredictions(t, ask(40, { latencyMilliseconds: 800 }));
    const alerts = await t.until('both alerts', async () => {
      const found = await alertsOf('dep_health');
      return found.length >= 2 && found;
    });
    expect(alerts.map((one: { kind: string }) => one.kind).sort()).toEqual(['errors', 'latency']);
    expect(alerts[0].measures.rate).toBeGreaterThan(0.2);
  });
});
