import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { registeredVersion } from '../../server/src/testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../../server/src/testing/plinth.ts';
import { type ClientSession, clientSession } from './clients.ts';

/** Traces of applications: by the newest MLflow client as it is, by OpenTelemetry's SDK, and by hand for what no client sends. */
let t: TestPlinth;
let client: ClientSession;
let reader: ClientSession;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  client = await clientSession(t, 'newest', t.as('contributor'), 'project-1');
  reader = await clientSession(t, 'newest', t.as('viewer'), 'project-1');
}, 500_000);
afterAll(() => t?.stop());

vi.setConfig({ testTimeout: 240_000 });

const prelude = `
import json, mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType
from mlflow.exceptions import MlflowException
client = MlflowClient()
def refused(call):
    try: call()
    except MlflowException as error: return error.error_code
`;

const api = '/mlflow/project-1/api/3.0/mlflow';
const traceId = (digit: string) => digit.repeat(32);
const otlpSpan = (more: object = {}) => ({
  traceId: traceId('a'),
  spanId: '1111111111111111',
  name: 'asks',
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000001500000000',
  attributes: [{ key: 'model', value: { stringValue: 'small' } }],
  status: {},
  ...more,
});
const exported = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

async function send(
  who: Caller | null,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  path = '/mlflow/project-1/v1/traces',
) {
  const answer = await fetch(`${t.url}${path}`, {
    method: 'POST',
    body: body as string,
    headers: {
      'content-type': 'application/json',
      'x-mlflow-experiment-id': '0',
      ...(who ? { authorization: `Bearer ${who.token}` } : {}),
      ...headers,
    },
  });
  const text = await answer.text();
  return { status: answer.status, text, type: answer.headers.get('content-type') };
}

const newTrace = (id: string, more: object = {}) => ({
  trace: {
    trace_info: {
      trace_id: id,
      trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } },
      request_time: '2026-01-31T08:00:00.250Z',
      execution_duration: '1.500s',
      state: 'OK',
      ...more,
    },
  },
});

