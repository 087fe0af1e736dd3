import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { decodePoints, encodePoints, mergePoints, metricsOf, pointsOf } from './points.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

type Point = { key: string; value: number | string; timestamp: number; step: number };
const mlflow = (path: string, body: unknown) => t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
const newRun = async (): Promise<string> =>
  (await mlflow('runs/create', { experiment_id: '0', start_time: 1 })).body.run.info.run_id;
const log = async (run: string, metrics: Point[]) =>
  expect((await mlflow('runs/log-batch', { run_id: run, metrics })).status).toBe(200);
const page = async (run: string, query: Record<string, string> = {}) =>
  (
    await t
      .as('viewer')
      .get(
        `/mlflow/project-1/api/2.0/mlflow/metrics/get-history?${new URLSearchParams({ run_id: run, metric_key: 'm', ...query })}`,
      )
  ).body as { metrics?: Point[]; next_page_token?: string; error_code?: string };

/** The whole history by pages. */
async function walk(run: string, size: number): Promise<Point[]> {
  const seen: Point[] = [];
  let token: string | undefined;
  do {
    const answer = await page(run, { max_results: String(size), ...(token ? { page_token: token } : {}) });
    expect((answer.metrics ?? []).length).toBeLessThanOrEqual(size);
    seen.push(...(answer.metrics ?? []));
    token = answer.next_page_token;
  } while (token);
  return seen;
}

describe('the history of a metric', () => {
  it('is refused to a token that no answer gave', async () => {
    const run = await newRun();
    for (const token of [
      'x',
      'bzE=',
      Buffer.from('[1,2,""]').toString('base64url'),
      Buffer.from('["1",2,"3"]').toString('base64url'),
    ])
      expect((await page(run, { page_token: token })).error_code, token).toBe('INVALID_PARAMETER_VALUE');
    for (const size of ['0', '-1', '1.5', '1000001'])
      expect((await page(run, { max_results: size })).error_code, size).toBe('INVALID_PARAMETER_VALUE');
    expect(await page(run)).toEqual({});
  });

  it('is whole and in order by pages of any size, however its points came: one by one, in batches, backwards, twice', async () => {
    const run = await newRun();
    const all: Point[] = [];
    const add = async (points: Point[]) => {
      all.push(...points);
      await log(run, points);
    };
    const point = (step: number, value: number | string = step / 7): Point => ({ key: 'm', value, timestamp: 1000 - step, step });
    for (let step = 0; step < 140; step++) await add([point(step)]);
    for (const start of [5000, 4000, 3000, 2000, 1000])
      await add(Array.from({ length: 999 }, (_, index) => point(start + 998 - index)));
    await Promise.all(
      Array.from({ length: 30 }, (_, writer) =>
        add(Array.from({ length: 40 }, (_, index) => point(index * 30 + writer, writer))),
      ),
    );
    await add([point(-3, 'NaN'), point(-3, 1), point(-3, 'NaN'), point(-3, '-Infinity')]);
    await log(run, all.slice(0, 500));

    const expected = [...new Map(all.map((one) => [JSON.stringify([one.step, one.timestamp, one.value]), one])).values()];
    const order = (value: number | string) => (value === 'NaN' ? Number.MAX_VALUE : Number(value));
    expected.sort((a, b) => a.step - b.step || a.timestamp - b.timestamp || order(a.value) - order(b.value));
    for (const size of [25_000, 1_000, 97]) expect(await walk(run, size), String(size)).toEqual(expected);
  });

  it('keeps what is read while others log: no point twice, none lost', async () => {
    const run = await newRun();
    let step = 0;
    let reading = true;
    const writing = (async () => {
      while (reading) await log(run, [{ key: 'm', value: step, timestamp: step, step: step++ }]);
    })();
    while (step < 70) await new Promise((resolve) => setTimeout(resolve, 5));
    for (let round = 0; round < 20; round++) {
      const before = step;
      const seen = await walk(run, 50);
      expect(seen.map((one) => one.step)).toEqual(seen.map((_, index) => index));
      expect(seen.length).toBeGreaterThanOrEqual(before - 1);
    }
    reading = false;
    await writing;
  });

  it('is thinned for a chart without losing a spike, over a part of it whole', async () => {
    const run = await newRun();
    const spikes = new Map([
      [12_345, 1e6],
      [25_001, -1e6],
    ]);
    for (let start = 0; start < 30_000; start += 1_000)
      await log(
        run,
        Array.from({ length: 1_000 }, (_, index) => {
          const step = start + index;
          return { key: 'm', value: spikes.get(step) ?? Math.sin(step / 500), timestamp: step, step };
        }),
      );
    const chart = async (query: string) => (await t.as('viewer').get(`/runs/${run}/metrics/history?key=m&${query}`)).body;
    const whole = await chart('points=200');
    expect(whole.total).toBe(30_000);
    expect(whole.points.length).toBeLessThanOrEqual(200);
    expect([whole.points[0].step, whole.points.at(-1).step]).toEqual([0, 29_999]);
    for (const [step, value] of spikes)
      expect(whole.points.find((one: { step: number }) => one.step === step)?.value, String(step)).toBe(value);
    const part = await chart('points=1000&from=12000&to=12399');
    expect(part).toMatchObject({ total: 400 });
    expect(part.points.map((one: { step: number }) => one.step)).toEqual(
      Array.from({ length: 400 }, (_, index) => 12_000 + index),
    );
  });
});

