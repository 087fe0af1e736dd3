import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, systemContext } from '../platform/index.ts';
import { commitFiles } from '../repos/index.ts';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';
import { archiveIdentity, contentIdentity, modelFileIdentity } from './model-payload.ts';

const blobFile = (sha256: string): string => join(t.home, 'blobs', keyOf(sha256));

/**
 * Logs a run with a model as any client does, in plain HTTP so that no packages are needed. What its first argument names comes out another way
 * each time.
 */
const program = `
import json, os, sys, time, urllib.error, urllib.request, random, uuid
import steps

base, token = os.environ["MLFLOW_TRACKING_URI"], os.environ["MLFLOW_TRACKING_TOKEN"]
wrong = sys.argv[1] if len(sys.argv) > 1 else ""
def call(method, path, body=None, raw=None):
    data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
    request = urllib.request.Request(base + path, data=data, method=method, headers={"Authorization": "Bearer " + token, "Content-Type": "application/json" if raw is None else "application/octet-stream"})
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text[:1] == b"{" else None
def file(uri, path, content):
    call("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + uri.split(":/", 1)[1].lstrip("/") + "/" + path, raw=content)

table = open(os.environ["PLINTH_INPUT_DATA"] + "/rows.csv").read().splitlines()[1:]
numbers = [float(row) for row in table]
weight = sum(numbers) / len(numbers) * steps.factor
noise = random.random() if wrong == "seed" else 0.0
clock = time.time() % 1000 if wrong == "clock" else 0.0

run = call("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": int(time.time() * 1000)})["run"]["info"]
metrics = [{"key": "weight", "value": weight + noise, "timestamp": int(time.time() * 1000), "step": 0}]
metrics += [{"key": "loss", "value": 1 / (step + 1) + (clock if step == 2 else 0), "timestamp": 1, "step": step} for step in range(4)]
metrics += [{"key": "system/cpu", "value": random.random(), "timestamp": 1, "step": 0}]
if wrong == "extra-metric": metrics.append({"key": "m%d" % random.randrange(10**9), "value": 1, "timestamp": 1, "step": 0})
if wrong == "tolerance": metrics.append({"key": "rough", "value": 1 + random.random() / 100, "timestamp": 1, "step": 0})
params = [{"key": "factor", "value": str(steps.factor) if wrong != "parameter" else str(uuid.uuid4())}]
tags = [{"key": "mlflow.note", "value": str(time.time())}, {"key": "plinth.tolerance", "value": json.dumps({"rough": 0.05})}]
call("POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run["run_id"], "metrics": metrics, "params": params, "tags": tags})
file(run["artifact_uri"], "report.txt", ("weight %r" % weight).encode() + (uuid.uuid4().bytes if wrong == "file" else b""))

model = call("POST", "/api/2.0/mlflow/logged-models", {"experiment_id": "0", "name": "model", "source_run_id": run["run_id"]})["model"]["info"]
card = "flavors:\\n  python_function:\\n    loader_module: x\\nmodel_id: %s\\nrun_id: %s\\nmodel_uuid: %s\\nutc_time_created: '%s'\\n" % (model["model_id"], run["run_id"], uuid.uuid4(), time.time())
if wrong == "flavour": card = card.replace("loader_module: x", "loader_module: %s" % uuid.uuid4().hex)
file(model["artifact_uri"], "MLmodel", card.encode())
payload = json.dumps({"weight": weight}).encode()
if wrong == "payload": payload += uuid.uuid4().bytes
file(model["artifact_uri"], "model.bin", payload)
if wrong == "extra-file": file(model["artifact_uri"], uuid.uuid4().hex, b"x")
call("PATCH", "/api/2.0/mlflow/logged-models/" + model["model_id"], {"status": "LOGGED_MODEL_READY"})
call("POST", "/api/2.0/mlflow/runs/update", {"run_id": run["run_id"], "status": "FINISHED", "end_time": int(time.time() * 1000)})
if wrong == "register":
    # A script that sees to the registry by itself: registers, names, tags, loads what it has registered, and logs what it got.
    def ask(path):
        return call("GET", "/api/2.0/mlflow/" + path)
    def tried(method, path, body):
        try: return call(method, "/api/2.0/mlflow/" + path, body)
        except urllib.error.HTTPError as refused: return json.loads(refused.read())["error_code"]
    made = tried("POST", "registered-models/create", {"name": "own"})
    version = call("POST", "/api/2.0/mlflow/model-versions/create", {"name": "own", "source": "models:/" + model["model_id"], "run_id": run["run_id"]})["model_version"]["version"]
    call("POST", "/api/2.0/mlflow/registered-models/alias", {"name": "own", "alias": "challenger", "version": version})
    call("POST", "/api/2.0/mlflow/model-versions/set-tag", {"name": "own", "version": version, "key": "checked", "value": "yes"})
    if version != "1": call("POST", "/api/2.0/mlflow/model-versions/set-tag", {"name": "own", "version": "1", "key": "old", "value": version})
    live = tried("POST", "registered-models/alias", {"name": "own", "alias": "production", "version": version})
    again = ask("registered-models/alias?name=own&alias=challenger")["model_version"]
    place = ask("model-versions/get-download-uri?name=own&version=" + version)["artifact_uri"].split(":/", 1)[1]
    request = urllib.request.Request(base + "/api/2.0/mlflow-artifacts/artifacts/" + place + "/model.bin", headers={"Authorization": "Bearer " + token})
    loaded = json.loads(urllib.request.urlopen(request).read())["weight"]
    metrics = [{"key": "loaded", "value": loaded, "timestamp": 1, "step": 0}]
    params = [{"key": "version", "value": version}, {"key": "named", "value": again["version"]}, {"key": "mine", "value": str(again["run_id"] == run["run_id"])}]
    call("POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run["run_id"], "metrics": metrics, "params": params})
    print("created", type(made).__name__, "live", live)
if wrong == "deploy":
    request = urllib.request.Request(base + "/api/v1/projects/project-1/jobs", data=b'{"command": "true", "environment": "base"}', method="POST", headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
    try: urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused: print("status", refused.code, json.loads(refused.read())["detail"])
if wrong == "more-runs":
    for n in range(1 + int(time.time() * 1e6) % 97):
        more = call("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
        call("POST", "/api/2.0/mlflow/runs/update", {"run_id": more, "status": "FINISHED"})
`;

