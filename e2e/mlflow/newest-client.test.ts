import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plinth, type TestPlinth } from '../../server/src/testing/plinth.ts';
import { type ClientSession, clientSession } from './clients.ts';

let t: TestPlinth;
let client: ClientSession;
let reader: ClientSession;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  client = await clientSession(t, 'newest', t.as('contributor'), 'project-1');
  reader = await clientSession(t, 'newest', t.as('viewer'), 'project-1');
}, 500_000);
afterAll(() => t?.stop());

const prelude = `
import json, math, os, mlflow, numpy as np, pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_breast_cancer
client = MlflowClient()
def refused(call):
    try: call()
    except MlflowException as error: return error.error_code
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
`;

vi.setConfig({ testTimeout: 240_000 });

describe('the newest client refuses with its own words', () => {
  it('what may not be done, what is not there, and what is no value', async () => {
    const told = await reader.python(`${prelude}
print(json.dumps({
  "write": refused(lambda: client.create_run("0")),
  "experiment": refused(lambda: client.get_experiment("nope")),
  "run": refused(lambda: client.get_run("nope")),
  "model": refused(lambda: client.get_logged_model("m-00000000000000000000000000000000")),
}))`);
    expect(told).toEqual({
      write: 'PERMISSION_DENIED',
      experiment: 'RESOURCE_DOES_NOT_EXIST',
      run: 'RESOURCE_DOES_NOT_EXIST',
      model: 'RESOURCE_DOES_NOT_EXIST',
    });
    const own = await client.python(`${prelude}
mlflow.set_experiment("refusals")
run = client.create_run(mlflow.get_experiment_by_name("refusals").experiment_id).info.run_id
client.log_param(run, "depth", 3)
answers = {
  "param": refused(lambda: client.log_param(run, "depth", 4)),
  "filter": refused(lambda: mlflow.search_runs(filter_string="metrics.a ~ 3", output_format="list")),
  "order": refused(lambda: mlflow.search_runs(order_by=["datasets.name"], output_format="list")),
  "taken": refused(lambda: client.create_experiment("refusals")),
  "key": refused(lambda: client.log_batch(run, metrics=[mlflow.entities.Metric("a//b", 1, 1, 1)])),
}
client.delete_run(run)
answers["deleted"] = refused(lambda: client.log_metric(run, "a", 1))
print(json.dumps(answers))`);
    expect(own).toEqual({
      param: 'INVALID_PARAMETER_VALUE',
      filter: 'INVALID_PARAMETER_VALUE',
      order: 'INVALID_PARAMETER_VALUE',
      taken: 'RESOURCE_ALREADY_EXISTS',
      key: 'INVALID_PARAMETER_VALUE',
      deleted: 'INVALID_PARAMETER_VALUE',
    });
  });
});