describe('calls that come together', () => {
  it('are each refused or taken for themselves', async () => {
    const [run, other, deleted] = [await newRun(), await newRun(), await newRun()];
    await mlflow('runs/log-parameter', { run_id: run, key: 'depth', value: '3' });
    await mlflow('runs/delete', { run_id: deleted });
    const point = (key: string): Point => ({ key, value: 1, timestamp: 1, step: 0 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const kind = index % 4;
        const body =
          kind === 0
            ? { run_id: run, metrics: [point(`a${index}`)], params: [{ key: 'depth', value: '4' }] }
            : kind === 1
              ? { run_id: deleted, metrics: [point(`a${index}`)] }
              : kind === 2
                ? { run_id: run, metrics: [point(`a${index}`)], params: [{ key: `p${index}`, value: 'x' }] }
                : { run_id: other, metrics: [point(`a${index}`)], tags: [{ key: 'last', value: String(index) }] };
        return mlflow('runs/log-batch', body).then((answer) => [kind, answer.status]);
      }),
    );
    for (const [kind, status] of answers) expect(status, String(kind)).toBe(kind! < 2 ? 400 : 200);
    const kept = async (id: string) =>
      (await t.as('viewer').get(`/runs/${id}`)).body.metrics.map((one: { key: string }) => Number(one.key.slice(1)) % 4);
    expect(await kept(run)).toEqual(Array.from({ length: 15 }, () => 2));
    expect(await kept(other)).toEqual(Array.from({ length: 15 }, () => 3));
    expect((await t.as('viewer').get(`/runs/${run}`)).body.params).toHaveLength(16);
  });

  it('name their metrics and parameters for the column picker at once', async () => {
    const run = await newRun();
    await mlflow('runs/log-batch', {
      run_id: run,
      metrics: [{ key: 'picker/50%_a', value: 1, timestamp: 1, step: 0 }],
      params: [{ key: 'picker_p', value: '1' }],
    });
    const keys = async (kind: string, search: string) =>
      (await t.as('viewer').get(`/projects/project-1/${kind}-keys?${new URLSearchParams({ search })}`)).body.items;
    expect(await keys('metric', '50%_')).toEqual(['picker/50%_a']);
    expect(await keys('metric', '5%a')).toEqual([]);
    expect(await keys('param', 'picker')).toEqual(['picker_p']);
  });
});

describe('points', () => {
  const point = fc.record({
    key: fc.constant('m'),
    step: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger()),
    time: fc.maxSafeNat(),
    value: fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN)),
  });

  it('are the same after a way through their stored form', () => {
    fc.assert(
      fc.property(fc.array(point), (points) => {
        expect(metricsOf(decodePoints(encodePoints(pointsOf(points))), 'm')).toEqual(points);
      }),
    );
  });

  it('merge to the same history in whatever batches they come', () => {
    fc.assert(
      fc.property(fc.array(fc.array(point, { maxLength: 20 }), { maxLength: 6 }), (batches) => {
        const merged = metricsOf(mergePoints(batches.map(pointsOf)), 'm');
        expect(metricsOf(mergePoints([pointsOf(batches.flat())]), 'm')).toEqual(merged);
        const key = (one: { step: number; time: number; value: number }) => `${one.step} ${one.time} ${one.value + 0}`;
        expect(merged.map(key).sort()).toEqual([...new Set(batches.flat().map(key))].sort());
      }),
    );
  });
});
