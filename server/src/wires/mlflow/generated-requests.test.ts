import http from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../testing/plinth.ts';
import { assessmentEndpoints } from './assessment-endpoints.ts';
import { trackingEndpoints } from './endpoints.ts';
import { modelEndpoints } from './model-endpoints.ts';
import { registeredModelEndpoints } from './registered-model-endpoints.ts';
import { traceEndpoints } from './trace-endpoints.ts';
import { versionEndpoints } from './version-endpoints.ts';

/** Requests that no client sends, between those that one might: whatever comes, the answer is the clients' own form, and never a fault of ours. */
let t: TestPlinth;
let runId: string;
let modelId: string;
const base = '/mlflow/project-1/api/2.0/mlflow';
beforeAll(async () => {
  t = await plinth({ projects: 1 });
  const { body } = await t.as('owner').post(`${base}/runs/create`, { experiment_id: '0', start_time: 1, run_name: 'kept' });
  runId = body.run.info.run_id;
  await t.as('owner').post(`${base}/registered-models/create`, { name: 'model' });
  modelId = (await t.as('owner').post(`${base}/logged-models`, { experiment_id: '0', name: 'model' })).body.model.info.model_id;
});
afterAll(() => {
  agent.destroy();
  return t?.stop();
});

const agent = new http.Agent({ keepAlive: true });
const endpoints = [
  ...trackingEndpoints,
  ...modelEndpoints,
  ...registeredModelEndpoints,
  ...versionEndpoints,
  ...traceEndpoints,
  ...assessmentEndpoints,
];

const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '../x',
    'a/b',
    '%00',
    "'; drop table runs; --",
    '💥'.repeat(300),
    'x'.repeat(9_000),
    'NaN',
    'constructor',
    '__proto__',
    'toString',
    '-Infinity',
    '1e400',
    '9'.repeat(30),
    'active',
    'RUNNING',
    'DELETED_ONLY',
    "metrics.a > 1 and params.b = 'x'",
    "tags.`a b` like '%",
    "span.attributes.`a` RLIKE '[' AND feedback.x > 3",
    "timestamp_ms > 1 AND prompt = 'a/1' AND span.content LIKE '%a%'",
    'attributes.start_time DESC',
    'metrics.`loss` ASC',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 20 }),
);
const oddNumber = fc.oneof(
  fc.constantFrom(0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 1.5, 9_007_199_254_740_991),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 3, arbitrary: oddNumber },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, true, [], {}, [[]], [null], [{}], { toString: 1 }, [{ toString: 1, valueOf: 2 }]),
  },
);
const odd = (likely: fc.Arbitrary<unknown>) => fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: oddValue });
const listOf = (one: fc.Arbitrary<unknown>) => odd(fc.array(one, { maxLength: 4 }));
const object = (fields: Record<string, fc.Arbitrary<unknown>>) => odd(fc.record(fields, { requiredKeys: [] }));

const key = odd(fc.constantFrom('loss', 'a/b', 'mlflow.note.content', 'mlflow.runName', 'depth'));
const number = odd(fc.constantFrom(0, 1, 0.5, '3', 'NaN', 'Infinity'));
const integer = odd(fc.constantFrom(0, 1, 5, '7'));
const pair = object({ key, value: odd(fc.constantFrom('1', 'text')) });
const experiment = odd(fc.constantFrom('0', '1', '999'));