describe('the newest client logs', () => {
  it('everything of a run by hand, and reads it back the same', async () => {
    const told = await client.python(`${prelude}
import matplotlib.pyplot as plt
mlflow.set_experiment("by hand")
os.makedirs("files/deep", exist_ok=True)
open("files/a.txt", "w").write("a"); open("files/deep/b.txt", "w").write("b")
with mlflow.start_run(run_name="parent", tags={"team": "risk"}, description="a **note**") as run:
    mlflow.log_params({"depth": 3, "name": "ä/ö", "long": "x" * 6000})
    for step in range(300): mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "tiny": 5e-324}, step=7)
    mlflow.log_text("hello", "notes/hello.txt"); mlflow.log_dict({"a": [1, 2]}, "notes/a.json")
    mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, artifact_file="table.json")
    mlflow.log_table({"x": [3], "y": ["c"]}, artifact_file="table.json")
    mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "images/black.png")
    mlflow.log_image(np.full((8, 8, 3), 255, dtype=np.uint8), key="steps", step=1)
    figure, axes = plt.subplots(); axes.plot([1, 2]); mlflow.log_figure(figure, "plots/line.png")
    mlflow.log_artifacts("files", "folder"); mlflow.log_artifact("files/a.txt")
    mlflow.log_input(mlflow.data.from_pandas(X, name="cancer", targets=None), context="training", tags={"origin": "sklearn"})
    with mlflow.start_run(run_name="child", nested=True) as child: mlflow.log_metric("loss", 0.5)
got = client.get_run(run.info.run_id)
artifacts = lambda path="": [(one.path, one.is_dir, one.file_size) for one in client.list_artifacts(run.info.run_id, path)]
history = client.get_metric_history(run.info.run_id, "loss")
table = mlflow.load_table("table.json", run_ids=[run.info.run_id])
print(json.dumps({
  "status": got.info.status, "name": got.info.run_name, "tags": {k: v for k, v in got.data.tags.items() if k in ("team", "mlflow.note.content", "mlflow.runName")},
  "params": {k: len(v) if k == "long" else v for k, v in got.data.params.items()},
  "metrics": {k: str(v) for k, v in got.data.metrics.items()},
  "history": [[one.step, one.value] for one in history] == [[step, 1 / (step + 1)] for step in range(300)],
  "root": artifacts(), "folder": artifacts("folder"), "none": artifacts("nowhere"), "file": artifacts("a.txt"),
  "text": mlflow.artifacts.load_text(got.info.artifact_uri + "/notes/hello.txt"), "dict": mlflow.artifacts.load_dict(got.info.artifact_uri + "/notes/a.json"),
  "image": mlflow.artifacts.load_image(got.info.artifact_uri + "/images/black.png").size,
  "table": table.to_dict("list"),
  "inputs": [(one.dataset.name, len(one.dataset.digest) > 0, {t.key: t.value for t in one.tags}) for one in got.inputs.dataset_inputs],
  "parent": client.get_parent_run(child.info.run_id).info.run_id == run.info.run_id,
  "children": [one.info.run_name for one in mlflow.search_runs(experiment_names=["by hand"], filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'", output_format="list")],
}))`);
    expect(told).toMatchObject({
      status: 'FINISHED',
      name: 'parent',
      tags: { team: 'risk', 'mlflow.note.content': 'a **note**', 'mlflow.runName': 'parent' },
      params: { depth: '3', name: 'ä/ö', long: 6000 },
      metrics: { loss: String(1 / 300), nan: 'nan', inf: 'inf', '-inf': '-inf', tiny: '5e-324' },
      history: true,
      none: [],
      file: [],
      text: 'hello',
      dict: { a: [1, 2] },
      image: [8, 8],
      table: { x: [1, 2, 3], y: ['a', 'b', 'c'] },
      inputs: [['cancer', true, { 'mlflow.data.context': 'training', origin: 'sklearn' }]],
      parent: true,
      children: ['child'],
    });
    expect(told.root).toEqual([
      ['a.txt', false, 1],
      ['folder', true, null],
      ['images', true, null],
      ['notes', true, null],
      ['plots', true, null],
      ['table.json', false, expect.any(Number)],
    ]);
    expect(told.folder).toEqual([
      ['folder/a.txt', false, 1],
      ['folder/deep', true, null],
    ]);
  });

  it('models by autolog of scikit-learn, XGBoost and LightGBM, and loads them by run, id, version and alias', async () => {
    const told = await client.python(`${prelude}
import xgboost, lightgbm
from sklearn.linear_model import LogisticRegression
mlflow.set_experiment("autolog")
answers = {}
def scores(uri): return [round(float(one), 6) for one in np.ravel(mlflow.pyfunc.load_model(uri).predict(X.head(5)))]
def note(name, run, direct):
    got = client.get_run(run.info.run_id)
    [model] = client.search_logged_models([got.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'")
    version = mlflow.register_model(model.model_uri, name)
    client.set_registered_model_alias(name, "tried", version.version)
    expected = [round(float(one), 6) for one in direct]
    uris = [f"runs:/{run.info.run_id}/model", f"models:/{model.model_id}", f"models:/{name}/{version.version}", f"models:/{name}@tried"]
    answers[name] = {"params": len(got.data.params) > 3, "metrics": sorted(got.data.metrics), "status": str(model.status),
      "same": [scores(uri) == expected for uri in uris], "outputs": [one.model_id for one in got.outputs.model_outputs] == [model.model_id]}
mlflow.sklearn.autolog(log_input_examples=True)
with mlflow.start_run() as run: fitted = LogisticRegression(max_iter=5000).fit(X, y)
mlflow.sklearn.autolog(disable=True)
note("linear", run, fitted.predict(X.head(5)))
mlflow.xgboost.autolog()
with mlflow.start_run() as run:
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, xgboost.DMatrix(X, label=y), num_boost_round=5, evals=[(xgboost.DMatrix(X, label=y), "train")], verbose_eval=False)
mlflow.xgboost.autolog(disable=True)
note("boosted", run, booster.predict(xgboost.DMatrix(X.head(5))))
mlflow.lightgbm.autolog()
with mlflow.start_run() as run:
    light = lightgbm.train({"objective": "binary", "verbose": -1, "num_leaves": 4}, lightgbm.Dataset(X, label=y), num_boost_round=5, valid_sets=[lightgbm.Dataset(X, label=y)])
mlflow.lightgbm.autolog(disable=True)
note("light", run, light.predict(X.head(5)))
print(json.dumps(answers))`);
    for (const name of ['linear', 'boosted', 'light'])
      expect(told[name], name).toMatchObject({
        params: true,
        status: 'READY',
        same: [true, true, true, true],
        outputs: true,
      });
    expect(told.linear.metrics).toContain('training_accuracy_score');
    expect(told.boosted.metrics).toEqual(['train-logloss']);
    expect(told.light.metrics).toEqual(['valid_0-binary_logloss']);
  });

  it('metrics of the machine beside a run', async () => {
    const told = await client.python(`${prelude}
import time
mlflow.set_experiment("system"); mlflow.set_system_metrics_sampling_interval(0.2); mlflow.set_system_metrics_samples_before_logging(1)
with mlflow.start_run(log_system_metrics=True) as run: time.sleep(2)
print(json.dumps({"metrics": sorted(client.get_run(run.info.run_id).data.metrics)}))`);
    expect(told.metrics).toContain('system/cpu_utilization_percentage');
    expect(told.metrics).toContain('system/system_memory_usage_megabytes');
  });

  it('metrics about a logged model on a dataset, by which models are found and ordered', async () => {
    const told = await client.python(`${prelude}
mlflow.set_experiment("models"); experiment = mlflow.get_experiment_by_name("models").experiment_id
names = {}
data = {name: mlflow.data.from_pandas(X.head(count), name=name) for name, count in [("train", 10), ("test", 20)]}
with mlflow.start_run() as run:
    for name, auc, test in [("a", 0.7, 0.9), ("b", 0.8, 0.6), ("c", None, None)]:
        model = mlflow.create_external_model(name=name, params={"depth": name}, model_type="agent")
        names[model.model_id] = name
        if auc is not None:
            mlflow.log_metric("auc", auc - 0.1, step=0, model_id=model.model_id, dataset=data["train"])
            mlflow.log_metric("auc", auc, step=1, model_id=model.model_id, dataset=data["train"])
            mlflow.log_metric("auc", test, step=1, model_id=model.model_id, dataset=data["test"])
def found(filter=None, datasets=None, order=None):
    return [names[one.model_id] for one in mlflow.search_logged_models([experiment], filter_string=filter, datasets=datasets, order_by=order, output_format="list")]
first = client.get_logged_model(next(iter(names)))
client.set_logged_model_tags(first.model_id, {"kind": "x"})
print(json.dumps({
  "metrics": sorted([one.key, one.value, one.step, one.dataset_name] for one in first.metrics),
  "high": sorted(found("metrics.auc > 0.75")), "train": found("metrics.auc > 0.75", [{"dataset_name": "train"}]),
  "none": found("metrics.auc > 0.99"), "param": found("params.depth = 'b'"), "tag": found("tags.kind = 'x'"), "name": sorted(found("name IN ('a', 'c')")),
  "type": sorted(found("model_type = 'agent' AND source_run_id = '" + run.info.run_id + "'")),
  "train order": found(order=[{"field_name": "metrics.auc", "ascending": False, "dataset_name": "train"}]),
  "test order": found(order=[{"field_name": "metrics.auc", "ascending": True, "dataset_name": "test", "dataset_digest": data["test"].digest}]),
  "kept": client.get_logged_model(first.model_id).tags["kind"],
  "refused": refused(lambda: found("colour = 'x'")),
}))`);
    expect(told).toEqual({
      metrics: [
        ['auc', 0.7, 1, 'train'],
        ['auc', 0.9, 1, 'test'],
      ],
      high: ['a', 'b'],
      train: ['b'],
      none: [],
      param: ['b'],
      tag: ['a'],
      name: ['a', 'c'],
      type: ['a', 'b', 'c'],
      'train order': ['b', 'a', 'c'],
      'test order': ['b', 'a', 'c'],
      kept: 'x',
      refused: 'INVALID_PARAMETER_VALUE',
    });
  });
});

