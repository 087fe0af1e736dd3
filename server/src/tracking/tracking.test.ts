import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { downsample, metricsOf, pointsOf } from './points.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

const mlflow = (path: string, body: unknown, who: 'contributor' | 'viewer' | 'owner' = 'contributor', project = 'project-1') =>
  t.as(who).post(`/mlflow/${project}/api/2.0/mlflow/${path}`, body);
const newRun = async (name = 'r'): Promise<string> =>
  (await mlflow('runs/create', { experiment_id: '0', run_name: name, start_time: 1 })).body.run.info.run_id;
const metric = (key: string, value: unknown, step: unknown = 0) => ({ key, value, timestamp: 1, step });

describe('the MLflow wire refuses', () => {
  it('callers without credentials, writers without the right, and runs of other projects, in the form of its clients', async () => {
    expect((await t.as('nobody').post('/mlflow/project-1/api/2.0/mlflow/runs/create', {})).body.error_code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await mlflow('runs/create', { experiment_id: '0' }, 'viewer')).body.error_code).toBe('PERMISSION_DENIED');
    const id = await newRun();
    const other = await t.as('owner').get(`/mlflow/project-2/api/2.0/mlflow/runs/get?run_id=${id}`);
    expect([other.status, other.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    const none = await t.as('member').get('/api/2.0/mlflow/experiments/search');
    expect(none.body.message).toContain('/mlflow/{project}');
  });

  it('what it does not offer as NOT_IMPLEMENTED, never as a page', async () => {
    for (const prefix of ['api', 'ajax-api']) {
      const answer = await t.as('owner').post(`/mlflow/project-1/${prefix}/2.0/mlflow/gateway/endpoints`, { name: 'm' });
      expect([answer.status, answer.body.error_code]).toEqual([501, 'NOT_IMPLEMENTED']);
    }
  });

  it('a batch with one bad value, whole', async () => {
    const id = await newRun();
    for (const bad of [metric('b', 'high'), metric('b', 1, 1.5), metric('../b', 1), metric('b', null), { key: 'b', value: 1 }]) {
      const answer = await mlflow('runs/log-batch', {
        run_id: id,
        metrics: [metric('a', 1), bad],
        params: [{ key: 'p', value: '1' }],
      });
      expect([answer.status, answer.body.error_code], JSON.stringify(bad)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    }
    const beyond = await t
      .as('contributor')
      .post('/mlflow/project-1/api/2.0/mlflow/runs/log-metric', `{"run_id":"${id}","key":"a","value":-1e400,"timestamp":1}`, {
        'content-type': 'application/json',
      });
    expect(beyond.status).toBe(400);
    expect((await t.as('viewer').get(`/runs/${id}`)).body).toMatchObject({ metrics: [], params: [] });
  });

  it('another value for a parameter, and writes to a deleted run', async () => {
    const id = await newRun();
    expect((await mlflow('runs/log-parameter', { run_id: id, key: 'depth', value: '3' })).status).toBe(200);
    expect((await mlflow('runs/log-parameter', { run_id: id, key: 'depth', value: '3' })).status).toBe(200);
    expect((await mlflow('runs/log-parameter', { run_id: id, key: 'depth', value: '4' })).status).toBe(400);
    await mlflow('runs/delete', { run_id: id });
    expect((await mlflow('runs/log-metric', { run_id: id, ...metric('a', 1) })).status).toBe(400);
    await mlflow('runs/restore', { run_id: id });
    expect((await mlflow('runs/log-metric', { run_id: id, ...metric('a', 1) })).status).toBe(200);
  });

  it('artifact paths in every spelling of a way out', async () => {
    const id = await newRun();
    for (const path of ['../x', '%2e%2e/x', 'a/../../x', 'a//b', 'C:/x', 'a%5cb', '..%2f..%2fx']) {
      const answer = await fetch(`${t.url}/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${id}/artifacts/${path}`, {
        method: 'PUT',
        body: 'x',
        headers: { authorization: `Bearer ${t.as('contributor').token}` },
      });
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(500);
    }
    expect((await t.as('viewer').get(`/runs/${id}/artifacts`)).body.items).toEqual([]);
  });
});

describe('values', () => {
  it('come back exactly as they were sent', async () => {
    const id = await newRun();
    const values = [0.1, -0, 1e308, 5e-324, 'NaN', 'Infinity', '-Infinity', 123456789.123];
    expect(
      (await mlflow('runs/log-batch', { run_id: id, metrics: values.map((value, step) => metric('m', value, step)) })).status,
    ).toBe(200);
    const { body } = await t
      .as('viewer')
      .get(`/mlflow/project-1/ajax-api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=m`);
    expect(body.metrics.map((one: { value: unknown }) => one.value)).toEqual(values.map((value) => (value === 0 ? 0 : value)));
    expect(body.metrics.every((one: { timestamp: unknown }) => one.timestamp === 1)).toBe(true);
  });

  it('of a tag that comes twice in one call is the last one', async () => {
    const tags = [
      { key: 'team', value: 'first' },
      { key: 'team', value: 'last' },
    ];
    const made = await mlflow('runs/create', { experiment_id: '0', start_time: 1, tags });
    expect(made.body.run.data.tags).toContainEqual({ key: 'team', value: 'last' });
    expect((await mlflow('runs/log-batch', { run_id: made.body.run.info.run_id, tags })).status).toBe(200);
  });

  it('are whole with many writers on one run, and the newest is that of the greatest step', async () => {
    const id = await newRun();
    await Promise.all(
      Array.from({ length: 12 }, (_, writer) =>
        mlflow('runs/log-batch', {
          run_id: id,
          metrics: Array.from({ length: 200 }, (_, index) => metric(index % 2 ? 'even' : 'odd', writer, writer * 200 + index)),
        }),
      ),
    );
    const { body } = await t.as('viewer').get(`/runs/${id}/metrics`);
    expect(body.items.map((one: { key: string; count: number; value: number }) => [one.key, one.count, one.value])).toEqual([
      ['even', 1200, 11],
      ['odd', 1200, 11],
    ]);
  });
});

describe('search', () => {
  it('filters and orders as the clients write it, missing and NaN last', async () => {
    const made: Record<string, string> = {};
    for (const [name, auc, depth] of [
      ['low', 0.5, '1'],
      ['high', 0.9, '3'],
      ['odd', 'NaN', '3'],
      ['none', null, '2'],
    ] as const) {
      const id = await newRun(name);
      made[name] = id;
      await mlflow('runs/log-batch', {
        run_id: id,
        metrics: auc === null ? [] : [metric('auc', auc)],
        params: [{ key: 'depth', value: depth }],
        tags: [{ key: 'searched', value: 'Yes it is' }],
      });
    }
    const names = async (filter: string, order: string[] = []) =>
      (
        (
          await mlflow('runs/search', {
            experiment_ids: ['0'],
            filter: `tags.searched LIKE 'Yes%'${filter ? ` AND ${filter}` : ''}`,
            order_by: order,
          })
        ).body.runs ?? []
      ).map((run: { info: { run_name: string } }) => run.info.run_name);
    expect(await names('metrics.auc > 0.4', ['metrics.auc DESC'])).toEqual(['high', 'low']);
    expect((await names('', ['metrics.auc ASC'])).slice(0, 2)).toEqual(['low', 'high']);
    expect(await names("params.depth = '3' and metrics.auc >= 0.9")).toEqual(['high']);
    expect(await names("params.`depth` != '3'", ['run_name'])).toEqual(['low', 'none']);
    expect(await names("tags.searched ILIKE '%IT IS' AND attributes.run_name = 'none'")).toEqual(['none']);
    expect(await names(`run_id IN ('${made.low}', '${made.none}')`, ['attributes.run_name ASC'])).toEqual(['low', 'none']);
    for (const bad of [
      "metrics.auc > 'x'",
      'params.depth > 3',
      'nonsense',
      "tags.a = 'x' OR tags.b = 'y'",
      "a.b = 'x'",
      "params.depth = 'x",
    ]) {
      expect((await mlflow('runs/search', { experiment_ids: ['0'], filter: bad })).body.error_code, bad).toBe(
        'INVALID_PARAMETER_VALUE',
      );
    }
  });

  it('pages runs by any order without repeating or losing one, whatever is logged meanwhile', async () => {
    const { experiment_id: experiment } = (await mlflow('experiments/create', { name: 'paged' })).body;
    const create = async (index: number, auc: number | string | null) => {
      const { run } = (
        await mlflow('runs/create', { experiment_id: experiment, start_time: 1000 + (index % 3), run_name: `r${index}` })
      ).body;
      if (auc !== null) await mlflow('runs/log-metric', { run_id: run.info.run_id, ...metric('auc', auc) });
      return run.info.run_id as string;
    };
    const values = [0.5, null, 0.9, 'NaN', 0.5, 0.1, null, 'Infinity', 0.9, '-Infinity', 0.30000000000000004, 0.3];
    const made: string[] = [];
    for (const [index, value] of values.entries()) made.push(await create(index, value));
    const known = (value: number | string | null): number | null => (value === null || value === 'NaN' ? null : Number(value));
    for (const order of [['metrics.auc DESC'], ['metrics.auc ASC', 'run_name DESC'], [], ['end_time']]) {
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const { body, status } = await mlflow('runs/search', {
          experiment_ids: [experiment],
          order_by: order,
          max_results: 5,
          ...(token ? { page_token: token } : {}),
        });
        expect(status).toBe(200);
        seen.push(...body.runs.map((run: { info: { run_id: string } }) => run.info.run_id));
        token = body.next_page_token;
        await create(100, 0.95);
      } while (token);
      const old = seen.filter((id) => made.includes(id));
      expect(new Set(seen).size, String(order)).toBe(seen.length);
      expect([...old].sort(), String(order)).toEqual([...made].sort());
      if (order[0]?.startsWith('metrics')) {
        const sign = order[0].endsWith('DESC') ? -1 : 1;
        const read = old.map((id) => known(values[made.indexOf(id)]!));
        const expected = [...read].sort((a, b) => (a === null ? 1 : b === null ? -1 : a === b ? 0 : sign * (a - b)));
        expect(read).toEqual(expected);
      }
    }
    const first = await mlflow('runs/search', { experiment_ids: [experiment], order_by: ['metrics.auc'], max_results: 2 });
    const other = { experiment_ids: [experiment], order_by: ['metrics.auc DESC'], page_token: first.body.next_page_token };
    expect((await mlflow('runs/search', other)).body.error_code).toBe('INVALID_PARAMETER_VALUE');
  });

  it('takes the same words in our own list of runs', async () => {
    const get = async (query: Record<string, string>) =>
      (await t.as('viewer').get(`/projects/project-1/runs?${new URLSearchParams(query)}`)).body;
    const first = await get({ filter: "tags.searched LIKE 'Yes%'", sort: '-metrics.auc', limit: '1' });
    expect(first.items.map((run: { name: string }) => run.name)).toEqual(['high']);
    const second = await get({ filter: "tags.searched LIKE 'Yes%'", sort: '-metrics.auc', limit: '9', cursor: first.nextCursor });
    expect(second.items.map((run: { name: string }) => run.name).slice(0, 1)).toEqual(['low']);
    expect(second.items).toHaveLength(3);
    expect((await get({ filter: "startedAt < '2001-01-01' and status = 'running'", limit: '1' })).items).toHaveLength(1);
    const refused = await get({ filter: "name = 'x' and nmae = 'y'" });
    expect(refused.errors[0]).toMatchObject({ pointer: '/query/filter' });
    expect(refused.detail).toContain('at character 16');
    expect(refused.detail).toContain('startedAt');
  });
});

describe('a thinned chart', () => {
  it('keeps first, last, lowest and highest of any series', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 2000 }),
        fc.integer({ min: 10, max: 200 }),
        (values, points) => {
          const series = values.map((value, step) => ({ key: 'm', value, step, time: step }));
          const thin = metricsOf(downsample(pointsOf(series), points), 'm');
          expect(thin.length).toBeLessThanOrEqual(Math.max(points, 10));
          expect([thin[0], thin.at(-1)]).toEqual([series[0], series.at(-1)]);
          expect(Math.max(...thin.map((point) => point.value))).toBe(Math.max(...values));
          expect(Math.min(...thin.map((point) => point.value))).toBe(Math.min(...values));
        },
      ),
    );
  });
});