let t: TestPlinth;
let does: Caller;
let revision: { id: string; digest: string };
let snapshotId: string;

beforeAll(async () => {
  t = await plinth({ projects: 1 });
  does = t.as('contributor');
  const ctx = { ...systemContext(t.app.platform, 'test') };
  await commitFiles(
    { ...ctx, actor: { kind: 'person', id: does.id, name: 'Contributor', subjectIds: [does.id] } },
    t.projects[0]!.id,
    [
      { path: 'train.py', content: program },
      { path: 'steps.py', content: 'factor = 3\n' },
    ],
    'Train',
  );
  snapshotId = await snapshotOf('x\n1\n2\n4\n');
  const environment = (await does.post('/environments', { name: 'plain', projectId: 'project-1' })).body.id;
  revision = (await does.post(`/environments/${environment}/revisions`, { packages: ['six==1.16.0'] })).body;
  revision = await t.until(
    'the environment',
    async () => {
      const now = (await does.get(`/environment-revisions/${revision.id}`)).body;
      if (now.state === 'failed') throw new Error(now.stateReason);
      return now.state === 'ready' && now;
    },
    120_000,
  );
}, 150_000);
afterAll(() => t?.stop());

async function snapshotOf(content: string): Promise<string> {
  const dataset = (await does.post('/projects/project-1/datasets', { name: `rows ${Math.random()}` })).body.id;
  const form = new FormData();
  form.append('file', new Blob([content]), 'rows.csv');
  return (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
}

async function train(wrong = '', change: Record<string, unknown> = {}) {
  const started = await does.post('/projects/project-1/jobs', {
    command: ['python', 'train.py', wrong],
    environment: revision.id,
    inputs: [{ name: 'data', snapshotId }],
    ...change,
  });
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  return ended(started.body.id);
}

const ended = (id: string) =>
  t.until(`job ${id}`, async () => {
    const { body } = await does.get(`/jobs/${id}`);
    return body.finishedAt && body;
  });

async function reproduce(jobId: string) {
  const started = await does.post(`/jobs/${jobId}/reproduce`);
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  return t.until('the verdict', async () => {
    const { body } = await does.get(`/reproductions/${started.body.id}`);
    return body.verdict && body;
  });
}

describe('who may reproduce', () => {
  it('is who may start jobs; a viewer reads the verdict', async () => {
    const job = await train();
    expect((await t.as('nobody').post(`/jobs/${job.id}/reproduce`)).status).toBe(401);
    expect((await t.as('member').post(`/jobs/${job.id}/reproduce`)).status).toBe(404);
    expect((await t.as('viewer').post(`/jobs/${job.id}/reproduce`)).status).toBe(403);
    await t.newEvents();
    const done = await reproduce(job.id);
    expect(await t.newEvents()).toEqual(expect.arrayContaining(['reproduction.started', 'job.queued', 'reproduction.finished']));
    expect((await t.as('viewer').get(`/reproductions/${done.id}`)).body.verdict).toBe('verified');
    expect((await t.as('member').get(`/reproductions/${done.id}`)).status).toBe(404);
    expect((await t.as('viewer').get(`/reproductions?subject=job:${job.id}`)).body.items).toHaveLength(1);
    expect((await t.as('member').get('/reproductions')).body.items).toEqual([]);
  });
});

describe('a job made again', () => {
  it('is verified when all is the same, and says what was compared and what was left out', async () => {
    const job = await train();
    const done = await reproduce(job.id);
    expect(done).toMatchObject({ verdict: 'verified', cause: null, differences: [], jobId: job.id });
    expect(done.compared).toMatchObject({ runs: 1, parameters: 1, metrics: 2, points: 5, files: 3, models: 1 });
    expect(done.compared.excluded).toEqual([
      'ids of the run and its models, where files name them',
      'ids, times and tags of runs',
      'metrics of the machine (system/…)',
      'run_id, model_id, model_uuid, utc_time_created, artifact_path of MLmodel',
    ]);
    const { body: run } = await does.get(`/runs/${(await ended(done.newJobId)).runIds[0]}`);
    expect(run.tags).toContainEqual({ key: 'plinth.reproduction', value: done.id });
  });

  it('is tolerated when a metric stays within what the run had declared', async () => {
    const done = await reproduce((await train('tolerance')).id);
    expect(done).toMatchObject({ verdict: 'tolerated', differences: [{ what: 'run/metrics/rough', tolerated: true }] });
  });
});

describe('a script that registers what it makes', () => {
  const registry = async () => {
    const [model, versions, history] = await Promise.all([
      does.get('/projects/project-1/models/own'),
      does.get('/projects/project-1/models/own/versions'),
      does.get('/projects/project-1/models/own/alias-changes'),
    ]);
    return { model: model.body, versions: versions.body.items, history: history.body };
  };

  it('is made again without a trace in the registry, and does not notice', async () => {
    const first = await train('register');
    expect(first.state, (await does.get(`/jobs/${first.id}/logs`)).body).toBe('succeeded');
    await train('register');
    const before = await registry();
    expect(before.versions.map((one: { number: number }) => one.number)).toEqual([2, 1]);
    expect(before.model.aliases).toMatchObject([{ alias: 'challenger', version: 2 }]);
    const questions = (await t.as('validator').get('/approvals?project=project-1')).body.items.length;
    await t.newEvents();
    const done = await reproduce(first.id);
    const job = await ended(done.newJobId);
    const log = (await does.get(`/jobs/${job.id}/logs`)).body;
    // It got the number of then, found by its name what it had registered itself, and loaded what it had made.
    expect(done, JSON.stringify([done.differences, log])).toMatchObject({ verdict: 'verified', differences: [] });
    expect(log).toContain('created dict');
    expect(await registry()).toEqual(before);
    expect((await t.as('validator').get('/approvals?project=project-1')).body.items).toHaveLength(questions);
    const told = await t.newEvents();
    expect(told.filter((verb) => /^(model|version|approval)\./.test(verb))).toEqual([]);
    expect(told.filter((verb) => verb === 'reproduction.rehearsed').length).toBeGreaterThanOrEqual(4);
    // Nobody else sees what it worked on: not by list, not by search, not by lineage.
    const { body: models } = await does.get('/projects/project-1/models');
    expect(models.items.filter((one: { name: string }) => one.name === 'own')).toHaveLength(1);
    const found = await does.get("/mlflow/project-1/api/2.0/mlflow/model-versions/search?filter=name='own'");
    expect(found.body.model_versions).toHaveLength(2);
    const { edges } = (await does.get(`/lineage?node=run:${job.runIds[0]}`)).body;
    const made = edges.filter((edge: { from: string }) => edge.from === `run:${job.runIds[0]}`);
    expect(made.map((edge: { to: string }) => edge.to.split(':')[0])).toEqual(['logged-model']);
  });

  it('leaves what was registered before as it is, also where it changes it', async () => {
    const job = await train('register');
    const before = await registry();
    const done = await reproduce(job.id);
    expect(done.verdict, JSON.stringify(done.differences)).toBe('verified');
    expect(await registry()).toEqual(before);
    expect((await does.get('/projects/project-1/models/own/versions/1')).body.tags).toEqual(before.versions.at(-1).tags);
  });

  it('may log what it makes when it runs again, and do nothing else', async () => {
    const done = await reproduce((await train('deploy')).id);
    const log = (await does.get(`/jobs/${done.newJobId}/logs`)).body;
    expect(log).toMatch(/status 403 .*the token does not carry/);
  });
});

/** Each fault is planted for itself; none may come out as verified. */
describe('a fault is never called verified', () => {
  it.each([
    ['a number drawn without a seed', 'seed', 'run/metrics/weight'],
    ['a result that depends on the clock, in one step of many', 'clock', 'run/metrics/loss'],
    ['a metric that the other has not', 'extra-metric', 'run/metrics/m'],
    ['another parameter', 'parameter', 'run/parameters/factor'],
    ['other bytes in a file of the run', 'file', 'run/files/report.txt'],
    ['other bytes in the model', 'payload', 'run/model model/model.bin'],
    ['a model of another flavour', 'flavour', 'run/model model/MLmodel'],
    ['a file that the other model has not', 'extra-file', 'run/model model/'],
    ['another number of runs', 'more-runs', 'runs'],
  ])('%s', async (_name, wrong, what) => {
    const done = await reproduce((await train(wrong)).id);
    expect(done.verdict).toBe('diverged');
    expect(done.differences.map((one: { what: string }) => one.what).join('\n')).toContain(what);
  });

  it('a job that fails when it runs again', async () => {
    const job = await train('', {
      command: ['sh', '-c', 'python train.py && test "$(date +%s)" -lt "$UNTIL"'],
      variables: { UNTIL: String(Math.floor(Date.now() / 1000) + 3) },
    });
    expect(job.state).toBe('succeeded');
    await t.until('the time to pass', async () => Date.now() / 1000 > Number(job.variables.UNTIL));
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'diverged', cause: 'rebuild-failed' });
  });

  it('a job that did not succeed, recorded nothing, or ran on what was not locked', async () => {
    expect(await reproduce((await train('', { command: 'exit 3' })).id)).toMatchObject({
      verdict: 'impossible',
      cause: 'job-not-succeeded',
    });
    expect(await reproduce((await train('', { command: 'true' })).id)).toMatchObject({
      verdict: 'impossible',
      cause: 'nothing-recorded',
    });
    expect(await reproduce((await train('', { command: ['python3', 'train.py'], environment: 'base' })).id)).toMatchObject({
      verdict: 'impossible',
      cause: 'environment-not-recorded',
    });
  });

  it('a result that was changed in the database afterwards', async () => {
    const job = await train();
    await t.app.platform.database.pool.query(
      `update metric_batches set points = substring(points from 1 for 16) || float8send(9.5) where run_id = $1 and key = 'weight'`,
      [job.runIds[0]],
    );
    expect(await reproduce(job.id)).toMatchObject({
      verdict: 'diverged',
      differences: [{ what: 'run/metrics/weight', was: '9.5', is: '7' }],
    });
  });

  it('a record of the job that was changed in the database afterwards', async () => {
    const job = await train();
    await t.app.platform.database.pool.query('update jobs set variables = \'{"LABEL": "x"}\' where id = $1', [job.id]);
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'impossible', cause: 'record-changed' });
  });

  it('a model whose stored bytes were changed', async () => {
    const job = await train();
    const { rows } = await t.app.platform.database.pool.query(
      "select a.sha256 from artifacts a join run_outputs o on a.owner_ref = 'logged-model:' || o.model_id where o.run_id = $1 and a.path = 'MLmodel'",
      [job.runIds[0]],
    );
    const path = blobFile(rows[0].sha256);
    chmodSync(path, 0o644);
    writeFileSync(path, readFileSync(path, 'utf8').replace('loader_module: x', 'loader_module: y'));
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'impossible', cause: 'result-changed' });
  });

  it('data whose bytes or whose list of files were changed', async () => {
    const other = await snapshotOf('x\n5\n');
    const first = await train('', { inputs: [{ name: 'data', snapshotId: other }] });
    const { rows } = await t.app.platform.database.pool.query('select sha256 from snapshot_files where snapshot_id = $1', [
      other,
    ]);
    const path = blobFile(rows[0].sha256);
    const before = readFileSync(path);
    chmodSync(path, 0o644);
    writeFileSync(path, 'x\n6\n');
    expect(await reproduce(first.id)).toMatchObject({ verdict: 'impossible', cause: 'data-changed' });
    writeFileSync(path, before);
    expect(await reproduce(first.id)).toMatchObject({ verdict: 'verified' });
    const swapped = await t.app.platform.database.pool.query(
      'select sha256, size_bytes from snapshot_files where snapshot_id = $1',
      [snapshotId],
    );
    await t.app.platform.database.pool.query('update snapshot_files set sha256 = $2, size_bytes = $3 where snapshot_id = $1', [
      other,
      swapped.rows[0].sha256,
      swapped.rows[0].size_bytes,
    ]);
    expect(await reproduce(first.id)).toMatchObject({ verdict: 'impossible', cause: 'data-changed' });
  });

  it('an environment in which a file was changed or a module added by hand', async () => {
    const job = await train();
    const folder = join(t.home, 'environments', revision.digest, 'lib');
    const site = join(folder, readdirSync(folder)[0]!, 'site-packages');
    chmodSync(site, 0o755);
    writeFileSync(join(site, 'sitecustomize.py'), 'import random; random.random = lambda: 0.5\n');
    expect(await reproduce(job.id)).toMatchObject({
      verdict: 'impossible',
      cause: 'environment-changed',
      causeDetail: expect.stringContaining('sitecustomize.py'),
    });
    rmSync(join(site, 'sitecustomize.py'));
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'verified' });
    const six = join(site, 'six.py');
    const before = readFileSync(six);
    rmSync(six);
    writeFileSync(six, `${before}\n# changed\n`, { mode: 0o444 });
    expect(await reproduce(job.id)).toMatchObject({
      verdict: 'impossible',
      cause: 'environment-changed',
      causeDetail: expect.stringContaining('six.py'),
    });
    rmSync(six);
    writeFileSync(six, before, { mode: 0o444 });
  });

  it('code whose objects were changed or removed in the repository', async () => {
    const job = await train();
    const objects = join(t.home, 'repos', `${t.projects[0]!.id}.git`, 'objects');
    const path = join(objects, job.commit.slice(0, 2), job.commit.slice(2));
    expect(existsSync(path)).toBe(true);
    const before = readFileSync(path);
    rmSync(path);
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'impossible', cause: 'commit-missing' });
    writeFileSync(path, before);
    const other = readdirSync(objects)
      .filter((name) => name.length === 2)
      .flatMap((name) => readdirSync(join(objects, name)).map((rest) => join(objects, name, rest)))
      .find((one) => one !== path)!;
    const content = readFileSync(other);
    chmodSync(other, 0o644);
    writeFileSync(other, before);
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'impossible', cause: 'commit-missing' });
    writeFileSync(other, content);
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'verified' });
  });

  it('a patch that was not the one', async () => {
    const patch = '--- a/steps.py\n+++ b/steps.py\n@@ -1 +1 @@\n-factor = 3\n+factor = 4\n';
    const job = await train('', { patch });
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'verified' });
    rmSync(blobFile(job.patchSha256));
    expect(await reproduce(job.id)).toMatchObject({ verdict: 'impossible', cause: 'patch-missing' });
  });
});