describe('the newest client searches', () => {
  it('runs and experiments, in frames and by pages', async () => {
    const told = await client.python(`${prelude}
experiment = client.create_experiment("searched", tags={"area": "credit"})
for index in range(25):
    run = client.create_run(experiment, run_name=f"r{index:02}", tags={"parity": str(index % 2)})
    client.log_batch(run.info.run_id, metrics=[mlflow.entities.Metric("auc", index / 25, 1, 0)] if index != 3 else [], params=[mlflow.entities.Param("depth", str(index % 5))])
    client.set_terminated(run.info.run_id, "FAILED" if index == 4 else "FINISHED")
names = lambda *a, **k: [one.info.run_name for one in client.search_runs([experiment], *a, **k)]
pages, token = [], None
while True:
    page = client.search_runs([experiment], order_by=["metrics.auc DESC"], max_results=10, page_token=token); pages.append([one.info.run_name for one in page]); token = page.token
    if not token: break
frame = mlflow.search_runs([experiment], filter_string="params.depth = '2' and tags.parity = '0'", order_by=["attributes.run_name ASC"])
client.rename_experiment(experiment, "searched again"); client.set_experiment_tag(experiment, "area", "fraud"); client.delete_experiment_tag(experiment, "area")
client.delete_experiment(experiment); gone = [one.name for one in client.search_experiments(view_type=mlflow.entities.ViewType.DELETED_ONLY)]; client.restore_experiment(experiment)
print(json.dumps({"pages": [len(page) for page in pages], "first": pages[0][:2], "last": pages[-1][-1], "unique": len(set(sum(pages, []))),
  "status": names("attributes.status = 'FAILED'"), "like": names("run_name LIKE 'r1_'", order_by=["run_name"])[:2], "ilike": len(names("attributes.\`run name\` ILIKE 'R0%'")),
  "several": names("params.depth != '0' and params.depth != '1' and metrics.auc < 0.2", order_by=["attributes.created ASC", "run_name DESC"]),
  "frame": frame["tags.mlflow.runName"].tolist(), "columns": sorted(one for one in frame.columns if one.startswith(("metrics", "params"))),
  "gone": gone, "back": client.get_experiment(experiment).lifecycle_stage, "name": client.get_experiment(experiment).name,
  "experiments": [one.name for one in client.search_experiments(filter_string="name LIKE 'searched%'", order_by=["name ASC"])]}))`);
    expect(told).toMatchObject({
      pages: [10, 10, 5],
      first: ['r24', 'r23'],
      last: 'r03',
      unique: 25,
      status: ['r04'],
      several: ['r02', 'r04'],
      like: ['r10', 'r11'],
      ilike: 10,
      frame: ['r02', 'r12', 'r22'],
      columns: ['metrics.auc', 'params.depth'],
      gone: ['searched again'],
      back: 'active',
      name: 'searched again',
      experiments: ['searched again'],
    });
  });

  it('thinned histories of several runs, and the datasets of an experiment', async () => {
    const told = await client.python(`${prelude}
mlflow.set_experiment("bulk"); ids = []
for name in ("one", "two"):
    with mlflow.start_run(run_name=name) as run:
        ids.append(run.info.run_id)
        client.log_batch(run.info.run_id, metrics=[mlflow.entities.Metric("loss", float(step % 7), step, step) for step in range(1000)])
        mlflow.log_input(mlflow.data.from_pandas(X.head(3), name="cancer"), context=name)
print(json.dumps({"runs": ids, "experiment": mlflow.get_experiment_by_name("bulk").experiment_id}))`);
    const wire = `/mlflow/project-1`;
    const viewer = t.as('viewer');
    const runs = (told.runs as string[]).map((id) => `run_ids=${id}`).join('&');
    for (const prefix of ['api', 'ajax-api']) {
      const { body } = await viewer.get(
        `${wire}/${prefix}/2.0/mlflow/metrics/get-history-bulk-interval?${runs}&metric_key=loss&max_results=100`,
      );
      const ofFirst = body.metrics.filter((one: { run_id: string }) => one.run_id === told.runs[0]);
      expect(ofFirst.length).toBeLessThanOrEqual(100);
      expect([ofFirst[0].step, ofFirst.at(-1).step]).toEqual([0, 999]);
      expect(new Set(body.metrics.map((one: { run_id: string }) => one.run_id)).size).toBe(2);
      const refused = await viewer.get(
        `${wire}/${prefix}/2.0/mlflow/metrics/get-history-bulk-interval?${runs}&metric_key=loss&start_step=3`,
      );
      expect(refused.body.error_code).toBe('INVALID_PARAMETER_VALUE');
      const datasets = await viewer.post(`${wire}/${prefix}/2.0/mlflow/experiments/search-datasets`, {
        experiment_ids: [told.experiment],
      });
      expect(datasets.body.dataset_summaries.map((one: { name: string; context: string }) => [one.name, one.context])).toEqual(
        expect.arrayContaining([
          ['cancer', 'one'],
          ['cancer', 'two'],
        ]),
      );
    }
    const other = await t
      .as('owner')
      .get(`/mlflow/project-2/api/2.0/mlflow/metrics/get-history-bulk-interval?${runs}&metric_key=loss`);
    expect(other.body.error_code).toBe('RESOURCE_DOES_NOT_EXIST');
  });
});

