import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Caller, TestPlinth } from '../server/src/testing/plinth.ts';

/** What the story stands on: a project of the owner and a Python that has the client. Known once the tests before it have run. */
export interface Ground {
  t: TestPlinth;
  owner: Caller;
  slug: string;
  python: string;
}

const prelude = `
import json, mlflow, pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
client = MlflowClient()
frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]}); y = [0, 0, 1, 1]
def refused(call):
    try: call()
    except MlflowException as error: return [error.error_code, str(error)]
`;

/** The registry and its gate as the unchanged MLflow client meets them, on an environment that is there already: one is dear to build. */
export function registryStory(ground: () => Ground): void {
  let token: string;

  /** Runs Python with the client set up; what it prints last is JSON. */
  async function client(script: string): Promise<Record<string, unknown>> {
    const { t, slug, python } = ground();
    const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', '-c', `${prelude}${script}`], {
      env: {
        PATH: process.env.PATH,
        HOME: t.home,
        MLFLOW_TRACKING_URI: `${t.url}/mlflow/${slug}`,
        MLFLOW_TRACKING_TOKEN: token,
        GIT_PYTHON_REFRESH: 'quiet',
      },
      timeout: 150_000,
      cwd: t.home,
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  }

  describe('the registry through the unchanged MLflow client', () => {
    beforeAll(async () => {
      const { t, owner, slug } = ground();
      await t.admin.post(`/projects/${slug}/members`, { email: 'validator@example.org', role: 'validator' });
      token = (await owner.post('/tokens', { name: 'registry', projectId: slug })).body.token;
    });

    it('registers, names, tags, finds, loads and deletes models', async () => {
      const told = await client(`
fitted = LogisticRegression().fit(frame, y)
signature = infer_signature(frame, fitted.predict(frame))
with mlflow.start_run() as run:
    mlflow.log_metric("auc", 0.9)
    logged = mlflow.sklearn.log_model(fitted, name="clf", signature=signature, registered_model_name="churn")
by_run = mlflow.register_model(f"runs:/{run.info.run_id}/clf", "churn", tags={"team": "risk"})
by_id = mlflow.register_model(logged.model_uri, "churn")
client.set_registered_model_alias("churn", "challenger", 2)
client.set_model_version_tag("churn", "1", "checked", "yes")
client.set_registered_model_tag("churn", "area", "sales")
client.update_model_version("churn", "1", description="The first.")
client.update_registered_model("churn", description="Who leaves.")
copied = client.copy_model_version("models:/churn/1", "churn-copy")
loaded = [list(map(int, mlflow.sklearn.load_model(uri).predict(frame))) for uri in
    ("models:/churn/1", "models:/churn@challenger", "models:/churn/latest", "models:/churn-copy/1")]
scored = list(map(int, mlflow.pyfunc.load_model("models:/churn/2").predict(frame)))
model = client.get_registered_model("churn")
version = client.get_model_version("churn", "1")
client.rename_registered_model("churn-copy", "churn-second")
found = [m.name for m in client.search_registered_models("name LIKE 'churn%'", order_by=["name DESC"])]
tagged = [v.version for v in client.search_model_versions("name='churn' and tags.team = 'risk'")]
of_run = sorted(v.version for v in client.search_model_versions(f"run_id='{run.info.run_id}' and name = 'churn'"))
info = mlflow.models.get_model_info("models:/churn/1")
client.delete_model_version_tag("churn", "1", "checked")
client.delete_registered_model_alias("churn", "challenger")
gone = refused(lambda: client.get_model_version_by_alias("churn", "challenger"))
client.delete_model_version("churn", "3")
client.delete_registered_model("churn-second")
print(json.dumps({
  "versions": [by_run.version, by_id.version], "loaded": loaded, "scored": scored, "expected": [int(v) for v in fitted.predict(frame)],
  "aliases": model.aliases, "tags": model.tags, "description": model.description, "latest": [v.version for v in model.latest_versions],
  "version": [version.run_id == run.info.run_id, version.status, version.tags, version.description, version.current_stage],
  "found": found, "tagged": tagged, "of_run": of_run, "signature": info.signature is not None, "gone": gone,
  "left": sorted(v.version for v in client.search_model_versions("name='churn'")), "copied": copied.version,
  "missing": refused(lambda: client.get_registered_model("none")), "taken": refused(lambda: client.create_registered_model("churn")),
  "outside": refused(lambda: client.create_model_version("churn", "file:///etc", None)),
}))`);
      const { expected } = told;
      const { owner, slug } = ground();
      expect(told).toMatchObject({
        versions: ['2', '3'],
        loaded: [expected, expected, expected, expected],
        scored: expected,
        aliases: { challenger: expect.anything() },
        tags: { area: 'sales' },
        description: 'Who leaves.',
        version: [true, 'READY', { checked: 'yes' }, 'The first.', 'None'],
        found: ['churn-second', 'churn'],
        signature: true,
        missing: ['RESOURCE_DOES_NOT_EXIST', expect.anything()],
        taken: ['RESOURCE_ALREADY_EXISTS', expect.anything()],
        outside: ['INVALID_PARAMETER_VALUE', expect.anything()],
        gone: ['INVALID_PARAMETER_VALUE', expect.anything()],
      });
      expect([told.latest, told.tagged, told.of_run, told.left].map((list) => (list as unknown[]).map(String))).toEqual([
        ['3'],
        ['2'],
        ['1', '2', '3'],
        ['1', '2'],
      ]);
      const { body: card } = await owner.get(`/projects/${slug}/models/churn/versions/1/card`);
      expect(card.usedBy.loads).toEqual([expect.objectContaining({ byName: 'Owner', way: 'client' })]);
      expect(card.fields.filter((one: { recorded: boolean }) => one.recorded).map((one: { key: string }) => one.key)).toEqual(
        expect.arrayContaining(['signature', 'flavors', 'metrics', 'environment']),
      );
    }, 200_000);

    it('is left alone by a script that registers what it makes, when that is made again', async () => {
      const { t, owner, slug } = ground();
      const script = `${prelude}
fitted = LogisticRegression(random_state=0).fit(frame, y)
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(fitted, name="clf", signature=infer_signature(frame, fitted.predict(frame)), registered_model_name="self")
    version = info.registered_model_version
    client.set_registered_model_alias("self", "newest", version)
    client.set_model_version_tag("self", version, "by", "script")
    client.transition_model_version_stage("self", version, "Staging")
    loaded = mlflow.sklearn.load_model("models:/self@newest")
    mlflow.log_metric("same", float((loaded.predict(frame) == fitted.predict(frame)).mean()))
    mlflow.log_params({"version": version, "mine": client.get_model_version("self", version).run_id == run.info.run_id})
`;
      const ended = (id: string) =>
        t.until(
          'the job',
          async () => {
            const { body } = await owner.get(`/jobs/${id}`);
            return body.finishedAt && body;
          },
          200_000,
        );
      const { id } = (await owner.post(`/projects/${slug}/jobs`, { command: ['python', '-W', 'ignore', '-c', script] })).body;
      const job = await ended(id);
      expect(job.state, (await owner.get(`/jobs/${id}/logs`)).body).toBe('succeeded');
      const registry = async () => [
        (await owner.get(`/projects/${slug}/models/self`)).body,
        (await owner.get(`/projects/${slug}/models/self/versions`)).body,
      ];
      const before = await registry();
      expect(before[1].items).toMatchObject([{ number: 1, stage: 'staging', tags: { by: 'script' }, aliases: ['newest'] }]);
      const begun = (await owner.post(`/jobs/${id}/reproduce`)).body;
      const done = await t.until(
        'the verdict',
        async () => {
          const { body } = await owner.get(`/reproductions/${begun.id}`);
          return body.verdict && body;
        },
        200_000,
      );
      const log = (await owner.get(`/jobs/${done.newJobId}/logs`)).body;
      expect(done, JSON.stringify([done.differences, log])).toMatchObject({ verdict: 'verified' });
      expect(await registry()).toEqual(before);
    }, 420_000);

    it('comes to production through the gate only, by stage and by alias', async () => {
      const first = await client(`
with mlflow.start_run():
    mlflow.sklearn.log_model(LogisticRegression().fit(frame, y), name="clf", registered_model_name="gated")
staged = client.transition_model_version_stage("gated", "1", "Staging").current_stage
print(json.dumps({"staged": staged,
  "stage": refused(lambda: client.transition_model_version_stage("gated", "1", "Production")),
  "alias": refused(lambda: client.set_registered_model_alias("gated", "champion", "1"))}))`);
      expect(first.staged).toBe('Staging');
      const { t, owner } = ground();
      for (const door of ['stage', 'alias']) {
        const [code, message] = first[door] as string[];
        expect(code).toBe('PERMISSION_DENIED');
        expect(message).toMatch(/apr_\w+/);
      }
      const [waiting] = (await t.as('validator').get('/approvals?mine=true')).body.items;
      expect(waiting).toMatchObject({ subject: 'models:/gated/1', requestedBy: { name: 'Owner' } });
      expect((await owner.post(`/approvals/${waiting.id}/decision`, { decision: 'approved' })).body.code).toBe('self-approval');
      expect((await t.as('validator').post(`/approvals/${waiting.id}/decision`, { decision: 'approved' })).status).toBe(200);
      const second = await client(`
stage = client.transition_model_version_stage("gated", "1", "Production").current_stage
client.set_registered_model_alias("gated", "champion", "1")
print(json.dumps({"stage": stage, "by": [v.version for v in client.get_latest_versions("gated", ["Production"])],
  "alias": client.get_model_version_by_alias("gated", "champion").version, "loaded": mlflow.sklearn.load_model("models:/gated/Production") is not None}))`);
      expect(second).toMatchObject({ stage: 'Production', loaded: true });
    }, 200_000);
  });
}
