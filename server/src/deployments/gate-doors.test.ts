import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registeredVersion } from '../testing/log-model.ts';
import { type Answer, type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

/** Every door into a protected channel, each with all that must not pass it. */

let t: TestPlinth;
let does: Caller;
let validator: Caller;
let number = 0;
/** New for each test: a model, and a service of the same name with version 1 in production, approved; version 2 is the one that knocks. */
let name: string;

const wire = '/mlflow/project-1/api/2.0/mlflow';
const models = '/projects/project-1/models';
const versions = () => `${models}/${name}/versions`;
const service = () => `/deployments/${name}`;
const query = (text: string, values: unknown[]) => t.app.platform.database.pool.query(text, values);

beforeAll(async () => {
  // Nothing is run here: what serves is written by `served`.
  t = await plinth({ projects: 1, env: { PLINTH_ROLE: 'control' } });
  does = t.as('contributor');
  validator = t.as('validator');
});
afterAll(() => t?.stop());
beforeEach(async () => {
  number += 1;
  name = `door-${number}`;
  await registeredVersion(does, 'project-1', name);
  await does.post(versions(), { copyOf: `models:/${name}/1` });
  await approve(1);
  expect((await deploy(1, 'prod')).status).toBe(201);
  await served('prod');
});

const deploy = (version: number, channel: string) =>
  does.post('/projects/project-1/deployments', { name, model: `models:/${name}/${version}`, channel });
const traffic = (...shares: object[]) => does.patch(`${service()}/traffic`, { traffic: shares });

async function ask(version: number): Promise<string> {
  const subject = { subject: `models:/${name}/${version}`, channel: 'prod', project: 'project-1' };
  return (await does.post('/approvals', subject)).body.id;
}

const decide = (id: string, decision = 'approved') =>
  validator.post(`/approvals/${id}/decision`, { decision, comment: 'Looked at it.' });

async function approve(version: number): Promise<string> {
  const id = await ask(version);
  expect((await decide(id)).status).toBe(200);
  return id;
}

/** The candidate of a channel answers now, as the supervisor would write it. */
async function served(channel: string): Promise<void> {
  const { rows } = await query(
    `update deployment_revisions r set state = 'serving', serving_from = now()
     from deployments d where d.id = r.deployment_id and d.name = $1 and r.channel = $2
       and r.number = (select max(number) from deployment_revisions where deployment_id = d.id and channel = $2)
     returning r.id, r.deployment_id`,
    [name, channel],
  );
  await query(
    'update deployment_channels set serving_revision_id = $1, candidate_revision_id = null where deployment_id = $2 and name = $3',
    [rows[0].id, rows[0].deployment_id, channel],
  );
}

/** Somebody with a hand on the store gives a version other bytes. */
async function changeBytes(version: number): Promise<void> {
  const { id } = (await does.get(`${versions()}/${version}`)).body;
  const { rowCount } = await query("update artifacts set sha256 = repeat('0', 64) where owner_ref = $1 and path = 'model.pkl'", [
    `version:${id}`,
  ]);
  expect(rowCount).toBe(1);
}

interface Door {
  door: string;
  /** What stands before version 2 can knock. */
  before?: () => Promise<unknown>;
  knock: () => Promise<Answer>;
}

/** The open channel served version 2 before it got a part of the plain address. */
async function oldOnBeta() {
  await deploy(2, 'beta');
  await served('beta');
  await deploy(1, 'beta');
  await served('beta');
  await traffic({ channel: 'prod', weight: 90 }, { channel: 'beta', weight: 10 });
}

const doors: Door[] = [
  { door: 'a deployment', knock: () => deploy(2, 'prod') },
  {
    door: 'a new revision',
    knock: () => does.post(`${service()}/revisions`, { model: `models:/${name}/2`, channel: 'prod' }),
  },
  { door: 'traffic that names a version', knock: () => traffic({ channel: 'prod', version: 2, weight: 100 }) },
  {
    door: 'traffic to an open channel beside production',
    before: async () => {
      await deploy(2, 'beta');
      await served('beta');
    },
    knock: () => traffic({ channel: 'prod', weight: 90 }, { channel: 'beta', weight: 10 }),
  },
  {
    door: 'traffic to an open channel on which it does not serve yet',
    before: async () => {
      await deploy(1, 'beta');
      await served('beta');
      await deploy(2, 'beta');
    },
    knock: () => traffic({ channel: 'prod', weight: 90 }, { channel: 'beta', weight: 10 }),
  },
  {
    door: 'an open channel that has a part of the plain address',
    before: async () => {
      await deploy(1, 'beta');
      await served('beta');
      await traffic({ channel: 'prod', weight: 90 }, { channel: 'beta', weight: 10 });
    },
    knock: () => deploy(2, 'beta'),
  },
  {
    door: 'a rollback',
    before: oldOnBeta,
    knock: () => does.post(`${service()}/rollback`, { channel: 'beta' }),
  },
  {
    door: 'a rollback to a revision by its number',
    before: oldOnBeta,
    knock: () => does.post(`${service()}/rollback`, { channel: 'beta', revision: 2 }),
  },
  { door: 'an alias', knock: () => does.put(`${models}/${name}/aliases/champion`, { version: 2 }) },
  {
    door: 'an alias by an MLflow client',
    knock: () => does.post(`${wire}/registered-models/alias`, { name, alias: 'champion', version: '2' }),
  },
  {
    door: 'a stage by an MLflow client',
    knock: () => does.post(`${wire}/model-versions/transition-stage`, { name, version: '2', stage: 'Production' }),
  },
];

/** What the public can reach: it is the same before and after a refusal. */
async function inside() {
  const { body } = await does.get(service());
  const { body: model } = await does.get(`${models}/${name}`);
  const { body: version } = await does.get(`${wire}/model-versions/get?name=${name}&version=2`);
  return {
    traffic: body.traffic,
    revision: body.revision,
    channels: body.channels.map((one: { name: string; serving: { id: string } | null; candidate: { id: string } | null }) => [
      one.name,
      one.serving?.id,
      one.candidate?.id,
    ]),
    aliases: model.aliases,
    stage: version.model_version.current_stage,
  };
}

/** MLflow's own refusals carry no `code`; the events tell what was refused. */
async function refuses(knock: Door['knock'], code: 'approval-required' | 'approval-rejected'): Promise<Answer> {
  const before = await inside();
  await t.newEvents();
  const answer = await knock();
  expect([answer.body.code ?? answer.body.error_code, answer.status]).toEqual(
    answer.body.code ? [code, 409] : ['PERMISSION_DENIED', 403],
  );
  expect(await inside()).toEqual(before);
  const told = await t.newEvents();
  expect(told).toContain('access.refused');
  // Monitors are made a moment after a revision; nothing else happens beside.
  expect(told.filter((verb) => /^(deployment|model|version)\./.test(verb))).toEqual([]);
  return answer;
}

const newest = async () => (await validator.get('/approvals?sort=-requestedAt&limit=1')).body.items[0];

describe.each(doors)('$door', ({ before, knock }) => {
  beforeEach(async () => {
    await before?.();
  });

  it('lets in nothing that nobody approved, and opens the question', async () => {
    await refuses(knock, 'approval-required');
    expect(await newest()).toMatchObject({ subject: `models:/${name}/2`, state: 'pending', channel: 'prod' });
  });

  it('lets in nothing that was approved with other bytes', async () => {
    const id = await approve(2);
    await changeBytes(2);
    await refuses(knock, 'approval-required');
    expect(await newest()).toMatchObject({ subject: `models:/${name}/2`, state: 'pending' });
    expect((await newest()).id).not.toBe(id);
  });

  it('lets in nothing whose question was withdrawn', async () => {
    const id = await ask(2);
    await changeBytes(2);
    expect((await decide(id)).body.code).toBe('approval-stale');
    expect((await does.get(`/approvals/${id}`)).body.state).toBe('withdrawn');
    await refuses(knock, 'approval-required');
  });

  it('lets in nothing that was rejected', async () => {
    await decide(await ask(2), 'rejected');
    await refuses(knock, 'approval-rejected');
  });

  it('lets in what was approved', async () => {
    await approve(2);
    const was = await inside();
    const answer = await knock();
    expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
    expect(await inside()).not.toEqual(was);
  });
});

it('production does not go back to what served there with other bytes, and goes back to what it was', async () => {
  await approve(2);
  await deploy(2, 'prod');
  await served('prod');
  const back = () => does.post(`${service()}/rollback`, { channel: 'prod' });
  expect((await back()).body.revision).toMatchObject({ cause: 'rollback', model: { version: 1 } });
  await changeBytes(1);
  await refuses(back, 'approval-required');
});

describe('a channel that follows an alias', () => {
  const follow = async () => {
    const { body } = await does.get(service());
    return body.channels.find((one: { name: string }) => one.name === 'prod').candidate?.model.version ?? null;
  };
  const refusal = () =>
    t.until('the alias to be refused', async () => (await t.newEvents()).includes('deployment.alias-refused'));

  beforeEach(async () => {
    await does.put(`${models}/${name}/aliases/next`, { version: 1 });
    await does.post('/projects/project-1/deployments', { name, model: `models:/${name}@next`, channel: 'prod' });
    await served('prod');
    await t.newEvents();
  });

  it('is not led past the gate by an open alias', async () => {
    expect((await does.put(`${models}/${name}/aliases/next`, { version: 2 })).status).toBe(200);
    await refusal();
    expect(await follow()).toBeNull();
  });

  it('is not led to bytes that are no longer those that were approved', async () => {
    await approve(2);
    await changeBytes(2);
    await does.put(`${models}/${name}/aliases/next`, { version: 2 });
    await refusal();
    expect(await follow()).toBeNull();
  });

  it('goes with it to what was approved', async () => {
    await approve(2);
    await does.put(`${models}/${name}/aliases/next`, { version: 2 });
    expect(await t.until('the next revision', follow)).toBe(2);
  });
});
