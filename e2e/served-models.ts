import { join } from 'node:path';
import { type Caller, plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

export const project = 'serving';

/** Logs two good versions of `cancer` and one that cannot be loaded, `mixed` with columns of all types, and `slow` that sleeps as long as its input says. */
const train = `
import mlflow, numpy, pandas, sys, time
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.compose import make_column_transformer
rows, truth = load_breast_cancer(as_frame=True, return_X_y=True)
mlflow.set_experiment("serving")
def say(name, logged):
    print(f"MODEL {name} {logged.model_id}", flush=True)
with mlflow.start_run():
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(rows, truth)
    signature = infer_signature(rows, model.predict(rows))
    for regularisation in (1.0, 0.01):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, C=regularisation)).fit(rows, truth)
        say("cancer", mlflow.sklearn.log_model(model, name="cancer", signature=signature, input_example=rows.head(2)))
    class Broken(mlflow.pyfunc.PythonModel):
        def load_context(self, context):
            raise ValueError("the weights are not where they should be")
        def predict(self, context, model_input, params=None):
            return [0] * len(model_input)
    say("cancer", mlflow.pyfunc.log_model(python_model=Broken(), name="broken", signature=signature))
    mixed = pandas.DataFrame({"age": [30, 40, 50, 60] * 5, "income": [1000.0, 2000.5, 3000.0, 1.5] * 5, "city": ["Oslo", "Rome", "Oslo", "Bern"] * 5, "member": [True, False] * 10})
    model = make_pipeline(make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["city"]), remainder="passthrough"), LogisticRegression(max_iter=500)).fit(mixed, [0, 1, 0, 1] * 5)
    say("mixed", mlflow.sklearn.log_model(model, name="mixed", signature=infer_signature(mixed, model.predict(mixed))))
    class Slow(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            seconds = float(model_input.iloc[0, 0])
            time.sleep(seconds)
            return [seconds] * len(model_input)
    say("slow", mlflow.pyfunc.log_model(python_model=Slow(), name="slow"))
`;

/** A Plinth with models that a job logged and registered in a real environment. */
export async function servedModels() {
  const t: TestPlinth = await plinth();
  const owner = t.as('owner');
  const must = (answer: Awaited<ReturnType<Caller['get']>>, status = 201) => {
    if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  must(await owner.post('/projects', { name: 'Serving', slug: project, template: 'python-scikit-learn' }));
  const job = must(await owner.post(`/projects/${project}/jobs`, { command: ['python', '-c', train] }));
  const done = await t.until(
    'the models',
    async () => {
      const { body } = await owner.get(`/jobs/${job.id}`);
      return body.finishedAt ? body : null;
    },
    400_000,
  );
  const log: string = (await owner.get(`/jobs/${job.id}/logs`)).body;
  if (done.state !== 'succeeded') throw new Error(log);
  const { digest } = must(await owner.get(`/environment-revisions/${done.environmentRevisionId}`), 200);
  const logged = [...log.matchAll(/^MODEL (\w+) (m-\w+)$/gm)].map(([, name = '', id = '']) => ({ name, id }));
  for (const { name, id } of logged) {
    await owner.post(`/projects/${project}/models`, { name });
    must(await owner.post(`/projects/${project}/models/${name}/versions`, { loggedModelId: id }));
  }
  return { t, owner, logged, python: join(t.home, 'environments', digest, 'bin/python') };
}

/** The first row of the breast cancer data. */
export const row = [
  17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776, 0.3001, 0.1471, 0.2419, 0.07871, 1.095, 0.9053, 8.589, 153.4, 0.006399,
].concat([
  0.04904, 0.05373, 0.01587, 0.03003, 0.006193, 25.38, 17.33, 184.6, 2019.0, 0.1622, 0.6656, 0.7119, 0.2654, 0.4601, 0.1189,
]);