/** Every field that any of the endpoints reads, so that each request has some of its own and some of others'. */
const message = fc.record(
  {
    run_id: odd(fc.constant('RUN')),
    run_uuid: odd(fc.constant('RUN')),
    experiment_id: experiment,
    experiment_ids: listOf(experiment),
    experiment_name: odd(fc.constantFrom('Default', 'new')),
    name: odd(fc.constantFrom('a', 'model')),
    new_name: oddText,
    run_name: oddText,
    user_id: oddText,
    key,
    value: number,
    metric_key: key,
    timestamp: integer,
    step: integer,
    start_time: integer,
    end_time: integer,
    status: odd(fc.constantFrom('RUNNING', 'FINISHED', 'LOGGED_MODEL_READY', 3)),
    tags: listOf(pair),
    params: listOf(pair),
    metrics: listOf(object({ key, value: number, timestamp: integer, step: integer })),
    datasets: listOf(
      object({
        tags: listOf(pair),
        dataset: object({
          name: oddText,
          digest: oddText,
          source_type: oddText,
          source: oddText,
          schema: oddText,
          profile: oddText,
        }),
      }),
    ),
    models: listOf(object({ model_id: odd(fc.constant('MODEL')), step: integer })),
    filter: oddText,
    filter_string: oddText,
    order_by: listOf(odd(fc.oneof(oddText, object({ field_name: oddText, ascending: fc.boolean() })))),
    max_results: integer,
    page_token: odd(fc.constantFrom('', Buffer.from('o1').toString('base64url'))),
    view_type: odd(fc.constantFrom('ALL', 2)),
    run_view_type: odd(fc.constantFrom('ALL', 3)),
    path: oddText,
    artifact_directory_path: oddText,
    artifact_location: oddText,
    model_json: odd(fc.constant('{"run_id": "x", "artifact_path": "model"}')),
    model_type: oddText,
    source_run_id: odd(fc.constant('RUN')),
    version: odd(fc.constantFrom('1', 1, '2')),
    stage: odd(fc.constantFrom('Staging', 'Production', 'None')),
    stages: listOf(odd(fc.constantFrom('Staging', 'Production'))),
    archive_existing_versions: odd(fc.boolean()),
    alias: odd(fc.constantFrom('champion', 'beta')),
    source: odd(fc.constantFrom('runs:/RUN/model', 'models:/MODEL')),
    run_link: oddText,
    trace: object({
      trace_info: object({
        trace_id: odd(fc.constantFrom('tr-1', 'MODEL')),
        trace_location: object({ mlflow_experiment: object({ experiment_id: experiment }) }),
        request_time: odd(fc.constantFrom('2026-01-31T08:00:00Z', '9999-12-31T23:59:59.999999999Z', '0001-01-01T00:00:00Z')),
        execution_duration: odd(fc.constantFrom('1.5s', '999999999999s')),
        state: odd(fc.constantFrom('OK', 2)),
        request_preview: oddText,
        trace_metadata: object({ 'mlflow.sourceRun': oddText, 'mlflow.trace.sizeStats': odd(fc.constant('{"num_spans": 1}')) }),
        tags: object({ 'mlflow.traceName': oddText, other: oddText }),
      }),
    }),
    trace_id: odd(fc.constantFrom('tr-1', 'MODEL')),
    trace_ids: listOf(odd(fc.constantFrom('tr-1', 'MODEL'))),
    request_ids: listOf(odd(fc.constantFrom('tr-1'))),
    locations: listOf(object({ mlflow_experiment: object({ experiment_id: experiment }) })),
    max_traces: integer,
    max_timestamp_millis: integer,
    timestamp_ms: integer,
    request_metadata: listOf(pair),
    prompt_versions: listOf(object({ name: oddText, version: integer })),
    allow_partial: odd(fc.constant(true)),
    assessment: object({
      assessment_name: oddText,
      feedback: object({ value: oddValue, error: object({ error_code: oddText }) }),
      expectation: object({
        serialized_value: object({ serialization_format: odd(fc.constant('JSON_FORMAT')), value: oddText }),
      }),
      source: object({ source_type: odd(fc.constantFrom('HUMAN', 'CODE')), source_id: oddText }),
      create_time: odd(fc.constant('2026-01-31T08:00:00Z')),
      metadata: object({ a: oddText }),
      rationale: oddText,
      overrides: oddText,
    }),
    update_mask: odd(fc.constantFrom('rationale,metadata', 'feedback', 'assessmentName')),
    description: oddText,
  },
  { requiredKeys: [] },
);

/** Real names where the generator left a place for them. */
const filled = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(/\bRUN\b/g, runId)
    .replaceAll(/\bMODEL\b/g, modelId);

/** By hand, because `fetch` would straighten the dots of a path before they are sent. */
function send(request: Request, token: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(t.url);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': request.type ?? 'application/json',
      'content-length': Buffer.byteLength(request.body ?? ''),
    };
    const sending = http.request(
      { hostname, port, method: request.method, path: request.path, headers, agent },
      async (answer) => {
        resolve({ status: answer.statusCode!, text: await text(answer) });
      },
    );
    sending.on('error', reject);
    sending.end(request.body);
  });
}

interface Request {
  method: string;
  path: string;
  body?: string | Uint8Array;
  type?: string;
}

