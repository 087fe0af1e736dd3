import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../bench/peer.ts';
import { plinth, type TestPlinth } from '../../server/src/testing/plinth.ts';
import { type ClientSession, clientSession, installClient } from './clients.ts';

const main = join(import.meta.dirname, '../../cli/src/main.ts');
let t: TestPlinth;
let folder: string;
let peer: Peer;
let client: ClientSession;
let older: ClientSession;

vi.setConfig({ testTimeout: 400_000 });

beforeAll(async () => {
  t = await plinth({ projects: 3 });
  folder = await mkdtemp(join(tmpdir(), 'plinth-import-'));
  client = await clientSession(t, 'newest', t.as('owner'), 'project-1');
  older = await clientSession(t, 'of 2023', t.as('owner'), 'project-2');
  peer = await startPeer();
}, 800_000);
afterAll(async () => {
  await peer?.stop();
  await t?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Peer {
  url: string;
  stop(): Promise<void>;
}

/** `mlflow server` of the newest version, as its users start it, with one worker. */
async function startPeer(): Promise<Peer> {
  const programs = await installClient('newest');
  const home = join(folder, 'peer');
  await mkdir(home);
  const port = await freePort();
  const words = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const child = spawn(join(programs, 'python'), words, {
    cwd: home,
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      HOME: home,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
    stdio: 'ignore',
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  await t.until('the other server answers', async () => (await fetch(`${url}/health`).catch(() => null))?.ok, 400_000);
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
    },
  };
}

interface Told {
  code: number | null;
  out: string;
  err: string;
}

function type(words: string[], env: Record<string, string> = {}, onStart?: (child: ChildProcess) => void): Promise<Told> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: folder,
    env: {
      PATH: process.env.PATH!,
      HOME: folder,
      PLINTH_URL: t.url,
      PLINTH_TOKEN: t.as('owner').token,
      ...env,
    },
  });
  const told: Told = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
  });
  child.stdin.end();
  onStart?.(child);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...told, code })));
}

interface Counted {
  counts: Record<string, { found: number; brought: number; there: number; left: number; missing: number }>;
  missing: { what: string; why: string }[];
  differences: { what: string; why: string }[];
}

function counted({ out }: Told): Counted {
  const { counts, missing, differences } = JSON.parse(out);
  return { counts: Object.fromEntries(counts.map((row: { kind: string }) => [row.kind, row])), missing, differences };
}

/** Everything of every run that a client can see, by run name; ids and our own marks apart. */
const snapshot = `
def seen(url):
    c = MlflowClient(tracking_uri=url); found = {}
    for e in c.search_experiments(view_type=ViewType.ALL):
        runs = c.search_runs([e.experiment_id], run_view_type=ViewType.ALL, max_results=1000)
        names = {r.info.run_id: r.info.run_name for r in runs}
        for r in runs:
            id = r.info.run_id
            def files(path=None):
                for f in c.list_artifacts(id, path):
                    if f.is_dir: yield from files(f.path)
                    else: yield [f.path, f.file_size]
            finite = lambda v: "inf" if v > 1e308 else "-inf" if v < -1e308 else str(v)
            found[e.name + "/" + r.info.run_name] = {
                "info": [e.lifecycle_stage, r.info.status, r.info.start_time, r.info.end_time, r.info.user_id, r.info.lifecycle_stage],
                "params": r.data.params,
                "tags": {k: names.get(v, v) if k == "mlflow.parentRunId" else v for k, v in r.data.tags.items() if not k.startswith("plinth.") },
                "metrics": {k: sorted([m.step, m.timestamp, finite(m.value)] for m in c.get_metric_history(id, k)) for k in r.data.metrics},
                "inputs": sorted([d.dataset.name, d.dataset.digest, d.dataset.source, sorted((t.key, t.value) for t in d.tags)] for d in r.inputs.dataset_inputs),
                "outputs": [o.step for o in (r.outputs.model_outputs if getattr(r, "outputs", None) else [])],
                "files": sorted(files()),
            }
    return found
`;