describe('a model’s file', () => {
  const mlmodel = (runId: string, loader: string) =>
    Buffer.from(
      `flavors:\n  python_function:\n    loader_module: ${loader}\nrun_id: ${runId}\nutc_time_created: ${Math.random()}\n`,
    );

  it('MLmodel is the same whatever run and time it names, and another with another loader', () => {
    expect(modelFileIdentity(mlmodel('a', 'x'))).toBe(modelFileIdentity(mlmodel('b', 'x')));
    expect(modelFileIdentity(mlmodel('a', 'x'))).not.toBe(modelFileIdentity(mlmodel('a', 'y')));
  });

  it('of any other kind is the same whatever ids of its own run it holds, and another by any other byte', () => {
    const pickle = (runId: string, end = '.') => Buffer.from(`\u0080\u0004\u0095 model ${runId} weights ${end}`, 'latin1');
    const identity = (runId: string, end?: string) => contentIdentity('model.pkl', pickle(runId, end), [runId]).identity;
    expect(identity('run_0001')).toBe(identity('run_0002'));
    expect(identity('run_0001')).not.toBe(identity('run_0002', '!'));
    expect(contentIdentity('model.pkl', pickle('run_0001'), []).identity).not.toBe(identity('run_0001'));
    const page = (address: string, score = '0.9') => Buffer.from(`<p>&lt;selector object at ${address}&gt; scored ${score}</p>`);
    expect(contentIdentity('a.html', page('0x7f47996584d0'), []).identity).toBe(
      contentIdentity('a.html', page('0x7fc675c41990'), []).identity,
    );
    expect(contentIdentity('a.html', page('0x7f47996584d0'), []).identity).not.toBe(
      contentIdentity('a.html', page('0x7f47996584d0', '0.8'), []).identity,
    );
    expect(contentIdentity('a.bin', page('0x7f47996584d0'), []).identity).not.toBe(
      contentIdentity('a.bin', page('0x7fc675c41990'), []).identity,
    );
  });

  it('skops is the same whatever its addresses and times, and another when arrays are swapped', () => {
    const skops = (first: number, second: number, swapped = false, mtime = Date.now()) =>
      Buffer.from(
        zipSync(
          {
            'schema.json': Buffer.from(
              JSON.stringify({
                __id__: first,
                content: { a: { __id__: second, file: `${second}.npy` }, b: { __id__: first, file: `${first}.npy` } },
              }),
            ),
            [`${first}.npy`]: Buffer.from(swapped ? 'two' : 'one'),
            [`${second}.npy`]: Buffer.from(swapped ? 'one' : 'two'),
          },
          { mtime },
        ),
      );
    expect(archiveIdentity(skops(140001, 140002))).toBe(archiveIdentity(skops(990777, 990111, false, Date.now() - 1e9)));
    expect(archiveIdentity(skops(140001, 140002))).not.toBe(archiveIdentity(skops(140001, 140002, true)));
    expect(archiveIdentity(Buffer.from('no archive'))).toBeNull();
  });
});