async function check(request: Request, token: string): Promise<void> {
  const answer = await send(request, token);
  const told = `${request.method} ${request.path} ${String(request.body).slice(0, 2_000)}\n→ ${answer.status} ${answer.text.slice(0, 500)}`;
  expect(answer.status, told).toBeLessThan(500);
  if (answer.status < 400) return;
  const fault = JSON.parse(answer.text) as Record<string, unknown>;
  expect(Object.keys(fault).sort(), told).toEqual(['error_code', 'message']);
  expect(fault.error_code, told).toMatch(/^[A-Z_]+$/);
  expect(fault.error_code, told).not.toBe('INTERNAL_ERROR');
  expect(typeof fault.message, told).toBe('string');
}

const prefix = fc.constantFrom(
  '/mlflow/project-1/api',
  '/mlflow/project-1/ajax-api',
  '/api',
  '/ajax-api',
  '/mlflow/no-such-project/api',
);
const version = fc.constantFrom('2.0', '3.0');
/** Those that write, those that may not, and those who are nobody. */
const who = fc.constantFrom('owner', 'owner', 'owner', 'viewer', 'nobody');
const options: fc.Parameters<unknown> = { numRuns: 1_500, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false };

describe('generated requests on the MLflow wire', () => {
  it('with any fields of any kind are answered in the form of its clients, never with a 5xx', async () => {
    const request = fc.record({
      endpoint: fc.constantFrom(...endpoints),
      prefix,
      version,
      who,
      message,
      segment: fc.oneof({ weight: 5, arbitrary: fc.constant('MODEL') }, { weight: 1, arbitrary: oddText }),
    });
    await fc.assert(
      fc.asyncProperty(request, async (made) => {
        const { method, path, only } = made.endpoint;
        const segment = encodeURIComponent(made.segment.replace('MODEL', modelId).slice(0, 80).toWellFormed()) || 'x';
        const at = `${made.prefix}/${only ?? made.version}/mlflow/${path.replaceAll(/\{\w+\}/g, segment)}`;
        const token = t.as(made.who as 'owner').token;
        if (method !== 'GET') return check({ method, path: at, body: filled(made.message) }, token);
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(JSON.parse(filled(made.message)) as object))
          for (const one of Array.isArray(value) ? value : [value])
            query.append(name, typeof one === 'string' ? one : JSON.stringify(one));
        await check({ method, path: `${at}?${query}`.slice(0, 14_000) }, token);
      }),
      options,
    );
  }, 120_000);

  it('with bodies that are no message at all are refused alike', async () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', '{', '[', 'null', '1e999', '"\\ud800"', '{"a":'.repeat(200), `{"run_id": "${'x'.repeat(40_000)}"}`),
    );
    const type = fc.constantFrom(
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/octet-stream',
    );
    const posts = endpoints.filter((endpoint) => endpoint.method !== 'GET');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), prefix, body, type, async ({ method, path, only }, at, sent, sentType) => {
        const place = `${at}/${only ?? '2.0'}/mlflow/${path.replaceAll(/\{\w+\}/g, modelId)}`;
        await check({ method, path: place, body: sent as string, type: sentType }, t.as('owner').token);
      }),
      { ...options, numRuns: 500 },
    );
  }, 120_000);

  it('on the artifact proxy are answered alike, whatever the path', async () => {
    const segment = fc.oneof(
      fc.constantFrom('0', 'RUN', 'MODEL', 'models', 'artifacts', 'a.txt', '..', '.', '', '%2e%2e', '%2F', '%00', 'C:', '\\'),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const likely = fc.constantFrom('0/RUN/artifacts', '0/models/MODEL/artifacts');
    const path = fc
      .tuple(fc.oneof(likely, segment), fc.array(segment, { maxLength: 5 }))
      .map(([first, rest]) => [first, ...rest].join('/'));
    const request = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'DELETE'),
      prefix,
      path,
      who,
      body: fc.uint8Array({ maxLength: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, prefix: at, path: made, who: caller, body }) => {
        const named = made.replaceAll('RUN', runId).replaceAll('MODEL', modelId);
        const place = `${at}/2.0/mlflow-artifacts/artifacts/${named}`;
        const token = t.as(caller as 'owner').token;
        await check({ method, path: place, ...(method === 'PUT' ? { body, type: 'application/octet-stream' } : {}) }, token);
        await check({ method: 'GET', path: `${at}/2.0/mlflow-artifacts/artifacts?path=${encodeURIComponent(named)}` }, token);
      }),
      { ...options, numRuns: 500 },
    );
  }, 120_000);
});