describe('plinth import mlflow refuses', () => {
  it('what is no source, a project that is not there, and somebody who may not write, and says so', async () => {
    const nothing = await type(['import', 'mlflow', 'nowhere', '--project', 'project-1']);
    expect(nothing).toMatchObject({ code: 3, err: expect.stringContaining('There is no folder "nowhere"') });
    await mkdir(join(folder, 'empty'));
    expect(await type(['import', 'mlflow', 'empty', '--project', 'project-1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no file store of MLflow'),
    });
    expect(await type(['import', 'mlflow', 'sqlite:///mlflow.db', '--project', 'project-1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('mlflow server'),
    });
    expect(await type(['import', 'mlflow', peer.url, '--project', 'nope'])).toMatchObject({ code: 3 });
    const made = await fetch(`${peer.url}/api/2.0/mlflow/experiments/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'empty' }),
    });
    expect(made.status).toBe(200);
    const { token } = t.as('viewer');
    const viewer = await type(['import', 'mlflow', peer.url, '--project', 'project-1'], { PLINTH_TOKEN: token });
    expect(viewer.code).toBe(4);
    expect((await t.as('owner').get('/projects/project-1/runs')).body.items).toEqual([]);
  });
});

describe('from a server', () => {
  it('brings everything, goes on after it was killed, doubles nothing, and leaves protected names to people', async () => {
    await client.python(`
import json, math, os, mlflow, numpy as np, pandas as pd
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
os.environ.pop("MLFLOW_TRACKING_TOKEN")
mlflow.set_tracking_uri("${peer.url}")
client = MlflowClient()
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
fitted = LogisticRegression(max_iter=5000).fit(X, y)
churn = client.create_experiment("churn/ä", tags={"team": "risk", "mlflow.note.content": "a **note**"})
mlflow.set_experiment(experiment_id=churn)
with mlflow.start_run(run_name="parent", tags={"kind": "x"}) as parent:
    mlflow.log_params({f"p{i}": "v" * i for i in range(150)})
    client.log_batch(parent.info.run_id, [mlflow.entities.Metric("loss", 1 / (i + 1), 1700000000000 + i, i % 2000) for i in range(900)])
    for part in range(3): client.log_batch(parent.info.run_id, [mlflow.entities.Metric("deep/auc", i / 7, 1700000000000 + i, i) for i in range(part * 1000, part * 1000 + 1000)])
    mlflow.log_metrics({"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "tiny": 5e-324}, step=7)
    mlflow.log_input(mlflow.data.from_pandas(X, name="cancer"), context="training", tags={"origin": "sklearn"})
    mlflow.log_text("hello", "notes/ä b+c.txt")
    model = mlflow.sklearn.log_model(fitted, name="model", step=3, params={"depth": 3}, input_example=X.head(2))
    mlflow.log_metric("test_auc", 0.9, step=3, model_id=model.model_id, dataset=mlflow.data.from_pandas(X.head(9), name="test"))
    with mlflow.start_run(run_name="child", nested=True): mlflow.log_metric("auc", 0.5)
failed = client.create_run(churn, run_name="failed", start_time=1600000000000); client.set_terminated(failed.info.run_id, "FAILED", 1600000005000)
client.create_run(churn, run_name="running", start_time=1600000000001)
gone = client.create_run(churn, run_name="gone"); client.log_metric(gone.info.run_id, "auc", 1); client.set_terminated(gone.info.run_id); client.delete_run(gone.info.run_id)
for number in range(16):
    run = client.create_run(churn, run_name=f"sweep {number}"); client.log_param(run.info.run_id, "n", number)
    for name in ("a", "b"): client.log_text(run.info.run_id, str(number) * 20000, name + ".txt")
    client.set_terminated(run.info.run_id)
trash = client.create_experiment("trash"); client.log_metric(client.create_run(trash, run_name="in the trash").info.run_id, "auc", 1); client.delete_experiment(trash)
client.create_registered_model("fraud", tags={"owner": "risk"}, description="Finds **fraud**.")
for number in range(3): mlflow.register_model(model.model_uri, "fraud", tags={"number": str(number + 1)})
client.delete_model_version("fraud", "2")
client.update_model_version("fraud", "3", description="the third")
client.set_registered_model_alias("fraud", "champion", "3"); client.set_registered_model_alias("fraud", "candidate", "3")
client.transition_model_version_stage("fraud", "1", "Staging"); client.transition_model_version_stage("fraud", "3", "Production")
print(json.dumps({}))`);
    const words = ['import', 'mlflow', peer.url, '--project', 'project-1', '--parallel', '2', '--json'];
    const killed = await type(words, {}, (child) => {
      void t
        .until(
          'a part of the runs is there',
          async () => {
            const { body } = await t.as('owner').get('/projects/project-1/runs?limit=100');
            return body.items.length >= 6;
          },
          120_000,
        )
        .catch(() => {})
        .then(() => child.kill('SIGKILL'));
    });
    expect(killed.code, killed.err).toBe(null);

    const second = await type(words);
    const { counts, missing, differences } = counted(second);
    expect(missing).toEqual([]);
    expect(second.code, second.err).toBe(0);
    // Default, empty, churn and trash.
    expect(counts.experiments).toMatchObject({ found: 4, missing: 0 });
    expect(counts.runs).toMatchObject({ found: 22, missing: 0 });
    expect(counts.runs!.there).toBeGreaterThanOrEqual(1);
    expect(counts.runs!.brought).toBeGreaterThanOrEqual(1);
    expect(counts['registered models']).toMatchObject({ found: 1, brought: 1 });
    expect(counts.versions).toMatchObject({ found: 2, brought: 2 });
    expect(counts['aliases and stages']).toMatchObject({ found: 4, brought: 2, left: 2, missing: 0 });
    expect(differences.map(({ what }) => what).sort()).toEqual(['alias fraud@champion', 'version fraud/3']);

    const third = await type(words);
    const again = counted(third);
    expect(third.code, third.err).toBe(0);
    for (const [kind, count] of Object.entries(again.counts)) {
      expect(count.brought, kind).toBe(0);
      expect(count.found, kind).toBe(counts[kind]!.found);
    }

    const compared = await client.python(`
import json, mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
${snapshot}
was, here = seen("${peer.url}"), seen("${t.url}/mlflow/project-1")
print(json.dumps({"same": was == here, "count": [len(was), len(here)], "other": {k: [was.get(k), here.get(k)] for k in {*was, *here} if was.get(k) != here.get(k)}}))`);
    expect(compared.other).toEqual({});
    expect(compared.count).toEqual([22, 22]);

    const registry = await client.python(`
import json, mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
def state(url):
    mlflow.set_tracking_uri(url); c = MlflowClient()
    model = c.get_registered_model("fraud"); versions = sorted(c.search_model_versions("name = 'fraud'"), key=lambda v: int(v.version))
    [logged] = c.search_logged_models([c.get_experiment_by_name("churn/ä").experiment_id])
    loads = lambda uri: [int(v) for v in mlflow.pyfunc.load_model(uri).predict(X.head(20))]
    return {"description": model.description, "tags": {k: v for k, v in model.tags.items() if not k.startswith("plinth.")}, "aliases": dict(model.aliases),
      "versions": [[v.version, v.description, v.current_stage, {k: t for k, t in v.tags.items() if not k.startswith("plinth.")}] for v in versions],
      "logged": [logged.name, str(logged.status), logged.params, sorted([m.key, m.value, m.step, m.dataset_name] for m in logged.metrics)],
      "loads": [loads("models:/fraud/3"), loads("models:/fraud@candidate"), loads(f"models:/{logged.model_id}")],
      "marks": {k: v for k, v in versions[-1].tags.items() if k.startswith("plinth.")}}
print(json.dumps({"was": state("${peer.url}"), "here": state("${t.url}/mlflow/project-1")}))`);
    const { was, here } = registry;
    for (const same of ['description', 'tags', 'logged', 'loads']) expect(here[same], same).toEqual(was[same]);
    expect(here.aliases).toEqual({ candidate: '3' });
    expect(here.versions).toEqual([
      ['1', was.versions[0][1], 'Staging', { number: '1' }],
      ['3', 'the third', 'None', { number: '3' }],
    ]);
    expect(here.marks).toMatchObject({ 'plinth.import.source': peer.url, 'plinth.import.id': 'fraud/3' });
    // Nobody was asked for anything.
    expect((await t.as('owner').get('/approvals')).body.items).toEqual([]);
  });

  it('and back: what was made here goes to the server, what came from it stays as it is', async () => {
    await client.python(`
import json, mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
mlflow.set_experiment("made here")
with mlflow.start_run(run_name="native", tags={"kind": "y"}) as run:
    mlflow.log_param("depth", 3); mlflow.log_metric("auc", 0.75, step=2); mlflow.log_text("hello", "notes/x.txt"); mlflow.log_input(mlflow.data.from_pandas(X, name="cancer"))
    mlflow.sklearn.log_model(LogisticRegression(max_iter=5000).fit(X, y), name="model", registered_model_name="native")
MlflowClient().set_registered_model_alias("native", "candidate", "1")
print(json.dumps({}))`);
    const words = ['export', 'mlflow', peer.url, '--project', 'project-1', '--json'];
    const first = await type(words);
    const { counts, missing } = counted(first);
    expect(missing).toEqual([]);
    expect(first.code, first.err).toBe(0);
    expect(counts.runs).toMatchObject({ found: 23, brought: 1, there: 22 });
    expect(counts.versions).toMatchObject({ found: 3, brought: 1, there: 2 });
    const again = await type(words);
    expect(again.code, again.err).toBe(0);
    for (const [kind, count] of Object.entries(counted(again).counts)) expect(count.brought, kind).toBe(0);
    const compared = await client.python(`
import json, mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from sklearn.datasets import load_breast_cancer
${snapshot}
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
was, here = seen("${t.url}/mlflow/project-1"), seen("${peer.url}")
load = lambda url: (mlflow.set_tracking_uri(url), [int(v) for v in mlflow.pyfunc.load_model("models:/native@candidate").predict(X.head(20))])[1]
print(json.dumps({"count": len(here), "other": {k: [was.get(k), here.get(k)] for k in {*was, *here} if was.get(k) != here.get(k)}, "loads": [load("${peer.url}"), load("${t.url}/mlflow/project-1")]}))`);
    expect(compared.other).toEqual({});
    expect(compared.count).toBe(23);
    expect(compared.loads[0]).toEqual(compared.loads[1]);
  });
});

describe('from a folder that MLflow 2.9 wrote', () => {
  it('brings runs and registry, follows no link, names what it cannot bring, and brings it once it can be read', async () => {
    const store = join(folder, 'mlruns');
    await older
      .python(`
import json, math, mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
mlflow.set_tracking_uri("file://${store}"); client = MlflowClient()
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
fitted = LogisticRegression(max_iter=5000).fit(X, y)
mlflow.set_experiment("old")
with mlflow.start_run(run_name="kept", tags={"team": "risk"}) as run:
    mlflow.log_params({"depth": 3, "a/b": "two\\nlines"})
    for step in range(1200): mlflow.log_metric("deep/loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"nan": math.nan, "inf": math.inf}); mlflow.log_text("x", "notes/x.txt")
    mlflow.log_input(mlflow.data.from_pandas(X, name="cancer"), context="training")
    mlflow.sklearn.log_model(fitted, "model", registered_model_name="old-fraud")
client.set_registered_model_alias("old-fraud", "candidate", "1"); client.transition_model_version_stage("old-fraud", "1", "Archived")
gone = client.create_run(run.info.experiment_id, run_name="gone"); client.set_terminated(gone.info.run_id, "KILLED"); client.delete_run(gone.info.run_id)
trash = client.create_experiment("trash"); client.create_run(trash, run_name="in the trash"); client.delete_experiment(trash)
print(json.dumps({"run": f"{run.info.experiment_id}/{run.info.run_id}"}))`)
      .then(async ({ run }) => {
        await writeFile(join(folder, 'secret.txt'), 'not of this store');
        await symlink(join(folder, 'secret.txt'), join(store, run, 'artifacts/link.txt'));
        await symlink(folder, join(store, run, 'artifacts/outside'));
      });
    const words = ['import', 'mlflow', store, '--project', 'project-2', '--json'];
    const first = await type(words);
    const { counts, missing } = counted(first);
    expect(first.code, first.err).toBe(1);
    expect(missing.map(({ what }) => what.replace(/^run \w+, /, '')).sort()).toEqual(['link.txt', 'outside']);
    expect(missing[0]!.why).toContain('link');
    expect(counts.runs).toMatchObject({ found: 3, brought: 3 });
    expect(counts.versions).toMatchObject({ found: 1, brought: 1 });
    for (const name of ['link.txt', 'outside']) await rm((await linkIn(store, name))!);
    const second = await type(words);
    expect(second.code, second.err).toBe(0);
    for (const kind of ['runs', 'artifacts', 'versions', 'metric points'])
      expect(counted(second).counts[kind]!.brought, kind).toBe(0);
    const compared = await older.python(`
import json, mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from sklearn.datasets import load_breast_cancer
${snapshot}
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
was, here = seen("file://${store}"), seen("${t.url}/mlflow/project-2")
load = lambda url: (mlflow.set_tracking_uri(url), [int(v) for v in mlflow.pyfunc.load_model("models:/old-fraud@candidate").predict(X.head(20))])[1]
version = MlflowClient(tracking_uri="${t.url}/mlflow/project-2").get_model_version("old-fraud", "1")
print(json.dumps({"other": {k: [was.get(k), here.get(k)] for k in {*was, *here} if was.get(k) != here.get(k)}, "count": len(here), "stage": version.current_stage,
  "loads": load("file://${store}") == load("${t.url}/mlflow/project-2")}))`);
    expect(compared).toEqual({ other: {}, count: 3, stage: 'Archived', loads: true });
  });
});

async function linkIn(store: string, name: string): Promise<string | undefined> {
  const { readdir } = await import('node:fs/promises');
  for (const entry of await readdir(store, { recursive: true, withFileTypes: true }))
    if (entry.isSymbolicLink() && entry.name === name) return join(entry.parentPath, name);
  return undefined;
}
