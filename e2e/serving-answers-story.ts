import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';
import { project, row } from './served-models.ts';
import { type ServingGround, servingTools } from './serving-tools.ts';

/** What callers get: every input form, the column that is wrong, two protocols, many at once, too many, too late. */
export function answersStory(ground: () => ServingGround): void {
  const { call, deploy, healthy, split } = servingTools(ground);

  describe('an answer', () => {
    let t: TestPlinth;
    let owner: Caller;
    let columns: string[];
    beforeAll(() => {
      ({ t, owner, columns } = ground());
    });

    it('answers every input form of MLflow as MLflow does', async () => {
      await deploy('mixed', 'models:/mixed/1');
      await healthy('mixed');
      const record = Object.fromEntries(columns.map((name, at) => [name, row[at]]));
      const asColumns = Object.fromEntries(columns.map((name, at) => [name, [row[at]]]));
      const json = 'application/json';
      const person = { age: 30, income: 1001.0, city: 'Oslo', member: true };
      const cases: [string, string, string][] = [
        ['cancer', json, split([row, row])],
        ['cancer', json, split([row.toReversed()], columns.toReversed())],
        ['cancer', json, split([row.map(String)])],
        ['cancer', json, JSON.stringify({ dataframe_split: { columns, data: [row], index: [7] } })],
        ['cancer', json, JSON.stringify({ dataframe_records: [record, record] })],
        ['cancer', json, JSON.stringify({ instances: [record] })],
        ['cancer', json, JSON.stringify({ inputs: asColumns })],
        ['cancer', json, JSON.stringify({ inputs: [record] })],
        ['cancer', `${json}; charset=utf-8`, JSON.stringify({ dataframe_records: [record], params: { a: 1 } })],
        ['cancer', 'text/csv', `${columns.join(',')}\n${row.join(',')}\n`],
        [
          'mixed',
          json,
          '{"dataframe_split": {"columns": ["age", "income", "city", "member"], "data": [[30, 1001.0, "Oslo", true], [9007199254740993, -0.0, "Paris", false]]}}',
        ],
        ['mixed', json, JSON.stringify({ dataframe_records: [person] })],
        ['mixed', json, JSON.stringify({ instances: [person, { ...person, city: 'Bern' }] })],
        ['mixed', json, JSON.stringify({ inputs: [person] })],
        ['mixed', 'text/csv', 'age,income,city,member\n30,1001.0,Oslo,True\n40,5,Paris,False\n'],
        ['slow', json, '{"inputs": [[0.0]]}'],
        ['slow', json, '{"dataframe_split": {"data": [[0.0], [1]]}}'],
      ];
      const expected = await mlflowAnswers(ground(), cases);
      await deploy('slow', 'models:/slow/1');
      await healthy('slow');
      for (const [at, [name, type, body]] of cases.entries()) {
        const answer = await call(`${name}/invocations`, body, type);
        expect([answer.status, answer.text], `${name} ${body.slice(0, 80)}`).toEqual(expected[at]);
      }
    }, 180_000);

    it('names the column that is wrong', async () => {
      const said = async (path: string, body: string, type?: string) => {
        const { status, body: answer } = await call(`${path}/invocations`, body, type);
        return `${status} ${answer.message}`;
      };
      const people = (data: unknown[][]) =>
        JSON.stringify({ dataframe_split: { columns: ['age', 'income', 'city', 'member'], data } });
      expect(await said('cancer', split([row.slice(1)], columns.slice(1)))).toMatch(/^400 Column "mean radius" is missing/);
      expect(await said('cancer', split([[...row, 1]], [...columns, 'id']))).toMatch(/^400 Column "id" is not among/);
      expect(await said('cancer', split([['wide', ...row.slice(1)]]))).toMatch(
        /^400 Column "mean radius": 'wide' in row 0 is not of type double/,
      );
      expect(await said('mixed', people([[30.5, 1, 'Oslo', true]]))).toMatch(
        /^400 Column "age": 30.5 in row 0 is not of type long/,
      );
      expect(await said('mixed', people([[null, 1, 'Oslo', true]]))).toMatch(/^400 Column "age": row 0 has no value/);
      expect(
        await said(
          'mixed',
          '{"dataframe_split": {"columns": ["age", "income", "city", "member"], "data": [[9223372036854775808, 1, "Oslo", true]]}}',
        ),
      ).toMatch(/^400 Column "age": 9223372036854775808 in row 0 is outside/);
      expect(await said('mixed', people([[30, 1, 5, 'false']]))).toMatch(/^400 Column "city": 5 in row 0 is not of type string/);
      expect(await said('mixed', 'age,income,city,member\nx,1,Oslo,True\n', 'text/csv')).toMatch(
        /^400 The CSV does not fit .*column "age"/,
      );
      for (const body of [
        '',
        '{',
        '[]',
        '5',
        '{}',
        '{"inputs": 1, "instances": 1}',
        '['.repeat(50_000),
        '{"dataframe_split": 1}',
        '{"dataframe_records": [1]}',
        '{"inputs": "\\u0000"}',
        `{"dataframe_split": {"columns": ["age"], "data": [[1${'0'.repeat(5_000)}]]}}`,
      ]) {
        const { status, body: answer } = await call('mixed/invocations', body);
        expect([status, answer.error_code], body.slice(0, 40)).toEqual([400, expect.any(String)]);
      }
      expect((await call('cancer/invocations', '<a/>', 'text/xml')).status).toBe(415);
      expect(
        (await call('cancer/invocations', '{}', 'application/json', owner, { 'x-plinth-timeout-seconds': 'soon' })).status,
      ).toBe(400);
    });

    it('speaks the Open Inference Protocol', async () => {
      const headers = { authorization: `Bearer ${owner.token}` };
      const read = async (path: string) => {
        const response = await fetch(`${t.url}/deployments/mixed/v2${path}`, { headers });
        return { status: response.status, body: await response.json() };
      };
      expect((await read('/health/ready')).status).toBe(200);
      expect((await read('/models/mixed/ready')).status).toBe(200);
      expect((await read('/models/other/ready')).status).toBe(404);
      expect((await read('/models/mixed/versions/2')).status).toBe(404);
      expect((await read('/models/mixed')).body).toMatchObject({
        name: 'mixed',
        versions: ['1'],
        inputs: [
          { name: 'age', datatype: 'INT64', shape: [-1] },
          { name: 'income', datatype: 'FP64' },
          { name: 'city', datatype: 'BYTES' },
          { name: 'member', datatype: 'BOOL' },
        ],
      });
      const tensors = (age: unknown) => ({
        id: 'mine',
        inputs: [
          { name: 'age', shape: [2], datatype: 'INT64', data: [age, 40] },
          { name: 'income', shape: [2, 1], datatype: 'FP64', data: [[1001.0], [5]] },
          { name: 'city', shape: [2], datatype: 'BYTES', data: ['Oslo', 'Paris'] },
          { name: 'member', shape: [2], datatype: 'BOOL', data: [true, false] },
        ],
      });
      const answer = await call('mixed/v2/models/mixed/infer', JSON.stringify(tensors(30)));
      expect(answer.body, answer.text).toEqual({
        model_name: 'mixed',
        model_version: '1',
        id: 'mine',
        outputs: [{ name: 'output-0', shape: [2], datatype: 'INT64', data: [0, 1] }],
      });
      const rows = await call(
        'cancer/v2/models/cancer/infer',
        JSON.stringify({ inputs: [{ name: 'input-0', shape: [1, 30], datatype: 'FP64', data: row }] }),
      );
      expect(rows.body.outputs[0].data).toEqual([0]);
      for (const bad of [
        tensors(1.5),
        tensors('x'),
        { inputs: [] },
        { inputs: [{ name: 'age', shape: [3], datatype: 'INT64', data: [1] }] },
        { inputs: [{ name: 'age', shape: [1], datatype: 'INT8', data: [300] }] },
      ]) {
        const { status, body } = await call('mixed/v2/models/mixed/infer', JSON.stringify(bad));
        expect([status, typeof body.error]).toEqual([400, 'string']);
      }
    });

    it('lets one bad row among many that wait fail alone', async () => {
      const good = split([row]);
      const bad = split([[null, ...row.slice(1)]]);
      const answers = await Promise.all(
        Array.from({ length: 120 }, (_, at) => call('cancer/invocations', at % 10 === 3 ? bad : good)),
      );
      for (const [at, answer] of answers.entries()) expect(answer.status, answer.text).toBe(at % 10 === 3 ? 400 : 200);
      expect(new Set(answers.map((answer) => answer.headers.get('x-plinth-prediction-id'))).size).toBe(120);
    });

    it('answers many at once as it answers each alone', async () => {
      const bodies = Array.from({ length: 60 }, (_, at) => split([row.map((value) => value * (0.2 + at / 50))]));
      const together = await Promise.all(bodies.map((body) => call('cancer/invocations', body)));
      const alone: string[] = [];
      for (const body of bodies) alone.push((await call('cancer/invocations', body)).text);
      expect(together.map((answer) => answer.text)).toEqual(alone);
      expect(new Set(alone).size).toBe(2);
    });

    it('takes a request of some megabytes, and keeps it', async () => {
      const answer = await call('cancer/invocations', split(Array.from({ length: 20_000 }, () => row)));
      expect(answer.status, answer.text.slice(0, 200)).toBe(200);
      expect(answer.body.predictions).toHaveLength(20_000);
      const id = answer.headers.get('x-plinth-prediction-id');
      const last = await t.until('its last row', async () => {
        const { status, body } = await owner.get(`/predictions/${id}.19999`);
        return status === 200 ? body : null;
      });
      expect(last.rows).toMatchObject([{ input: row, output: 0 }]);
    });

    it('answers 504 past its deadline and 429 when too many wait, and goes on', async () => {
      const wait = (seconds: number) => `{"inputs": [[${seconds}]]}`;
      const late = await call('slow/invocations', wait(3), 'application/json', owner, { 'x-plinth-timeout-seconds': '0.3' });
      expect([late.status, late.body.code]).toEqual([504, 'deadline-exceeded']);
      expect(late.headers.get('x-plinth-prediction-id')).toMatch(/^prd_/);
      const many = await Promise.all(
        Array.from({ length: 300 }, () =>
          call('slow/invocations', wait(0.01), 'application/json', owner, { 'x-plinth-timeout-seconds': '1' }),
        ),
      );
      const statuses = new Set(many.map((answer) => answer.status));
      expect([...statuses].filter((status) => ![200, 429, 504].includes(status))).toEqual([]);
      expect(many.find((answer) => answer.status === 429)?.headers.get('retry-after')).toBe('1');
      await t.until('it to answer again', async () => (await call('slow/invocations', wait(0))).status === 200);
    }, 60_000);
  });
}

