import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logModel } from '../../testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../../testing/plinth.ts';

/** What clients of any age send to the registry, as it comes over the wire; the real client is in e2e/. */
let t: TestPlinth;
let does: Caller;
let runId: string;
const wire = '/mlflow/project-1/api/2.0/mlflow';
const artifacts = '/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts';

beforeAll(async () => {
  t = await plinth({ projects: 2 });
  does = t.as('contributor');
  runId = await logModel(does, 'project-1');
  await does.post(`${wire}/registered-models/create`, { name: 'm', tags: [{ key: 'a', value: 'b' }] });
  await does.post(`${wire}/model-versions/create`, { name: 'm', source: `runs:/${runId}/model`, run_id: runId });
});
afterAll(() => t?.stop());

/** The clients send a body with DELETE. */
const remove = async (path: string, body: object) => {
  const answer = await fetch(`${t.url}${wire}/${path}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${does.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

describe('sources', () => {
  it.each([
    'file:///etc/passwd',
    '/etc/passwd',
    's3://bucket/model',
    'http://169.254.169.254/latest',
    'mlflow-artifacts:/../../etc',
    'mlflow-artifacts:/0/run/artifacts/..%2f..',
    'runs:/none/model',
    'runs:/x/../../y',
    'models:/m-0123456789abcdef0123456789abcdef',
    'models:/none/1',
    'models:/',
    'dbfs:/x',
    '',
  ])('%s is refused, and nothing is registered', async (source) => {
    const { status, body } = await does.post(`${wire}/model-versions/create`, { name: 'm', source });
    expect([400, 404]).toContain(status);
    expect(['INVALID_PARAMETER_VALUE', 'RESOURCE_DOES_NOT_EXIST']).toContain(body.error_code);
    expect((await does.get(`${wire}/registered-models/get?name=m`)).body.registered_model.latest_versions).toHaveLength(1);
  });

  it('of an older client, an address of the artifact proxy, is taken', async () => {
    await does.post(`${wire}/registered-models/create`, { name: 'old' });
    const { body } = await does.post(`${wire}/model-versions/create`, {
      name: 'old',
      source: `mlflow-artifacts:/0/${runId}/artifacts/model`,
      run_id: runId,
    });
    expect(body.model_version).toMatchObject({ version: '1', status: 'READY', run_id: runId, current_stage: 'None' });
    const contradicting = await does.post(`${wire}/model-versions/create`, {
      name: 'old',
      source: `runs:/${runId}/model`,
      run_id: 'run_other',
    });
    expect(contradicting.body.error_code).toBe('INVALID_PARAMETER_VALUE');
  });
});

describe('files of a version', () => {
  it('are listed and read under the address that loading gets, and never written', async () => {
    const { body } = await does.get(`${wire}/model-versions/get-download-uri?name=m&version=1`);
    const folder = body.artifact_uri.replace('mlflow-artifacts:/', '');
    expect((await does.get(`${artifacts}?path=${folder}`)).body.files).toContainEqual({
      path: 'model.pkl',
      is_dir: false,
      file_size: 5,
    });
    expect((await does.get(`${artifacts}/${folder}/model.pkl`)).body).toBe('bytes');
    expect((await does.put(`${artifacts}/${folder}/model.pkl`, 'other')).body.error_code).toBe('INVALID_PARAMETER_VALUE');
    expect((await does.delete(`${artifacts}/${folder}`)).status).toBe(400);
    expect((await t.as('owner').get(`/mlflow/project-2/api/2.0/mlflow-artifacts/artifacts/${folder}/model.pkl`)).status).toBe(
      404,
    );
    expect((await t.as('member').get(`${artifacts}/${folder}/model.pkl`)).status).toBe(404);
  });
});

describe('names', () => {
  it('are per project, and what is in another project does not exist', async () => {
    const other = '/mlflow/project-2/api/2.0/mlflow';
    expect((await t.as('owner').get(`${other}/registered-models/get?name=m`)).body.error_code).toBe('RESOURCE_DOES_NOT_EXIST');
    expect((await t.as('owner').post(`${other}/registered-models/create`, { name: 'm' })).status).toBe(200);
    expect((await does.post(`${wire}/registered-models/create`, { name: 'm' })).body).toMatchObject({
      error_code: 'RESOURCE_ALREADY_EXISTS',
    });
    expect((await t.as('viewer').post(`${wire}/registered-models/create`, { name: 'v' })).body.error_code).toBe(
      'PERMISSION_DENIED',
    );
  });
});

describe('searches', () => {
  beforeAll(async () => {
    for (const name of ['s-one', 's-two', 's_three']) await does.post(`${wire}/registered-models/create`, { name });
    await does.post(`${wire}/registered-models/create`, {
      name: 'a-prompt',
      tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
    });
  });

  const names = async (query: string) =>
    ((await does.get(`${wire}/registered-models/search?${query}`)).body.registered_models ?? []).map(
      (model: { name: string }) => model.name,
    );

  it('take the filters, orders and pages of the clients', async () => {
    expect(await names(`filter=${encodeURIComponent("name like 's-%'")}&order_by=name%20DESC`)).toEqual(['s-two', 's-one']);
    expect(await names(`filter=${encodeURIComponent("tags.a = 'b'")}`)).toEqual(['m']);
    expect(await names(`filter=${encodeURIComponent("tags.`mlflow.prompt.is_prompt` = 'true'")}`)).toEqual(['a-prompt']);
    const no = encodeURIComponent("name ILIKE 'S%' AND tags.`mlflow.prompt.is_prompt` != 'true'");
    expect(await names(`filter=${no}`)).toEqual(['s-one', 's-two', 's_three']);
    expect(await names('')).not.toContain('a-prompt');
    const first = (await does.get(`${wire}/registered-models/search?max_results=2`)).body;
    const second = await names(`max_results=2&page_token=${first.next_page_token}`);
    expect(new Set([...first.registered_models.map((model: { name: string }) => model.name), ...second]).size).toBe(4);
    const versions = (
      await does.get(`${wire}/model-versions/search?filter=${encodeURIComponent(`run_id = '${runId}' and version_number < 2`)}`)
    ).body.model_versions;
    expect(versions.map((version: { name: string }) => version.name)).toContain('m');
    const by = encodeURIComponent(`source_path = 'runs:/${runId}/model'`);
    expect((await does.get(`${wire}/model-versions/search?filter=${by}`)).body.model_versions).toHaveLength(2);
  });

  it.each([
    "name > 'a'",
    "size = 'x'",
    'name = 1',
    "name = 'a' OR name = 'b'",
    "version_number = 'x'",
    "constructor = 'x'",
    "name = 'a",
  ])('answer the filter %s with 400', async (filter) => {
    for (const path of ['registered-models', 'model-versions'])
      expect((await does.get(`${wire}/${path}/search?filter=${encodeURIComponent(filter)}`)).body.error_code).toBe(
        'INVALID_PARAMETER_VALUE',
      );
  });

  it.each(['max_results=0', 'max_results=x', 'max_results=99999999', 'order_by=size', 'page_token=!'])(
    'answer %s with 400',
    async (query) => {
      expect((await does.get(`${wire}/registered-models/search?${query}`)).status).toBe(400);
      expect((await does.get(`${wire}/model-versions/search?${query}`)).status).toBe(400);
    },
  );
});

describe('words, tags and aliases', () => {
  it('are changed by the messages of the clients, under both prefixes', async () => {
    await does.post(`${wire}/registered-models/create`, { name: 'words' });
    await does.post(`${wire}/model-versions/create`, { name: 'words', source: 'models:/m/1' });
    await does.patch(`${wire}/registered-models/update`, { name: 'words', description: 'Said.' });
    await does.post(`${wire}/registered-models/set-tag`, { name: 'words', key: 'k', value: 'v' });
    await does.post('/mlflow/project-1/ajax-api/2.0/mlflow/model-versions/set-tag', {
      name: 'words',
      version: 1,
      key: 'k',
      value: 'v',
    });
    await does.post(`${wire}/registered-models/alias`, { name: 'words', alias: 'now', version: '1' });
    const { registered_model: model } = (await does.get(`${wire}/registered-models/get?name=words`)).body;
    expect(model).toMatchObject({
      description: 'Said.',
      tags: [{ key: 'k', value: 'v' }],
      aliases: [{ alias: 'now', version: '1' }],
      latest_versions: [{ version: '1', aliases: ['now'], tags: [{ key: 'k', value: 'v' }] }],
    });
    expect(Number.isInteger(model.creation_timestamp)).toBe(true);
    expect((await does.get(`${wire}/registered-models/alias?name=words&alias=now`)).body.model_version.version).toBe('1');
    expect((await remove('registered-models/alias', { name: 'words', alias: 'now' })).status).toBe(200);
    expect((await remove('registered-models/alias', { name: 'words', alias: 'now' })).status).toBe(200);
    expect((await does.get(`${wire}/registered-models/alias?name=words&alias=now`)).body.error_code).toBe(
      'INVALID_PARAMETER_VALUE',
    );
    expect((await remove('model-versions/delete-tag', { name: 'words', version: '1', key: 'k' })).status).toBe(200);
    expect((await remove('model-versions/delete', { name: 'words', version: '1' })).status).toBe(200);
    expect((await does.get(`${wire}/model-versions/get?name=words&version=1`)).body.error_code).toBe('RESOURCE_DOES_NOT_EXIST');
    expect((await remove('registered-models/delete', { name: 'words' })).status).toBe(200);
    expect((await does.get(`${wire}/registered-models/get?name=words`)).status).toBe(404);
  });

  it.each([
    {},
    { version: '' },
    { version: 'x' },
    { version: -1 },
    { version: 1.5 },
    { version: [1] },
    { version: '99999999999' },
  ])('need a version: %j is refused', async (version) => {
    const { status, body } = await does.post(`${wire}/model-versions/set-tag`, { name: 'm', key: 'k', value: 'v', ...version });
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});

describe('stages', () => {
  const move = (stage: unknown, more: object = {}) =>
    does.post(`${wire}/model-versions/transition-stage`, { name: 'staged', version: '1', stage, ...more });

  beforeAll(async () => {
    await does.post(`${wire}/registered-models/create`, { name: 'staged' });
    for (const _ of [1, 2]) await does.post(`${wire}/model-versions/create`, { name: 'staged', source: 'models:/m/1' });
  });

  it.each(['', 'Live', 'constructor', 3, null])('have no %j', async (stage) => {
    expect((await move(stage)).body.error_code).toBe('INVALID_PARAMETER_VALUE');
  });

  it('lead to production through the gate, and archive what stood there', async () => {
    expect((await move('Staging')).body.model_version.current_stage).toBe('Staging');
    const refused = await move('production');
    expect([refused.status, refused.body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
    expect((await does.get(`${wire}/model-versions/get?name=staged&version=1`)).body.model_version.current_stage).toBe('Staging');
    for (const version of ['1', '2']) {
      await does.post(`${wire}/model-versions/transition-stage`, { name: 'staged', version, stage: 'Production' });
      const [asked] = (await t.as('validator').get('/approvals?mine=true')).body.items;
      await t.as('validator').post(`/approvals/${asked.id}/decision`, { decision: 'approved' });
    }
    expect((await move('Production')).body.model_version.current_stage).toBe('Production');
    await does.post(`${wire}/model-versions/transition-stage`, {
      name: 'staged',
      version: '2',
      stage: 'Production',
      archive_existing_versions: true,
    });
    const latest = await does.post(`${wire}/registered-models/get-latest-versions`, {
      name: 'staged',
      stages: ['Production', 'Archived'],
    });
    expect(
      latest.body.model_versions.map((one: { version: string; current_stage: string }) => [one.version, one.current_stage]),
    ).toEqual([
      ['1', 'Archived'],
      ['2', 'Production'],
    ]);
    expect((await does.get(`${wire}/registered-models/get-latest-versions?name=staged&stages=None`)).body).toEqual({});
  });
});
