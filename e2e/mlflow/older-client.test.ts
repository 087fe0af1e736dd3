import { afterAll, beforeAll, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../server/src/testing/plinth.ts';
import { type ClientSession, clientSession } from './clients.ts';

let t: TestPlinth;
let client: ClientSession;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
  client = await clientSession(t, 'of 2023', t.as('contributor'), 'project-1');
}, 500_000);
afterAll(() => t?.stop());

it('MLflow 2.9 logs by autolog and by hand, searches, registers, moves stages and aliases, and loads', {
  timeout: 240_000,
}, async () => {
  const told = await client.python(`
import json, math, mlflow, numpy as np, pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
client = MlflowClient()
def refused(call):
    try: call()
    except MlflowException as error: return error.error_code
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
mlflow.set_experiment("of 2023")
mlflow.sklearn.autolog()
with mlflow.start_run() as auto: fitted = LogisticRegression(max_iter=5000).fit(X, y)
mlflow.sklearn.autolog(disable=True)
with mlflow.start_run(run_name="by hand", tags={"team": "risk"}) as run:
    mlflow.log_params({"depth": 3}); mlflow.log_metrics({"auc": 0.9, "nan": math.nan}, step=2)
    mlflow.log_dict({"a": 1}, "a.json"); mlflow.log_text("x", "deep/x.txt")
    mlflow.log_input(mlflow.data.from_pandas(X, name="cancer"), context="training")
    mlflow.sklearn.log_model(fitted, "model", registered_model_name="of-2023", signature=mlflow.models.infer_signature(X, fitted.predict(X)))
version = client.search_model_versions("name = 'of-2023'")[0]
client.set_registered_model_alias("of-2023", "candidate", version.version)
client.transition_model_version_stage("of-2023", version.version, "Staging")
production = refused(lambda: client.transition_model_version_stage("of-2023", version.version, "Production"))
expected = fitted.predict(X.head(4)).tolist()
loads = lambda uri: mlflow.pyfunc.load_model(uri).predict(X.head(4)).tolist() == expected
got = client.get_run(run.info.run_id)
print(json.dumps({
  "auto": ["training_score" in client.get_run(auto.info.run_id).data.metrics, len(client.get_run(auto.info.run_id).data.params) > 5],
  "params": got.data.params, "metrics": {k: str(v) for k, v in got.data.metrics.items()}, "inputs": [one.dataset.name for one in got.inputs.dataset_inputs],
  "files": sorted(one.path for one in client.list_artifacts(run.info.run_id)),
  "found": [one.info.run_name for one in client.search_runs([got.info.experiment_id], "metrics.auc >= 0.9 and params.depth = '3' and tags.team = 'risk'")],
  "stage": client.get_model_version("of-2023", version.version).current_stage, "production": production,
  "latest": [one.version for one in client.get_latest_versions("of-2023", ["Staging"])],
  "loads": [loads(uri) for uri in (f"runs:/{run.info.run_id}/model", "models:/of-2023/1", "models:/of-2023/Staging", "models:/of-2023@candidate", f"runs:/{auto.info.run_id}/model")],
}))`);
  expect(told).toEqual({
    auto: [true, true],
    params: { depth: '3' },
    metrics: { auc: '0.9', nan: 'nan' },
    inputs: ['cancer'],
    files: ['a.json', 'deep', 'model'],
    found: ['by hand'],
    stage: 'Staging',
    production: 'PERMISSION_DENIED',
    latest: ['1'],
    loads: [true, true, true, true, true],
  });
});