/** Answers of MLflow's own scoring code to the same bytes, in the same environment. */
async function mlflowAnswers(
  { t, owner, python, logged }: ServingGround,
  cases: [string, string, string][],
): Promise<[number, string][]> {
  const script = `
import json, logging, sys, mlflow
logging.disable(logging.CRITICAL)
from mlflow.pyfunc.scoring_server import invocations
models = {}
answers = []
ids, cases = json.loads(sys.stdin.read())
for name, kind, body in cases:
    model = models.get(name) or models.setdefault(name, mlflow.pyfunc.load_model(f"models:/{ids[name]}"))
    answer = invocations(body.encode(), kind, model, model.metadata.get_input_schema())
    answers.append([answer.status, answer.response])
print(json.dumps(answers))
`;
  const running = promisify(execFile)(python, ['-W', 'ignore', '-c', script], {
    env: {
      PATH: process.env.PATH,
      HOME: t.home,
      MLFLOW_TRACKING_URI: `${t.url}/mlflow/${project}`,
      MLFLOW_TRACKING_TOKEN: owner.token,
      GIT_PYTHON_REFRESH: 'quiet',
    },
    timeout: 120_000,
  });
  running.child.stdin!.end(JSON.stringify([Object.fromEntries(logged.toReversed().map(({ name, id }) => [name, id])), cases]));
  return JSON.parse((await running).stdout.trim().split('\n').at(-1)!);
}