describe('the commands of the newest client', () => {
  it('make, list and end experiments and runs, and move artifacts both ways', async () => {
    // One process for all: each start of the client takes seconds.
    const told = await client.python(`${prelude}
from click.testing import CliRunner
from mlflow.cli import cli
def command(*words):
    result = CliRunner().invoke(cli, list(words))
    if result.exit_code != 0: raise Exception(f"{words}: {result.output} {result.exception!r}")
    return result.output
made = command("experiments", "create", "--experiment-name", "by command")
listed = command("experiments", "search")
experiment = client.get_experiment_by_name("by command").experiment_id
run = client.create_run(experiment, run_name="worked").info.run_id; client.log_metric(run, "auc", 0.5); client.log_param(run, "depth", "3"); client.set_terminated(run)
open("up.txt", "w").write("up and down")
answers = {"made": "by command" in made, "listed": "by command" in listed,
  "runs": run in command("runs", "list", "--experiment-id", experiment), "describe": json.loads(command("runs", "describe", "--run-id", run))["data"]["params"]}
command("artifacts", "log-artifact", "--run-id", run, "--local-file", "up.txt", "--artifact-path", "in")
answers["files"] = [one["path"] for one in json.loads(command("artifacts", "list", "--run-id", run, "--artifact-path", "in"))]
command("artifacts", "download", "--run-id", run, "--artifact-path", "in", "--dst-path", "down")
answers["down"] = open("down/in/up.txt").read()
answers["csv"] = run in command("experiments", "csv", "--experiment-id", experiment)
command("runs", "delete", "--run-id", run)
answers["deleted"] = run in command("runs", "list", "--experiment-id", experiment)
command("runs", "restore", "--run-id", run)
command("experiments", "rename", "--experiment-id", experiment, "--new-name", "renamed")
command("experiments", "delete", "--experiment-id", experiment)
answers["gone"] = "renamed" in command("experiments", "search")
command("experiments", "restore", "--experiment-id", experiment)
answers["back"] = "renamed" in command("experiments", "search")
print(json.dumps(answers))`);
    expect(told).toEqual({
      made: true,
      listed: true,
      runs: true,
      describe: { depth: '3' },
      files: ['in/up.txt'],
      down: 'up and down',
      csv: true,
      deleted: false,
      gone: false,
      back: true,
    });
  });
});