describe('pages that show many runs at once', () => {
  it('are refused what cannot be read, and get only the keys and the runs of the project that they ask for', async () => {
    const [one, two] = [await newRun('one'), await newRun('two')];
    for (const id of [one, two])
      await mlflow('runs/log-batch', {
        run_id: id,
        metrics: [metric('loss', 3, 0), metric('loss', id === one ? 1 : 2, 1), metric('other', 1)],
        params: [
          { key: 'depth', value: '3' },
          { key: 'a,b', value: '4' },
        ],
      });
    const viewer = t.as('viewer');
    const histories = `/projects/project-1/metric-histories?key=loss&runs=`;
    expect((await viewer.get(`${histories}${Array.from({ length: 201 }, (_, index) => `r${index}`).join(',')}`)).status).toBe(
      400,
    );
    expect((await viewer.get(`${histories}%00`)).status).toBeLessThan(500);
    expect((await t.as('owner').get(`/projects/project-2/metric-histories?key=loss&runs=${one}`)).body.items).toEqual([]);
    expect((await viewer.get('/projects/project-1/runs?keys=loss')).body.errors[0].pointer).toBe('/query/keys');

    const { items } = (await viewer.get(`${histories}${one},${two},run_none`)).body;
    expect(
      items.map(({ runId, total, points }: { runId: string; total: number; points: { value: number }[] }) => [
        runId,
        total,
        points.map((point) => point.value),
      ]),
    ).toEqual(
      [
        [one, 2, [3, 1]],
        [two, 2, [3, 2]],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    expect((await viewer.get(`/runs/${one}/metrics/history?key=loss&from=1`)).body).toMatchObject({
      total: 1,
      points: [{ value: 1 }],
    });
    expect((await viewer.get(`/runs/${one}/metrics/history?key=loss&to=late`)).status).toBe(400);
    const runs = (await viewer.get('/projects/project-1/runs?keys=metrics.loss,params.a%252Cb')).body.items;
    expect(runs.find((run: { id: string }) => run.id === two)).toMatchObject({
      metrics: [{ key: 'loss', value: 2, step: 1, count: 2 }],
      params: [{ key: 'a,b', value: '4' }],
    });
  });
});
