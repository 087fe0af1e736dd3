import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertGrant } from '../access/index.ts';
import { newId } from '../kit/ids.ts';
import { makeToken } from '../people/index.ts';
import { systemContext, transaction } from '../platform/index.ts';
import { logModel, registeredVersion } from '../testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let does: Caller;
let validator: Caller;
let number = 0;
/** A model with one version made by the contributor, new for each test. */
let name: string;
const models = '/projects/project-1/models';

beforeAll(async () => {
  t = await plinth({ projects: 2 });
  does = t.as('contributor');
  validator = t.as('validator');
});
afterAll(() => t?.stop());
beforeEach(async () => {
  number += 1;
  name = `model-${number}`;
  await registeredVersion(does, 'project-1', name);
  await t.newEvents();
});

const setAlias = (who: Caller, alias = 'prod', version = 1) => who.put(`${models}/${name}/aliases/${alias}`, { version });
const ask = (who: Caller, version = 1, channel = 'prod') =>
  who.post('/approvals', { subject: `models:/${name}/${version}`, channel, project: 'project-1' });
const decide = (who: Caller, id: string, decision = 'approved', comment = 'Looked at it.') =>
  who.post(`/approvals/${id}/decision`, { decision, comment });

describe('a protected channel', () => {
  it('lets nobody in without an approval, whoever they are; the question is opened once, and nothing else changes', async () => {
    const first = await setAlias(does);
    expect([first.status, first.body.code]).toEqual([409, 'approval-required']);
    expect(await t.newEvents()).toEqual(['approval.requested', 'access.refused']);
    const second = await setAlias(t.as('owner'));
    expect(second.body.approvalId).toBe(first.body.approvalId);
    expect((await setAlias(t.admin)).body.approvalId).toBe(first.body.approvalId);
    expect(await t.newEvents()).toEqual(['access.refused', 'access.refused']);
    expect((await does.get(`${models}/${name}`)).body.aliases).toEqual([]);
    expect((await does.get(`${models}/${name}/alias-changes`)).body.items).toEqual([]);
  });

  it.each(['prod', 'PROD', 'Production', 'champion', 'ｃｈａｍｐｉｏｎ'])('is behind the alias %s too', async (alias) => {
    expect((await setAlias(does, encodeURIComponent(alias))).body.code).toBe('approval-required');
  });

  it('answers each of many who come at once, with one question', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => setAlias(does)));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.code} ${answer.body.approvalId}`)).size).toBe(1);
    expect((await t.newEvents()).filter((verb) => verb === 'approval.requested')).toHaveLength(1);
  });

  it('is behind what a project protects besides, which only its owners say', async () => {
    const policy = '/projects/project-1/policy';
    expect((await does.put(policy, { protectedAliases: ['live'] })).status).toBe(403);
    expect((await t.as('member').get(policy)).status).toBe(404);
    await t.newEvents();
    const { body } = await t.as('owner').put(policy, { protectedAliases: ['Live', 'live', 'prod'] });
    expect(await t.newEvents()).toEqual(['policy.changed']);
    expect(body.protectedAliases.map((one: { alias: string }) => one.alias)).toEqual(['prod', 'production', 'champion', 'live']);
    expect((await setAlias(does, 'LIVE')).body.code).toBe('approval-required');
    await t.as('owner').put(policy, { protectedAliases: [] });
    expect((await setAlias(does, 'live')).body.aliases).toEqual([{ alias: 'live', version: 1, protected: false }]);
    expect((await setAlias(does)).body.code).toBe('approval-required');
  });

  it('leaves open what is open', async () => {
    expect((await setAlias(does, 'challenger')).status).toBe(200);
    expect((await ask(does, 1, 'beta')).body.code).toBe('invalid-input');
  });

  it('lets in exactly the version that somebody else approved', async () => {
    await does.post(`${models}/${name}/versions`, { copyOf: `models:/${name}/1` });
    const { body: asked } = await ask(does);
    expect((await decide(validator, asked.id)).body).toMatchObject({ state: 'approved', decidedBy: { name: 'Validator' } });
    expect((await setAlias(does, 'prod', 2)).body.code).toBe('approval-required');
    await t.newEvents();
    expect((await setAlias(does)).body.aliases).toEqual([{ alias: 'prod', version: 1, protected: true }]);
    expect(await t.newEvents()).toEqual(['model.alias-set']);
    const { items } = (await does.get(`${models}/${name}/alias-changes`)).body;
    expect(items[0]).toMatchObject({ alias: 'prod', toVersion: 1, approvalId: asked.id });
    expect((await ask(does)).body).toMatchObject({ id: asked.id, state: 'approved' });
  });

  it('closes again when the approved bytes are no longer those that are stored', async () => {
    const { body: asked } = await ask(does);
    await decide(validator, asked.id);
    const { id } = (await does.get(`${models}/${name}/versions/1`)).body;
    await t.app.platform.database.pool.query(
      "update artifacts set sha256 = repeat('0', 64) where owner_ref = $1 and path = 'model.pkl'",
      [`version:${id}`],
    );
    const refused = await setAlias(does);
    expect(refused.body.code).toBe('approval-required');
    expect(refused.body.approvalId).not.toBe(asked.id);
  });
});

describe('a decision', () => {
  it('is not taken by those who made or submitted the version, whatever their role', async () => {
    await t.admin.post('/projects/project-1/members', { email: 'contributor@example.org', role: 'owner' });
    const { body: mine } = await ask(does);
    await t.newEvents();
    expect((await decide(does, mine.id)).body).toMatchObject({ status: 403, code: 'self-approval' });
    expect(await t.newEvents()).toEqual(['access.refused']);
    await t.admin.post('/projects/project-1/members', { email: 'contributor@example.org', role: 'contributor' });
    const { body: byOwner } = await t.as('owner').post('/approvals', {
      subject: `models:/${name}/1`,
      channel: 'prod',
      project: 'project-1',
    });
    expect(byOwner.id).toBe(mine.id);
    await decide(validator, mine.id, 'rejected');
    const { body: again } = await t.as('owner').post('/approvals', {
      subject: `models:/${name}/1`,
      channel: 'prod',
      project: 'project-1',
    });
    expect(again.id).not.toBe(mine.id);
    expect((await decide(t.as('owner'), again.id)).body.code).toBe('self-approval');
    expect((await decide(t.admin, again.id)).status).toBe(200);
  });

  it('is not taken by the one who wrote the code that the run was on', async () => {
    const writer = t.as('owner');
    const project = (await writer.post('/projects', { name: `Coded ${number}`, template: 'python-scikit-learn' })).body;
    for (const [who, role] of [
      ['contributor', 'contributor'],
      ['validator', 'validator'],
    ])
      await t.admin.post(`/projects/${project.slug}/members`, { email: `${who}@example.org`, role });
    const { runId } = await registeredVersion(does, project.slug, 'coded');
    const { head } = (await does.get(`/projects/${project.slug}/repo`)).body;
    await t.app.platform.database.pool.query('update runs set commit = $1 where id = $2', [head, runId]);
    const subject = { subject: 'models:/coded/1', channel: 'prod', project: project.slug };
    const { body: asked } = await does.post('/approvals', subject);
    expect(asked.authors.map((author: { name: string }) => author.name).sort()).toEqual(['Contributor', 'Owner']);
    expect((await decide(writer, asked.id)).body.code).toBe('self-approval');
    expect((await decide(validator, asked.id)).status).toBe(200);
  });

  it('is not taken by those whose run or service account made it', async () => {
    const system = systemContext(t.app.platform, 'test');
    const id = newId('sva');
    const token = await transaction(system, async (tx) => {
      await tx.db
        .insertInto('serviceAccounts')
        .values({ id, name: 'ci', projectId: t.projects[0]!.id, createdBy: t.as('owner').id, disabledAt: null })
        .execute();
      await insertGrant(tx, { subjectId: id, scopeId: t.projects[0]!.id, role: 'owner' });
      return (await makeToken(tx, { ownerId: id, name: 'ci', kind: 'service-account' })).token;
    });
    const account = t.withToken(token);
    name = `${name}-ci`;
    await registeredVersion(account, 'project-1', name);
    const { body: asked } = await ask(does);
    expect(asked.authors.map((author: { name: string }) => author.name).sort()).toEqual(['Owner', 'ci']);
    expect((await decide(account, asked.id)).status).toBe(403);
    expect((await decide(t.as('owner'), asked.id)).body.code).toBe('self-approval');
    expect((await decide(validator, asked.id)).status).toBe(200);
  });

  it('is not taken by those who put one of its files, or registered what it is a copy of', async () => {
    const runId = await logModel(does, 'project-1');
    const file = `/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/model/model.pkl`;
    await t.as('owner').put(file, 'other bytes');
    await does.post(`${models}/${name}/versions`, { runId, path: 'model' });
    expect((await decide(t.as('owner'), (await ask(does, 2)).body.id)).body.code).toBe('self-approval');
    await t.admin.post(`${models}/${name}/versions`, { copyOf: `models:/${name}/1` });
    await does.post(`${models}/${name}/versions`, { copyOf: `models:/${name}/3` });
    expect((await decide(t.admin, (await ask(does, 4)).body.id)).body.code).toBe('self-approval');
  });

  it('is not taken by those without the role, and strangers do not learn of it', async () => {
    const { body: asked } = await ask(does);
    expect((await decide(t.as('viewer'), asked.id)).status).toBe(403);
    expect((await decide(t.as('member'), asked.id)).status).toBe(404);
    expect((await t.as('member').get(`/approvals/${asked.id}`)).status).toBe(404);
    expect((await t.as('viewer').get(`/approvals/${asked.id}`)).body.whyNotMe).toMatch(/role/);
    expect((await ask(t.as('viewer'))).status).toBe(403);
    expect((await ask(t.as('member'))).status).toBe(404);
  });

  it('stands once it is taken: of two at once, one is told so', async () => {
    const { body: asked } = await ask(does);
    const both = await Promise.all([decide(validator, asked.id), decide(t.admin, asked.id, 'rejected'), setAlias(does)]);
    expect(both.map((answer) => answer.status).filter((status) => status === 200 || status === 409)).toHaveLength(3);
    const [one, two, alias] = both;
    expect([one!.status, two!.status].sort()).toEqual([200, 409]);
    expect([one!.body.code, two!.body.code]).toContain('approval-decided');
    const { body: now } = await does.get(`/approvals/${asked.id}`);
    expect(now.state).toBe(one!.status === 200 ? 'approved' : 'rejected');
    if (alias!.status === 200) expect(now.state).toBe('approved');
    expect((await t.newEvents()).filter((verb) => /^approval\.(approved|rejected)$/.test(verb))).toHaveLength(1);
  });

  it('to reject needs a reason, which the doors then tell until it is submitted again', async () => {
    const { body: asked } = await ask(does);
    expect((await decide(validator, asked.id, 'rejected', ' ')).body.errors[0].pointer).toBe('/comment');
    await decide(validator, asked.id, 'rejected', 'Fails for people under 25.');
    const refused = await setAlias(does);
    expect(refused.body).toMatchObject({ code: 'approval-rejected', reason: 'Fails for people under 25.', approvalId: asked.id });
    const { body: again } = await ask(does);
    expect(again).toMatchObject({ state: 'pending' });
    expect(again.id).not.toBe(asked.id);
    await decide(validator, again.id);
    expect((await setAlias(does)).status).toBe(200);
  });

  it('that races an alias never lets a rejected version through', async () => {
    const { body: asked } = await ask(does);
    const answers = await Promise.all([
      setAlias(does),
      setAlias(does),
      decide(validator, asked.id, 'rejected', 'No.'),
      setAlias(does),
      setAlias(does),
    ]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect((await does.get(`${models}/${name}`)).body.aliases).toEqual([]);
    expect((await setAlias(does)).body.code).toBe('approval-rejected');
  });

  it('keeps the card that it was taken on, and is tied into the lineage', async () => {
    const { body: asked } = await ask(does);
    expect((await does.get(`/approvals/${asked.id}`)).body.evidence).toBeNull();
    await decide(validator, asked.id);
    await does.patch(`${models}/${name}`, { intendedUse: 'Said later.' });
    const { body } = await does.get(`/approvals/${asked.id}`);
    expect(body.evidence).toMatchObject({ address: `models:/${name}/1`, digest: asked.digest });
    expect(body.evidence.completeness.missing).toContain('Intended use');
    expect(body.evidenceSha256).toMatch(/^[0-9a-f]{64}$/);
    const { edges } = (await does.get(`/lineage?node=approval:${asked.id}&depth=1`)).body;
    expect(edges).toEqual([expect.objectContaining({ from: asked.subjectRef, kind: 'used' })]);
    const card = (await does.get(`${models}/${name}/versions/1/card`)).body;
    expect(card.fields.find((one: { key: string }) => one.key === 'approvals').text).toBe('approved for prod by Validator');
  });

  it('is no longer asked for when the version is deleted', async () => {
    const { body: asked } = await ask(does);
    await t.newEvents();
    await does.delete(`${models}/${name}/versions/1`);
    expect(await t.newEvents()).toEqual(['approval.withdrawn', 'version.deleted']);
    expect((await decide(validator, asked.id)).body.code).toBe('approval-decided');
    expect((await does.get(`/approvals/${asked.id}`)).body.state).toBe('withdrawn');
  });
});

describe('the inbox', () => {
  it('shows what waits for me: open, of others, where my role decides', async () => {
    const before = (await validator.get('/approvals?mine=true')).body.waitingForMe;
    const { body: asked } = await ask(does);
    const inbox = (await validator.get('/approvals?mine=true&state=pending')).body;
    expect(inbox.waitingForMe).toBe(before + 1);
    expect(inbox.items[0]).toMatchObject({
      id: asked.id,
      subject: `models:/${name}/1`,
      projectSlug: 'project-1',
      authors: [{ id: does.id, name: 'Contributor' }],
      requestedBy: { name: 'Contributor' },
      waitsForMe: true,
      whyNotMe: null,
    });
    const ids = async (who: Caller) => (await who.get('/approvals?mine=true')).body.items.map((item: { id: string }) => item.id);
    expect(await ids(does)).toEqual([]);
    expect(await ids(t.as('viewer'))).toEqual([]);
    expect(await ids(t.as('owner'))).toContain(asked.id);
    expect((await t.as('member').get('/approvals')).body).toMatchObject({ items: [], waitingForMe: 0 });
    const mine = (await does.get('/approvals?state=pending&project=project-1')).body.items;
    expect(mine.find((item: { id: string }) => item.id === asked.id)).toMatchObject({ waitsForMe: false });
    await decide(validator, asked.id);
    expect(await ids(validator)).not.toContain(asked.id);
  });

  it('calls a renamed model by its new name', async () => {
    const { body: asked } = await ask(does);
    await does.patch(`${models}/${name}`, { name: `${name}-renamed` });
    expect((await does.get(`/approvals/${asked.id}`)).body.subject).toBe(`models:/${name}-renamed/1`);
  });

  it.each(['/approvals?cursor=x', '/approvals?state=none', '/approvals?mine=perhaps', '/approvals?limit=0'])(
    'answers %s with 400',
    async (path) => {
      expect((await does.get(path)).status).toBe(400);
    },
  );

  it.each(['models:/none/1', 'models:/none@prod', 'models:/', 'file:///etc', 'models:/x/99999999999999'])(
    'takes no question about %s',
    async (subject) => {
      const { status } = await does.post('/approvals', { subject, channel: 'prod', project: 'project-1' });
      expect([400, 404]).toContain(status);
    },
  );
});

describe('a project in the trash', () => {
  it('takes its approvals with it', async () => {
    await registeredVersion(t.as('owner'), 'project-2', 'trashed');
    const owner = t.as('owner');
    const subject = { subject: 'models:/trashed/1', channel: 'prod', project: 'project-2' };
    const { id } = (await owner.post('/approvals', subject)).body;
    expect((await owner.get(`/approvals/${id}`)).body.state).toBe('pending');
    expect((await owner.delete('/projects/project-2')).status).toBe(204);
    expect((await owner.get(`/approvals/${id}`)).status).toBe(404);
  });
});
