import type { Caller } from './plinth.ts';

export const modelFile = (more = ''): string => `artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn:
    sklearn_version: 1.7.2
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
${more}`;

/** Logs a run with the files of a model in its folder `model`, as a client would. @returns the id of the run */
export async function logModel(
  caller: Caller,
  project: string,
  files: Record<string, string> = { MLmodel: modelFile(), 'model.pkl': 'bytes', 'requirements.txt': 'scikit-learn==1.7.2\n' },
): Promise<string> {
  const wire = `/mlflow/${project}/api/2.0`;
  const { body } = await caller.post(`${wire}/mlflow/runs/create`, { experiment_id: '0' });
  const runId: string = body.run.info.run_id;
  for (const [path, content] of Object.entries(files)) {
    const answer = await caller.put(`${wire}/mlflow-artifacts/artifacts/0/${runId}/artifacts/model/${path}`, content);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  await caller.post(`${wire}/mlflow/runs/log-batch`, {
    run_id: runId,
    metrics: [{ key: 'auc', value: 0.9, timestamp: 1, step: 0 }],
    params: [{ key: 'depth', value: '3' }],
  });
  return runId;
}

/** A registered model with one version of a run of its own. */
export async function registeredVersion(
  caller: Caller,
  project: string,
  name: string,
): Promise<{ id: string; number: number; digest: string; runId: string }> {
  await caller.post(`/projects/${project}/models`, { name });
  const runId = await logModel(caller, project);
  const { status, body } = await caller.post(`/projects/${project}/models/${name}/versions`, { runId, path: 'model' });
  if (status !== 201) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  return { id: body.id, number: body.number, digest: body.digest, runId };
}