describe('traces are refused', () => {
  it('to those who may not write them, on every door', async () => {
    await t.as('contributor').post(`${api}/traces`, newTrace('tr-kept'));
    const judgement = { assessment: { assessment_name: 'x', feedback: { value: true }, source: { source_type: 'HUMAN' } } };
    const { assessment } = (await t.as('contributor').post(`${api}/traces/tr-kept/assessments`, judgement)).body;
    const run = (await t.as('contributor').post('/mlflow/project-1/api/2.0/mlflow/runs/create', { experiment_id: '0' })).body.run;
    const older = api.replace('3.0', '2.0');
    type Door = ['get' | 'post' | 'patch' | 'delete', string, object?];
    const judged = `${api}/traces/tr-kept/assessments/${assessment.assessment_id}`;
    const writes: Door[] = [
      ['post', `${api}/traces`, newTrace('tr-new')],
      ['post', `${api}/traces/delete-traces`, { experiment_id: '0', request_ids: ['tr-kept'] }],
      ['patch', `${api}/traces/tr-kept/tags`, { key: 'a', value: 'b' }],
      ['patch', `${older}/traces/tr-kept/tags`, { key: 'a', value: 'b' }],
      ['delete', `${api}/traces/tr-kept/tags?key=a`],
      ['post', `${api}/traces/tr-kept/assessments`, judgement],
      ['patch', judged, { assessment: { rationale: 'no' }, update_mask: 'rationale' }],
      ['delete', judged],
      ['post', `${older}/traces/link-to-run`, { trace_ids: ['tr-kept'], run_id: run.info.run_id }],
      ['post', `${older}/traces/link-prompts`, { trace_id: 'tr-kept', prompt_versions: [{ name: 'p', version: '1' }] }],
      ['post', `${older}/traces`, { experiment_id: '0' }],
      ['patch', `${older}/traces/tr-kept`, { status: 'OK' }],
    ];
    const reads: Door[] = [
      ['get', `${api}/traces/tr-kept`],
      ['get', `${api}/traces/get?trace_id=tr-kept`],
      ['get', `${api}/traces/batchGet?trace_ids=tr-kept`],
      ['post', `${api}/traces/batchGetInfos`, { trace_ids: ['tr-kept'] }],
      ['get', `${older}/traces/tr-kept/info`],
      ['get', judged],
    ];
    /** Experiments that cannot be seen have nothing to find, as with runs. */
    const searches: Door[] = [
      ['post', `${api}/traces/search`, { locations: [{ mlflow_experiment: { experiment_id: '0' } }] }],
      ['get', `${older}/traces?experiment_ids=0`],
    ];
    const ask = async (who: Caller, [method, path, body]: Door) => (await who[method](path, body as never)).status;
    for (const prefix of ['api', 'ajax-api']) {
      const at = ([method, path, body]: Door): Door => [method, path.replace('/api/', `/${prefix}/`), body];
      for (const door of writes) expect([door, await ask(t.as('viewer'), at(door))]).toEqual([door, 403]);
      for (const door of [...writes, ...reads]) {
        expect([door, await ask(t.as('nobody'), at(door))]).toEqual([door, 401]);
        expect([door, await ask(t.as('consumer'), at(door))]).toEqual([door, 404]);
      }
      for (const [method, path, body] of searches.map(at)) {
        expect((await t.as('nobody')[method](path, body as never)).status).toBe(401);
        expect((await t.as('consumer')[method](path, body as never)).body).toEqual({});
        expect((await t.as('viewer')[method](path, body as never)).body.traces).toHaveLength(1);
      }
      for (const door of reads) expect([door, await ask(t.as('viewer'), at(door))]).toEqual([door, 200]);
    }
    // What is another project's is not there, whoever asks.
    for (const door of [...writes.slice(2), ...reads.slice(0, 2)]) {
      const [method, path, body] = door;
      expect([door, await ask(t.as('owner'), [method, path.replace('project-1', 'project-2'), body])]).toEqual([
        door,
        path.endsWith('/traces') ? 200 : 404,
      ]);
    }
    expect((await send(null, exported(otlpSpan()))).status).toBe(401);
    expect((await send(t.as('viewer'), exported(otlpSpan()))).status).toBe(403);
    expect((await send(t.as('consumer'), exported(otlpSpan()))).status).toBe(404);
    expect((await send(t.as('contributor'), exported(otlpSpan()), {}, '/mlflow/project-2/v1/traces')).status).toBe(404);
    expect((await t.as('contributor').get(`${api}/traces/tr-${traceId('a')}`)).status).toBe(404);
  });

  it('when they are none, too many or too large: whole, with a word of what is wrong', async () => {
    const does = t.as('contributor');
    const told = async (body: string | Uint8Array, headers?: Record<string, string>) => {
      const { status, text } = await send(does, body, headers);
      return [status, JSON.parse(text).message as string] as const;
    };
    expect(await told('{')).toEqual([400, expect.stringContaining('no export request of OTLP in JSON')]);
    expect(await told(exported())).toEqual([400, expect.stringContaining('nothing to keep')]);
    expect(await told(exported(otlpSpan({ traceId: 'xyz' })))).toEqual([400, expect.stringContaining('OTLP in JSON')]);
    expect(await told(exported(otlpSpan(), otlpSpan({ spanId: '0000000000000000' })))).toEqual([
      400,
      expect.stringContaining('spans[1].span_id: must be 8 bytes'),
    ]);
    expect(await told('x', { 'content-type': 'text/plain' })).toEqual([415, expect.stringContaining('application/x-protobuf')]);
    expect(await told('\u00ff\u00ff', { 'content-type': 'application/x-protobuf' })).toEqual([
      400,
      expect.stringContaining('OTLP in protobuf'),
    ]);
    expect(await told(exported(otlpSpan()), { 'x-mlflow-experiment-id': '' })).toEqual([
      400,
      expect.stringContaining('x-mlflow-experiment-id'),
    ]);
    expect(await told(exported(otlpSpan()), { 'x-mlflow-experiment-id': 'none' })).toEqual([404, expect.any(String)]);
    expect(await told(exported(otlpSpan()), { 'x-mlflow-run-id': 'none' })).toEqual([404, expect.any(String)]);
    expect(await told('x', { 'content-encoding': 'gzip' })).toEqual([400, expect.stringContaining('no gzip')]);
    expect(await told('x', { 'content-encoding': 'br' })).toEqual([415, expect.stringContaining('use gzip')]);
    expect(await told(gzipSync(Buffer.alloc(80 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' })).toEqual([
      413,
      expect.stringContaining('16 MiB'),
    ]);
    const packed = { 'content-encoding': 'gzip', 'content-type': 'application/x-protobuf' };
    expect(await told(gzipSync(Buffer.alloc(80 * 1024 * 1024)), packed)).toEqual([413, expect.stringContaining('64 MiB')]);
    // Millions of empty messages in few bytes, and one within another for ever.
    const empties = Buffer.from('0a00'.repeat(5_000_000), 'hex');
    expect(await told(gzipSync(empties), packed)).toEqual([413, expect.stringContaining('500000 values')]);
    expect(await told(`{"resourceSpans":[${'{},'.repeat(3_000_000)}{}]}`)).toEqual([
      413,
      expect.stringContaining('500000 values'),
    ]);
    const field = (number: number, content: Buffer) =>
      Buffer.concat([
        Buffer.from([number * 8 + 2, (content.length & 127) | 128, (content.length >> 7) | 128, content.length >> 14]),
        content,
      ]);
    let endless = Buffer.alloc(0);
    for (let level = 0; level < 2_000; level++) endless = field(5, field(1, endless));
    const nested = [2, 9, 2, 2, 1].reduce((content, number) => field(number, content), endless);
    expect(await told(nested, { 'content-type': 'application/x-protobuf' })).toEqual([
      400,
      expect.stringContaining('levels deep'),
    ]);
    expect(await told(gzipSync('{"a":'.repeat(100_000)), { 'content-encoding': 'gzip' })).toEqual([400, expect.any(String)]);
    const many = Array.from({ length: 5_001 }, (_, index) => otlpSpan({ spanId: (index + 1).toString(16).padStart(16, '0') }));
    expect(await told(exported(...many))).toEqual([400, expect.stringContaining('5000')]);
    const deep = (levels: number): object =>
      levels === 0 ? { stringValue: 'x' } : { arrayValue: { values: [deep(levels - 1)] } };
    expect((await told(exported(otlpSpan({ attributes: [{ key: 'deep', value: deep(80) }] }))))[0]).toBe(400);
    // Nothing of all that was kept.
    expect((await does.get(`${api}/traces/tr-${traceId('a')}`)).status).toBe(404);

    const fault = async (more: object) => (await does.post(`${api}/traces`, newTrace('tr-bad', more))).body.message;
    expect(await fault({ trace_id: '../x' })).toContain('trace_id');
    expect(await fault({ request_time: 'soon' })).toContain('request_time');
    expect(await fault({ execution_duration: '-1s' })).toContain('execution_duration');
    expect(await fault({ state: 'GREAT' })).toContain('state');
    expect(await fault({ tags: { a: 1 } })).toContain('tags.a');
    expect(await fault({ tags: { ['k'.repeat(251)]: 'x' } })).toContain('250');
    expect(await fault({ trace_location: { mlflow_experiment: { experiment_id: 'none' } } })).toContain('experiment');
    expect(await fault({ assessments: [{ assessment_name: 'both', feedback: {}, expectation: {} }] })).toContain('one of them');
    expect((await does.get(`${api}/traces/tr-bad`)).status).toBe(404);
  });

  it('a place for their files that is not ours', async () => {
    const does = t.as('contributor');
    const elsewhere = { 'mlflow.artifactLocation': 'file:///etc', 'mlflow.trace.spansLocation': 'ARCHIVE_REPO' };
    const { body } = await does.post(`${api}/traces`, newTrace('tr-place', { tags: elsewhere }));
    expect(body.trace.trace_info.tags).toEqual({
      'mlflow.artifactLocation': expect.stringMatching(/^mlflow-artifacts:\/exp_\w+\/traces\/tr-place\/artifacts$/),
    });
    const set = await does.patch(`${api}/traces/tr-place/tags`, { key: 'mlflow.artifactLocation', value: 'file:///etc' });
    expect([set.status, set.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('by filters that say nothing, in words of the filter', async () => {
    const search = async (filter: string, orderBy: string[] = []) =>
      (
        await t.as('viewer').post(`${api}/traces/search`, {
          locations: [{ mlflow_experiment: { experiment_id: '0' } }],
          filter,
          order_by: orderBy,
        })
      ).body.message as string;
    expect(await search("color = 'x'")).toContain('no attribute of traces');
    expect(await search("issue.id = 'x'")).toContain('"issue" is none of');
    expect(await search('timestamp_ms > 5 OR status = "OK"')).toContain('only AND joins terms');
    expect(await search("span.content = 'x'")).toContain('LIKE or ILIKE');
    expect(await search("span.color = 'x'")).toContain('span');
    expect(await search("name RLIKE '('")).toContain('regular expression');
    expect(await search("name RLIKE '(a)\\1'")).toContain('back references');
    expect(await search("prompt LIKE 'a'")).toContain("prompt = 'name/version'");
    expect(await search("feedback.score > 'high'")).toContain('takes a number');
    expect(await search('', ['span.name'])).toContain('ordered by attributes');
  });
});

describe('the newest client', () => {
  it('refuses with its own words what may not be done and what is not there', async () => {
    const told = await reader.python(`${prelude}
print(json.dumps({
  "there": refused(lambda: client.get_trace("tr-none")),
  "tag": refused(lambda: client.set_trace_tag("tr-kept", "a", "b")),
  "judge": refused(lambda: mlflow.log_feedback(trace_id="tr-kept", name="x", value=1)),
  "delete": refused(lambda: client.delete_traces(experiment_id="0", trace_ids=["tr-kept"])),
  "filter": refused(lambda: mlflow.search_traces(filter_string="nonsense ~ 3", return_type="list", locations=["0"])),
}))`);
    expect(told).toEqual({
      there: 'RESOURCE_DOES_NOT_EXIST',
      tag: 'PERMISSION_DENIED',
      judge: 'PERMISSION_DENIED',
      delete: 'PERMISSION_DENIED',
      filter: 'INVALID_PARAMETER_VALUE',
    });
  });

  it('traces functions with nested spans and exceptions, and reads all back as it was', async () => {
    const told = await client.python(`${prelude}
mlflow.set_experiment("traced")
@mlflow.trace(span_type=SpanType.RETRIEVER, attributes={"k": 3})
def fetch(question): return [{"doc": "ä", "score": 0.5}]
@mlflow.trace(name="answer", span_type=SpanType.CHAIN)
def answer(question, deep={"a": [1, 2.5, None, True]}):
    mlflow.update_current_trace(tags={"team": "risk"}, metadata={"mlflow.trace.session": "s-1"}, client_request_id="req-7")
    docs = fetch(question)
    with mlflow.start_span(name="write", span_type=SpanType.LLM) as span:
        span.set_inputs({"docs": docs}); span.set_attribute("model", "small-1"); span.set_attribute("big", 2**60)
        span.add_event(mlflow.entities.SpanEvent("thought", attributes={"tokens": 7}))
        span.set_outputs("because")
    return "because"
@mlflow.trace
def breaks(): raise ValueError("no such thing")
with mlflow.start_run() as run: answer("why?")
first = mlflow.get_last_active_trace_id()
try: breaks()
except ValueError: pass
second = mlflow.get_last_active_trace_id()
mlflow.flush_trace_async_logging()
got = client.get_trace(first); broken = client.get_trace(second)
span = lambda name: next(one for one in got.data.spans if one.name == name)
ids = {one.span_id: one.name for one in got.data.spans}
print(json.dumps({
  "id": first, "state": got.info.state.value, "tags": {k: v for k, v in got.info.tags.items() if k in ("team", "mlflow.traceName", "mlflow.trace.spansLocation")},
  "metadata": [got.info.trace_metadata["mlflow.trace.session"], got.info.trace_metadata["mlflow.sourceRun"] == run.info.run_id],
  "client": got.info.client_request_id, "preview": [got.info.request_preview, got.info.response_preview],
  "spans": sorted([one.name, one.span_type, ids.get(one.parent_id), one.status.status_code.value] for one in got.data.spans),
  "inputs": [span("answer").inputs, span("fetch").outputs, span("write").outputs],
  "attributes": [span("write").get_attribute("model"), span("write").get_attribute("big") == 2**60, span("fetch").get_attribute("k")],
  "events": [[one.name, one.attributes] for one in span("write").events],
  "times": all(one.end_time_ns >= one.start_time_ns > 1.6e18 for one in got.data.spans),
  "duration": got.info.execution_duration is not None and got.info.request_time > 1.6e12,
  "broken": [broken.info.state.value, broken.data.spans[0].status.status_code.value, broken.data.spans[0].events[0].name, broken.data.spans[0].events[0].attributes["exception.message"]],
  "ofRun": [one.info.trace_id == first for one in mlflow.search_traces(run_id=run.info.run_id, return_type="list")],
  "frame": sorted(mlflow.search_traces()["trace_id"]) == sorted([first, second]),
}))`);
    expect(told).toEqual({
      id: expect.stringMatching(/^tr-[0-9a-f]{32}$/),
      state: 'OK',
      tags: { team: 'risk', 'mlflow.traceName': 'answer', 'mlflow.trace.spansLocation': 'TRACKING_STORE' },
      metadata: ['s-1', true],
      client: 'req-7',
      preview: [expect.stringContaining('why?'), expect.stringContaining('because')],
      spans: [
        ['answer', 'CHAIN', null, 'OK'],
        ['fetch', 'RETRIEVER', 'answer', 'OK'],
        ['write', 'LLM', 'answer', 'OK'],
      ],
      inputs: [{ question: 'why?', deep: { a: [1, 2.5, null, true] } }, [{ doc: 'ä', score: 0.5 }], 'because'],
      attributes: ['small-1', true, 3],
      events: [['thought', { tokens: 7 }]],
      times: true,
      duration: true,
      broken: ['ERROR', 'ERROR', 'exception', 'no such thing'],
      ofRun: [true],
      frame: true,
    });
    const { body } = await t.as('viewer').get(`${api}/traces/${told.id}`);
    expect(body.trace.trace_info.state).toBe('OK');
  });

  it('searches by everything that a trace has, page by page', async () => {
    const told = await client.python(`${prelude}
mlflow.set_experiment("searched")
for i in range(5):
    with mlflow.start_span(name=f"ask-{i}", span_type=SpanType.CHAIN) as root:
        mlflow.update_current_trace(tags={"number": str(i), "a.b c": "x"} if i else {"number": "0"}, metadata={"tier": "gold" if i % 2 else "free"})
        with mlflow.start_span(name="model", span_type=SpanType.LLM) as span:
            span.set_attribute("model", f"m-{i}"); span.set_inputs({"text": f"needle {i} ü"})
            if i == 3: span.set_status("ERROR")
    id = root.trace_id
    mlflow.flush_trace_async_logging()
    mlflow.log_feedback(trace_id=id, name="score", value=i / 2, source=AssessmentSource("HUMAN", "ida"))
    mlflow.log_expectation(trace_id=id, name="says", value={"words": ["a", i]} if i == 4 else f"answer {i}")
experiment = mlflow.get_experiment_by_name("searched").experiment_id
def found(filter=None, order=["name ASC"], **more):
    return [one.info.tags["number"] for one in mlflow.search_traces(filter_string=filter, order_by=order, return_type="list", include_spans=False, **more)]
page = client.search_traces(locations=[experiment], max_results=2, order_by=["timestamp_ms DESC"]); walk = []
while True:
    walk += [one.info.tags["number"] for one in page]
    if not page.token: break
    page = client.search_traces(locations=[experiment], max_results=2, order_by=["timestamp_ms DESC"], page_token=page.token)
print(json.dumps({
  "all": found(), "newest": found(order=None), "walk": walk, "descending": found(order=["tags.number DESC"]),
  "name": found("name = 'ask-1'"), "like": found("name LIKE 'ASK%'"), "ilike": found("trace.name ILIKE 'ASK-1'"),
  "rlike": found("name RLIKE 'ask-[12]$'"), "in": found("name IN ('ask-1', 'ask-4', 'none')"),
  "tag": found("tags.number = '2'"), "null": found("tags.\`a.b c\` IS NULL"), "metadata": found("metadata.tier = 'gold'"), "request": found("request_metadata.tier != 'gold'"),
  "status": found("status = 'OK'"), "time": found("timestamp_ms > 0 AND execution_time_ms >= 0 AND end_time_ms > 0"), "future": found("timestamp > 99999999999999"),
  "span": found("span.name = 'model' AND span.attributes.model = 'm-2'"), "same": found("span.name = 'ask-2' AND span.attributes.model = 'm-2'"), "type": found("span.type = 'LLM' AND span.status = 'ERROR'"),
  "content": found("span.content LIKE '%needle 4 ü%'"), "text": found("trace.text LIKE '%needle 1%'"), "attributes": found("span.attributes.model RLIKE 'm-[01]'"),
  "feedback": found("feedback.score >= 1"), "half": found("feedback.score = '0.5'"), "none": found("feedback.other IS NULL AND feedback.score IS NOT NULL"), "says": found("expectation.says = 'answer 1'"), "written": found("expectation.says LIKE '%words%'"),
}))`);
    const all = ['0', '1', '2', '3', '4'];
    const down = [...all].reverse();
    expect(told).toEqual({
      all,
      newest: down,
      walk: down,
      descending: down,
      name: ['1'],
      like: [],
      ilike: ['1'],
      rlike: ['1', '2'],
      in: ['1', '4'],
      tag: ['2'],
      null: ['0'],
      metadata: ['1', '3'],
      request: ['0', '2', '4'],
      status: all,
      time: all,
      future: [],
      span: ['2'],
      same: [],
      type: ['3'],
      content: ['4'],
      text: ['1'],
      attributes: ['0', '1'],
      feedback: ['2', '3', '4'],
      half: ['1'],
      none: all,
      says: ['1'],
      written: ['4'],
    });
  });

  it('judges, tags, links and deletes', async () => {
    await registeredVersion(t.as('contributor'), 'project-1', 'greeting');
    const unknown = await t.as('contributor').post(`${api}/traces/link-prompts`, {
      trace_id: 'tr-kept',
      prompt_versions: [
        { name: 'greeting', version: '1' },
        { name: 'none', version: '1' },
      ],
    });
    expect([unknown.status, unknown.body.message]).toEqual([404, expect.stringContaining('"none"')]);
    await t.newEvents();
    const told = await client.python(`${prelude}
from mlflow.entities import Expectation, Feedback
mlflow.set_experiment("judged")
experiment = mlflow.get_experiment_by_name("judged").experiment_id
def trace(name):
    with mlflow.start_span(name=name) as span: pass
    mlflow.flush_trace_async_logging(); return span.trace_id
first, second = trace("first"), trace("second")
good = mlflow.log_feedback(trace_id=first, name="good", value=True, rationale="short", source=AssessmentSource("HUMAN", "ida"), metadata={"by": "hand"})
expected = mlflow.log_expectation(trace_id=first, name="facts", value={"a": [1, {"b": None}]})
failed = mlflow.log_feedback(trace_id=first, name="judge", error=ValueError("no answer"), source=AssessmentSource("LLM_JUDGE", "m-1"))
mlflow.update_assessment(trace_id=first, assessment_id=good.assessment_id, assessment=Feedback(name="good", value="partly", rationale="long", metadata={"more": "1"}))
over = mlflow.override_feedback(trace_id=first, assessment_id=good.assessment_id, value=False)
after = mlflow.get_assessment(trace_id=first, assessment_id=good.assessment_id)
mlflow.delete_assessment(trace_id=first, assessment_id=failed.assessment_id)
gone = refused(lambda: mlflow.get_assessment(trace_id=first, assessment_id=failed.assessment_id))
client.set_trace_tag(first, "a b/c", "ä"); client.set_trace_tag(first, "drop", "x"); client.delete_trace_tag(first, "drop")
info = client.get_trace(first).info
with mlflow.start_run() as run: pass
client.link_traces_to_run([first], run.info.run_id)
linked = [one.info.trace_id == first for one in mlflow.search_traces(run_id=run.info.run_id, return_type="list")]
from mlflow.entities.model_registry import PromptVersion
prompt = PromptVersion(name="greeting", version=1, template="")
client.link_prompt_versions_to_trace(trace_id=first, prompt_versions=[prompt])
used = [one.info.trace_id == first for one in mlflow.search_traces(filter_string="prompt = 'greeting/1'", return_type="list")]
deleted = client.delete_traces(experiment_id=experiment, trace_ids=[first, "tr-none"])
left = [one.info.trace_id == second for one in mlflow.search_traces(return_type="list")]
late = client.delete_traces(experiment_id=experiment, max_timestamp_millis=99999999999999, max_traces=10)
print(json.dumps({
  "values": [[one.name, one.value if one.name != "judge" else None, one.valid is not False] for one in sorted(info.assessments, key=lambda one: [one.name, str(one.value)])],
  "after": [after.value, after.rationale, after.metadata, after.source.source_id, after.valid], "expected": expected.value,
  "error": [failed.error.error_code, failed.error.error_message], "gone": gone, "overrides": over.overrides == good.assessment_id,
  "tags": [info.tags["a b/c"], "drop" in info.tags], "linked": linked, "used": used, "deleted": deleted, "left": left, "late": late,
  "there": refused(lambda: client.get_trace(first)),
}, default=str))`);
    expect(told).toEqual({
      values: [
        ['facts', { a: [1, { b: null }] }, true],
        ['good', false, true],
        ['good', 'partly', false],
      ],
      after: ['partly', 'long', { by: 'hand', more: '1' }, 'ida', false],
      expected: { a: [1, { b: null }] },
      error: ['ValueError', 'no answer'],
      gone: 'RESOURCE_DOES_NOT_EXIST',
      overrides: true,
      tags: ['ä', false],
      linked: [true],
      used: [true],
      deleted: 1,
      left: [true],
      late: 1,
      there: 'RESOURCE_DOES_NOT_EXIST',
    });
    const events = (await t.newEvents()).filter((verb) => /^(assessment|traces?)\./.test(verb));
    expect(events).toEqual([
      ...Array(3).fill('assessment.created'),
      'assessment.changed',
      'assessment.created',
      'assessment.deleted',
      'traces.linked',
      'traces.deleted',
      'traces.deleted',
    ]);
  });
});

describe('OTLP', () => {
  it('takes spans of an OpenTelemetry program, packed, and makes traces of them', async () => {
    const told = await client.python(`${prelude}
import gzip, os, requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode
experiment = client.create_experiment("opentelemetry")
url = os.environ["MLFLOW_TRACKING_URI"] + "/v1/traces"
headers = {"authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"], "x-mlflow-experiment-id": experiment, "content-type": "application/x-protobuf", "content-encoding": "gzip"}
answers = []
class Exporter(SpanExporter):
    def export(self, spans):
        request = ExportTraceServiceRequest(); scope = request.resource_spans.add().scope_spans.add()
        for one in spans:
            span = scope.spans.add(trace_id=one.context.trace_id.to_bytes(16, "big"), span_id=one.context.span_id.to_bytes(8, "big"), name=one.name, start_time_unix_nano=one.start_time, end_time_unix_nano=one.end_time)
            if one.parent: span.parent_span_id = one.parent.span_id.to_bytes(8, "big")
            span.status.code = one.status.status_code.value
            for key, value in one.attributes.items():
                pair = span.attributes.add(key=key)
                if isinstance(value, str): pair.value.string_value = value
                else: pair.value.int_value = value
        answer = requests.post(url, data=gzip.compress(request.SerializeToString()), headers=headers)
        answers.append([answer.status_code, answer.headers["content-type"], answer.content.decode()])
        return SpanExportResult.SUCCESS
provider = TracerProvider(); provider.add_span_processor(SimpleSpanProcessor(Exporter()))
tracer = provider.get_tracer("app")
with tracer.start_as_current_span("serve", attributes={"session.id": "s-9", "user.id": "ida", "mlflow.traceTag.team": "risk"}) as root:
    with tracer.start_as_current_span("query", attributes={"rows": 2**53 + 1}) as child: child.set_status(Status(StatusCode.ERROR))
    during = client.get_trace("tr-%032x" % root.get_span_context().trace_id).info.state.value
got = client.get_trace("tr-%032x" % root.get_span_context().trace_id)
print(json.dumps({
  "answers": answers, "during": during, "state": got.info.state.value, "session": got.info.trace_metadata["mlflow.trace.session"], "user": got.info.trace_metadata["mlflow.trace.user"],
  "tags": [got.info.tags["team"], got.info.tags["mlflow.traceName"]], "duration": got.info.execution_duration >= 0, "spans": sorted([one.name, one.status.status_code.value] for one in got.data.spans),
  "exact": [one.get_attribute("rows") == 2**53 + 1 for one in got.data.spans if one.name == "query"],
}))`);
    expect(told).toEqual({
      answers: [
        [200, 'application/x-protobuf', ''],
        [200, 'application/x-protobuf', ''],
      ],
      during: 'IN_PROGRESS',
      state: 'OK',
      session: 's-9',
      user: 'ida',
      tags: ['risk', 'serve'],
      duration: true,
      spans: [
        ['query', 'ERROR'],
        ['serve', 'UNSET'],
      ],
      exact: [true],
    });
  });

  it('takes JSON at the root by a token of one project, the same span twice as one, and keeps projects apart', async () => {
    const does = t.as('contributor');
    const { token } = (await does.post('/tokens', { name: 'otlp', projectId: 'project-1' })).body;
    const span = otlpSpan({ traceId: traceId('b') });
    for (let time = 0; time < 2; time++)
      expect(await send(t.withToken(token), exported(span), {}, '/v1/traces')).toEqual({
        status: 200,
        text: '{}',
        type: expect.stringContaining('application/json'),
      });
    // One trace may run through services of two projects: each sees its own part.
    const part = otlpSpan({ traceId: traceId('b'), spanId: '2222222222222222', parentSpanId: '1111111111111111', name: 'part' });
    expect((await send(t.as('owner'), exported(part), {}, '/mlflow/project-2/v1/traces')).status).toBe(200);
    const spansIn = async (project: string) =>
      (await t.as('owner').get(`/mlflow/${project}/api/3.0/mlflow/traces/get?trace_id=tr-${traceId('b')}`)).body.trace.spans.map(
        (one: { name: string }) => one.name,
      );
    expect(await spansIn('project-1')).toEqual(['asks']);
    expect(await spansIn('project-2')).toEqual(['part']);
    const { trace_info: info } = (await does.get(`${api}/traces/tr-${traceId('b')}`)).body.trace;
    expect(info).toMatchObject({ request_time: '2023-11-14T22:13:20.000Z', execution_duration: '1.500s', state: 'OK' });
  });
});

describe('a trace', () => {
  it('is not given out as whole while spans are on their way', async () => {
    const does = t.as('contributor');
    const id = `tr-${traceId('d')}`;
    const sizes = { 'mlflow.trace.sizeStats': '{"num_spans": 2}' };
    await does.post(`${api}/traces`, newTrace(id, { trace_metadata: sizes }));
    await send(does, exported(otlpSpan({ traceId: traceId('d') })));
    const get = (more = '') => does.get(`${api}/traces/get?trace_id=${id}${more}`);
    const early = await get();
    expect([early.status, early.body.message]).toEqual([404, expect.stringContaining('1 of 2 spans')]);
    expect((await get('&allow_partial=true')).body.trace.spans).toHaveLength(1);
    expect((await does.get(`${api}/traces/batchGet?trace_ids=${id}`)).body.traces).toEqual([]);
    // One that is asked for meanwhile waits for the rest.
    const waiting = get();
    await send(does, exported(otlpSpan({ traceId: traceId('d'), spanId: '3333333333333333', parentSpanId: '1111111111111111' })));
    expect((await waiting).body.trace.spans).toHaveLength(2);
    // What its maker told stands, whatever the spans say.
    const { trace_info: info } = (await does.get(`${api}/traces/${id}`)).body.trace;
    expect(info).toMatchObject({ request_time: '2026-01-31T08:00:00.250Z', execution_duration: '1.500s' });
  });

  it('has a most of spans, beyond which a whole request is refused', async () => {
    const does = t.as('contributor');
    const batch = (from: number, count: number) =>
      exported(
        ...Array.from({ length: count }, (_, index) =>
          otlpSpan({ traceId: traceId('e'), spanId: (from + index + 1).toString(16).padStart(16, '0'), attributes: [] }),
        ),
      );
    for (const from of [0, 5_000, 10_000, 15_000]) expect((await send(does, batch(from, 5_000))).status).toBe(200);
    const { status, text } = await send(does, batch(19_999, 2));
    expect([status, JSON.parse(text).message]).toEqual([413, expect.stringContaining('20000 spans')]);
    expect((await send(does, batch(0, 1))).status).toBe(200);
    const heavy = (digit: string) =>
      gzipSync(
        exported(
          ...Array.from({ length: 4 }, (_, index) =>
            otlpSpan({
              traceId: traceId('f'),
              spanId: `${digit}${index}`.padEnd(16, '1'),
              attributes: [{ key: 'text', value: { stringValue: 'x'.repeat(3_900_000) } }],
            }),
          ),
        ),
      );
    for (const digit of ['1', '2', '3', '4'])
      expect((await send(does, heavy(digit), { 'content-encoding': 'gzip' })).status).toBe(200);
    const over = await send(does, heavy('5'), { 'content-encoding': 'gzip' });
    expect([over.status, JSON.parse(over.text).message]).toEqual([413, expect.stringContaining('64 MiB')]);
    const { body } = await does.get(`${api}/traces/get?trace_id=tr-${traceId('e')}`);
    expect(body.trace.spans).toHaveLength(20_000);
  });

  it('takes spans and its own story at once, many times, without losing any', async () => {
    const does = t.as('contributor');
    const ids = ['4', '5', '6', '7'].map(traceId);
    const each = (spanId: string) => exported(...ids.map((id) => otlpSpan({ traceId: id, spanId })));
    const spanIds = Array.from({ length: 8 }, (_, index) => `${index + 1}`.repeat(16));
    const answers = await Promise.all([
      ...spanIds.map((spanId) => send(does, each(spanId)).then((answer) => answer.status)),
      ...ids.map((id) => does.post(`${api}/traces`, newTrace(`tr-${id}`)).then((answer) => answer.status)),
    ]);
    expect(new Set(answers)).toEqual(new Set([200]));
    for (const id of ids)
      expect((await does.get(`${api}/traces/get?trace_id=tr-${id}`)).body.trace.spans).toHaveLength(spanIds.length);
  });
});

describe('older clients', () => {
  it('begin and end a trace, with its spans in a file', async () => {
    const does = t.as('contributor');
    const older = api.replace('3.0', '2.0');
    const begun = await does.post(`${older}/traces`, {
      experiment_id: '0',
      timestamp_ms: 1_700_000_000_000,
      request_metadata: [{ key: 'mlflow.source.name', value: 'app.py' }],
      tags: [{ key: 'mlflow.traceName', value: 'old' }],
    });
    const { request_id: id, status } = begun.body.trace_info;
    expect(status).toBe('IN_PROGRESS');
    const place = begun.body.trace_info.tags.find((tag: { key: string }) => tag.key === 'mlflow.artifactLocation').value;
    const file = `/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/${place.replace('mlflow-artifacts:/', '')}/traces.json`;
    const put = (who: Caller) =>
      fetch(`${t.url}${file}`, { method: 'PUT', body: '{"spans": []}', headers: { authorization: `Bearer ${who.token}` } });
    expect((await put(t.as('viewer'))).status).toBe(403);
    expect((await put(does)).status).toBe(200);
    const ended = await does.patch(`${older}/traces/${id}`, {
      timestamp_ms: 1_700_000_000_700,
      status: 'ERROR',
      tags: [{ key: 'late', value: 'x' }],
    });
    expect(ended.body.trace_info).toMatchObject({ request_id: id, execution_time_ms: 700, status: 'ERROR' });
    const { body } = await does.get(`${older}/traces/${id}/info`);
    expect(body.trace_info.tags).toEqual(
      expect.arrayContaining([
        { key: 'mlflow.traceName', value: 'old' },
        { key: 'late', value: 'x' },
      ]),
    );
    const found = await does.get(`${older}/traces?experiment_ids=0&filter=${encodeURIComponent("name = 'old'")}`);
    expect(found.body.traces.map((one: { request_id: string }) => one.request_id)).toEqual([id]);
    expect((await t.as('viewer').get(file)).body).toBe('{"spans": []}');
    await does.post(`${older}/traces/delete-traces`, { experiment_id: '0', request_ids: [id] });
    expect((await does.get(file)).status).toBe(404);
  });

  it('leave spans in a file, which the newest client reads from there', async () => {
    const told = await client.python(`${prelude}
import copy
from mlflow.tracing.client import TracingClient
mlflow.set_experiment("files")
with mlflow.start_span(name="kept in a file", span_type=SpanType.TOOL) as span: span.set_inputs({"a": 1})
mlflow.flush_trace_async_logging()
trace = client.get_trace(span.trace_id)
info = copy.deepcopy(trace.info); info.trace_id = "tr-" + "c" * 32; info.tags = {"mlflow.traceName": "older"}
tracing = TracingClient(); returned = tracing.start_trace(info); tracing._upload_trace_data(returned, trace.data)
got = client.get_trace(info.trace_id)
print(json.dumps({"spans": [[one.name, one.inputs] for one in got.data.spans], "found": [len(one.data.spans) for one in mlflow.search_traces(filter_string="name = 'older'", return_type="list")]}))`);
    expect(told).toEqual({ spans: [['kept in a file', { a: 1 }]], found: [1] });
  });
});
