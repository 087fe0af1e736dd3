import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
});
afterAll(() => t?.stop());

async function makeFolder(name: string, parentId: string | null = null): Promise<string> {
  const made = await t.admin.post('/folders', { name, parentId });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}
const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map((item) => item.name);

describe('who may not', () => {
  it('make folders at the top, or see those they have nothing in', async () => {
    const secret = await makeFolder('Acquisition');
    await t.newEvents();
    expect((await t.as('owner').post('/folders', { name: 'Mine' })).status).toBe(403);
    expect((await t.as('owner').get(`/folders/${secret}`)).status).toBe(404);
    expect((await t.as('owner').post('/folders', { name: 'Mine', parentId: secret })).body.errors[0].pointer).toBe('/parentId');
    expect(await t.newEvents()).toEqual(['access.refused', 'access.refused']);
    expect((await t.as('owner').get('/folders')).body.items).toEqual([]);
    expect((await t.as('owner').post('/projects', { name: 'Smuggled', folderId: secret })).body.errors[0].pointer).toBe(
      '/folderId',
    );
    expect(names(await t.as('auditor').get('/folders'))).toContain('Acquisition');
  });
});

describe('the tree', () => {
  it('has one name once in a place, no circles, and eight levels', async () => {
    const top = await makeFolder('Levels');
    expect((await t.admin.post('/folders', { name: 'LEVELS' })).body.code).toBe('folder-exists');
    let id = top;
    for (let level = 2; level <= 8; level++) id = await makeFolder(`Level ${level}`, id);
    expect((await t.admin.get(`/folders/${id}`)).body).toMatchObject({
      depth: 8,
      path: expect.arrayContaining(['Levels', 'Level 8']),
    });
    expect((await t.admin.post('/folders', { name: 'Level 9', parentId: id })).body.code).toBe('folder-too-deep');
    expect((await t.admin.patch(`/folders/${top}`, { parentId: id })).body.code).toBe('folder-into-itself');
    expect((await t.admin.patch(`/folders/${top}`, { parentId: top })).body.code).toBe('folder-into-itself');
    const other = await makeFolder('Other');
    expect((await t.admin.patch(`/folders/${top}`, { parentId: other })).body.code).toBe('folder-too-deep');
    expect((await t.admin.patch(`/folders/${other}`, { name: 'Renamed' }, { 'if-match': '"7"' })).status).toBe(412);
    expect((await t.admin.delete(`/folders/${top}`)).body.code).toBe('folder-not-empty');
    expect((await t.admin.delete(`/folders/${id}`)).status).toBe(204);
    expect((await t.admin.get(`/folders/${id}`)).status).toBe(404);
  });

  it('stays a tree when two people move at once', async () => {
    const [a, b] = [await makeFolder('A'), await makeFolder('B')];
    const answers = await Promise.all([
      t.admin.patch(`/folders/${a}`, { parentId: b }),
      t.admin.patch(`/folders/${b}`, { parentId: a }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });
});

describe('a role on a folder', () => {
  it('reaches every project below it, also after moves, and none of it needs a new id', async () => {
    const [bank, risk] = [await makeFolder('Bank'), await makeFolder('Risk')];
    const team = await makeFolder('Team', bank);
    const sees = async (project = 'project-1') => (await t.as('member').get(`/projects/${project}`)).status === 200;
    await t.admin.post(`/folders/${bank}/members`, { email: 'member@example.org', role: 'viewer' });
    expect(await sees()).toBe(false);
    // Owning the project is not enough: its people come in by the folder.
    expect((await t.as('owner').patch('/projects/project-1', { folderId: team })).body.errors[0].pointer).toBe('/folderId');
    await t.admin.post(`/folders/${team}/members`, { email: 'owner@example.org', role: 'contributor' });
    await t.newEvents();
    const moved = await t.as('owner').patch('/projects/project-1', { folderId: team });
    expect(moved.body).toMatchObject({ id: t.projects[0]!.id, slug: 'project-1', folderId: team, folderName: 'Team' });
    expect(await t.newEvents()).toEqual(['project.moved']);
    expect(await sees()).toBe(true);
    expect((await t.as('member').get('/projects/project-1')).body.myRole).toBe('viewer');
    expect((await t.as('member').patch('/projects/project-1', { name: 'x' })).status).toBe(403);
    expect(names(await t.as('member').get(`/projects?folder=${team}`))).toEqual(['Project 1']);

    expect((await t.as('owner').patch(`/folders/${team}`, { parentId: risk })).status).toBe(403);
    expect((await t.admin.patch(`/folders/${team}`, { parentId: risk })).body.path).toEqual(['Risk', 'Team']);
    expect(await sees()).toBe(false);
    expect((await t.as('owner').get('/projects/project-1')).status).toBe(200);
    expect((await t.admin.patch(`/folders/${risk}`, { parentId: bank })).body.path).toEqual(['Bank', 'Risk']);
    expect(await sees()).toBe(true);
    const { rows } = await t.app.platform.database.pool.query(
      'select ancestor_id from scope_ancestors where scope_id = $1 order by ancestor_id',
      [t.projects[0]!.id],
    );
    expect(rows.map((row) => row.ancestor_id)).toEqual([t.projects[0]!.id, bank, risk, team, 'org_main'].sort());

    // Out again: it takes a right on the folder, not only on the project.
    await t.admin.delete(`/folders/${team}/members/${t.as('owner').id}`);
    expect((await t.as('owner').patch('/projects/project-1', { folderId: null })).status).toBe(403);
    expect((await t.admin.patch('/projects/project-1', { folderId: null })).body.folderId).toBeNull();
    expect(await sees()).toBe(false);
    expect((await t.admin.delete(`/folders/${team}`)).status).toBe(204);
  });

  it('shows the way to what one may see, and no more', async () => {
    const outer = await makeFolder('Outer');
    const [inner, beside] = [await makeFolder('Inner', outer), await makeFolder('Beside', outer)];
    await t.admin.patch('/projects/project-1', { folderId: null });
    await t.admin.patch('/projects/project-2', { folderId: inner });
    await t.as('owner').post('/projects/project-2/members', { email: 'validator@example.org', role: 'viewer' });
    expect(names(await t.as('consumer').get('/folders'))).toEqual([]);
    expect(names(await t.as('validator').get('/folders'))).toEqual(['Inner', 'Outer']);
    expect((await t.as('validator').get(`/folders?parent=${outer}`)).body.items).toMatchObject([
      { name: 'Inner', projectCount: 1, myRole: null },
    ]);
    expect((await t.as('validator').get(`/folders/${outer}`)).body).toMatchObject({ folderCount: 1, projectCount: 0 });
    expect((await t.as('validator').get(`/folders/${outer}/members`)).status).toBe(403);
    expect((await t.as('validator').get(`/folders/${beside}`)).status).toBe(404);
  });

  it('of an owner lets them keep the folder, and runs out when it says so', async () => {
    const folder = await makeFolder('Kept');
    const member = (await t.admin.post(`/folders/${folder}/members`, { subjectId: t.as('member').id, role: 'owner' })).body;
    expect(member).toMatchObject({ kind: 'person', name: 'Member', role: 'owner', expiresAt: null });
    expect((await t.as('member').post('/folders', { name: 'Below', parentId: folder })).status).toBe(201);
    expect((await t.as('member').post('/projects', { name: 'Inside', folderId: folder })).body.folderName).toBe('Kept');
    expect((await t.as('member').patch(`/folders/${folder}`, { parentId: null, name: 'Still' })).body.name).toBe('Still');
    expect(
      (
        await t.admin.post(`/folders/${folder}/members`, {
          subjectId: t.as('viewer').id,
          role: 'viewer',
          expiresAt: '2020-01-01T00:00:00Z',
        })
      ).body.errors[0].pointer,
    ).toBe('/expiresAt');
    const soon = new Date(Date.now() + 1_500).toISOString();
    await t.admin.post(`/folders/${folder}/members`, { subjectId: t.as('viewer').id, role: 'viewer', expiresAt: soon });
    expect((await t.as('viewer').get(`/folders/${folder}`)).status).toBe(200);
    await t.until('the role to run out', async () => (await t.as('viewer').get(`/folders/${folder}`)).status === 404, 10_000);
  });
});
