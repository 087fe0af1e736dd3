import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../testing/plinth.ts';

let t: TestPlinth;
let folder: string;
let server: Server;
let remote: string;
beforeAll(async () => {
  t = await plinth({ env: { PLINTH_EGRESS_ALLOW: '127.0.0.1' } });
  folder = await mkdtemp(join(tmpdir(), 'plinth-remotes-'));
  server = serveRepositories(folder);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await t?.stop();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** Somebody else's git server: git's own program behind HTTP, and a few addresses that misbehave. */
function serveRepositories(root: string): Server {
  return createServer((request, response) => {
    const url = new URL(request.url!, 'http://x');
    if (url.pathname.startsWith('/moved'))
      return void response.writeHead(302, { location: url.href.replace('http://x/moved', remote) }).end();
    if (url.pathname.startsWith('/private')) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    const env = {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    };
    const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], { env });
    request.pipe(child.stdin);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('close', () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const headers = all
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': ') as [string, string]);
      const status = headers.find(([name]) => name === 'Status')?.[1];
      response.writeHead(status ? Number.parseInt(status, 10) : 200, headers.filter(([name]) => name !== 'Status').flat());
      response.end(all.subarray(end + 4));
    });
  });
}

async function makeRemote(name: string, files: Record<string, string>, branch = 'main', after: string[][] = []): Promise<string> {
  const work = join(folder, `${name}-work`);
  await mkdir(work);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const run = (args: string[]) => promisify(execFile)('git', args, { cwd: work, env });
  await run(['init', '--quiet', `--initial-branch=${branch}`]);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(work, path, '..'), { recursive: true });
    await writeFile(join(work, path), text);
  }
  if (Object.keys(files).length > 0) {
    await run(['add', '.']);
    await run(['commit', '--quiet', '-m', 'Theirs']);
  }
  for (const args of after) await run(args);
  await run(['clone', '--quiet', '--bare', '.', join(folder, `${name}.git`)]);
  return `${remote}/${name}.git`;
}

const repositories = async (): Promise<string[]> =>
  (await readdir(join(t.home, 'repos'))).filter((name) => !name.startsWith('hooks')).sort();
const projectCount = async (): Promise<number> =>
  Number((await t.app.platform.database.pool.query('select count(*) as count from projects')).rows[0].count);

/** Runs what must fail and expects that no row, folder or domain event is left of it. */
async function expectNothingMade(body: object, expected: object, status = 400): Promise<void> {
  await t.newEvents();
  const [count, folders] = [await projectCount(), await repositories()];
  const answer = await t.as('member').post('/projects', body);
  expect(answer.body).toMatchObject(expected);
  expect(answer.status).toBe(status);
  expect(await projectCount()).toBe(count);
  expect(await repositories()).toEqual(folders);
  expect(await t.newEvents()).toEqual([]);
}

describe('what makes no project', () => {
  it('refuses callers without credentials and those who may not create', async () => {
    expect((await t.as('nobody').post('/projects', { name: 'X' })).status).toBe(401);
    expect((await t.as('nobody').get('/templates')).status).toBe(401);
    await t.newEvents();
    expect((await t.as('auditor').post('/projects', { name: 'X' })).status).toBe(403);
    expect(await t.newEvents()).toEqual(['access.refused']);
  });

  it('names the field that is wrong', async () => {
    await expectNothingMade({}, { errors: [{ pointer: '/name' }] });
    await expectNothingMade({ name: ' ' }, { errors: [{ pointer: '/name' }] });
    await expectNothingMade({ name: 'X', slug: 'Not A Slug' }, { errors: [{ pointer: '/slug' }] });
    await expectNothingMade(
      { name: 'X', template: 'nope' },
      { errors: [{ pointer: '/template', detail: expect.stringContaining('python-scikit-learn') }] },
    );
    await expectNothingMade({ name: 'X', template: '../../docs' }, { errors: [{ pointer: '/template' }] });
    await expectNothingMade({ name: 'X', folderId: 'fld_nope' }, { errors: [{ pointer: '/folderId' }] });
    await expectNothingMade(
      { name: 'X', template: 'python-scikit-learn', gitUrl: 'https://example.org/x.git' },
      { errors: [{ pointer: '/gitUrl' }] },
    );
    await expectNothingMade({ name: 'X', colour: 'red' }, { errors: [{ pointer: '/colour' }] });
  });

  it('leaves nothing when a member is unknown, though the repository was made before', async () => {
    const members = [
      { email: 'viewer@example.org', role: 'viewer' },
      { email: 'nobody@example.org', role: 'viewer' },
    ];
    await expectNothingMade(
      { name: 'X', template: 'python-scikit-learn', members },
      { errors: [{ pointer: '/members/1/email' }] },
    );
  });

  it.each([
    'ext::sh -c touch% /tmp/plinth-ext',
    'file:///etc',
    '/etc',
    'ssh://x@127.0.0.1/x.git',
    'git@127.0.0.1:x.git',
    '--upload-pack=touch /tmp/plinth-ext',
    'https://-oProxyCommand=x/x',
  ])('takes no address like %s', async (gitUrl) => {
    await expectNothingMade({ name: 'X', gitUrl }, { errors: [{ pointer: '/gitUrl' }] });
    expect(await readdir('/tmp')).not.toContain('plinth-ext');
  });

  it('copies from nowhere inside the network that is not allowed, and takes no password', async () => {
    for (const gitUrl of [
      'http://169.254.169.254/latest',
      'http://10.0.0.1/x.git',
      'http://[::1]/x.git',
      'git://192.168.0.1/x',
    ]) {
      await expectNothingMade({ name: 'X', gitUrl }, { code: 'egress-refused', errors: [{ pointer: '/gitUrl' }] });
    }
    await expectNothingMade({ name: 'X', gitUrl: 'http://ada:secret@127.0.0.1/x.git' }, { errors: [{ pointer: '/gitUrl' }] });
  });

  it('says why a repository could not be copied', async () => {
    await expectNothingMade({ name: 'X', gitUrl: `${remote}/nothing.git` }, { code: 'git-import-failed' });
    await expectNothingMade(
      { name: 'X', gitUrl: `${remote}/private/x.git` },
      { code: 'git-import-failed', detail: expect.stringContaining('name and password') },
    );
    await expectNothingMade({ name: 'X', gitUrl: `http://127.0.0.1:1/x.git` }, { code: 'git-import-failed' });
    const empty = await makeRemote('empty', {});
    await expectNothingMade(
      { name: 'X', gitUrl: empty },
      { code: 'git-import-failed', detail: expect.stringContaining('no commit') },
    );
    const real = await makeRemote('real', { a: '1' });
    await expectNothingMade(
      { name: 'X', gitUrl: real.replace(remote, `${remote}/moved`) },
      { code: 'git-import-failed', detail: expect.stringContaining('another address') },
    );
  });
});

describe('a project', () => {
  it('begins empty, with its repository', async () => {
    await t.newEvents();
    const made = await t.as('member').post('/projects', { name: 'Nothing yet' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      slug: 'nothing-yet',
      template: null,
      gitUrl: null,
      defaultEnvironmentId: null,
      myRole: 'owner',
    });
    expect(await repositories()).toContain(`${made.body.id}.git`);
    expect((await t.as('member').get('/projects/nothing-yet/repo')).body).toMatchObject({ empty: true });
    expect(await t.newEvents()).toEqual(['project.created']);
  });

  it('begins with a template: files, goal, people and the environment that is built for it', async () => {
    await t.newEvents();
    const made = await t.as('member').post('/projects', {
      name: 'Tumour triage',
      template: 'python-scikit-learn',
      stage: 'data',
      goal: { title: 'Fewer missed', metric: 'test_roc_auc', target: 0.99 },
      members: [
        { email: 'viewer@example.org', role: 'viewer' },
        { subjectId: t.as('contributor').id, role: 'contributor' },
      ],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      stage: 'data',
      goal: 'Fewer missed',
      template: expect.stringMatching(/^python-scikit-learn@[0-9a-f]{16}$/),
    });
    const events = await t.newEvents();
    expect(events.slice(0, 4)).toEqual(['project.created', 'member.added', 'member.added', 'repo.pushed']);
    expect(events).toEqual(expect.arrayContaining(['environment.created', 'environment-revision.queued', 'project.changed']));
    const { slug, defaultEnvironmentId } = made.body;
    const tree = await t.as('viewer').get(`/projects/${slug}/repo/tree`);
    expect(tree.body.items.map((item: { name: string }) => item.name)).toEqual([
      'tests',
      '.gitignore',
      'README.md',
      'plinth.yaml',
      'requirements.txt',
      'train.py',
    ]);
    const commits = await t.as('viewer').get(`/projects/${slug}/repo/commits`);
    expect(commits.body.items).toMatchObject([{ author: 'Member', subject: 'Begin with template python-scikit-learn' }]);
    const file = await t.as('viewer').get(`/projects/${slug}/repo/file?path=plinth.yaml`);
    expect(file.body.text).toMatch(/^project: tumour-triage\n/);
    const environment = await t.as('viewer').get(`/environments/${defaultEnvironmentId}`);
    expect(environment.body).toMatchObject({ name: slug, projectId: made.body.id, newestRevision: { number: 1 } });
    const revisions = await t.as('viewer').get(`/environments/${defaultEnvironmentId}/revisions`);
    expect(revisions.body.items[0].packages).toEqual(
      expect.arrayContaining([expect.stringMatching(/^scikit-learn==/), expect.stringMatching(/^mlflow==/)]),
    );
  });

  it('begins with a copy of a repository, whose main branch becomes main, with its environment', async () => {
    const gitUrl = await makeRemote(
      'theirs',
      {
        'train.py': 'print(1)\n',
        'requirements.txt': '-r base.txt\nours @ file:///x\n',
        'base.txt': 'six==1.17.0\n',
        '.python-version': '3.11\n',
      },
      'master',
      [
        ['branch', 'next'],
        ['tag', 'v1'],
      ],
    );
    const made = await t.as('member').post('/projects', { name: 'Theirs', gitUrl });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ gitUrl, template: null });
    expect((await t.as('member').get('/projects/theirs/repo/file?path=train.py')).body.text).toBe('print(1)\n');
    expect((await t.as('member').get('/projects/theirs/repo/commits?revision=next')).status).toBe(200);
    expect((await t.as('member').get('/projects/theirs/repo/commits?revision=v1')).status).toBe(200);
    expect((await t.as('member').get('/projects/theirs/repo/commits?revision=master')).status).toBe(400);
    const environment = (await t.as('member').get(`/environments/${made.body.defaultEnvironmentId}`)).body;
    expect(environment.description).toContain('ours @ file:///x');
    const revision = (await t.as('member').get(`/environments/${environment.id}/revisions`)).body.items[0];
    expect(revision).toMatchObject({ python: '3.11', packages: ['six==1.17.0'] });
  });

  it('keeps a main that is there already, and has no environment where no file asks for one', async () => {
    const gitUrl = await makeRemote('both', { 'a.txt': 'a\n' }, 'master', [['branch', 'main']]);
    const made = await t.as('member').post('/projects', { name: 'Both', gitUrl });
    expect(made.body.defaultEnvironmentId).toBeNull();
    expect((await t.as('member').get('/projects/both/repo/commits?revision=master')).status).toBe(200);
  });

  it('is made once when its creation is repeated under one key', async () => {
    const headers = { 'idempotency-key': 'once-only' };
    const one = await t.as('member').post('/projects', { name: 'Once' }, headers);
    const two = await t.as('member').post('/projects', { name: 'Once' }, headers);
    expect(two.body.id).toBe(one.body.id);
    expect((await t.as('member').post('/projects', { name: 'Other', slug: 'once' })).body.code).toBe('slug-taken');
  });

  it('gets its own slug when several with one name are made at once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => t.as('member').post('/projects', { name: 'Same name' })));
    expect(made.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    const slugs = made.filter(({ status }) => status === 201).map(({ body }) => body.slug);
    expect(new Set(slugs).size).toBe(slugs.length);
  });
});

describe('templates', () => {
  it('are listed by pages and shown with readme and files', async () => {
    const { body } = await t.as('viewer').get('/templates?limit=1');
    expect(body.items[0]).toMatchObject({
      name: 'python-scikit-learn',
      language: 'python',
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const one = await t.as('viewer').get('/templates/python-scikit-learn');
    expect(one.body.readme).toMatch(/^# /);
    expect(one.body.goal).toMatchObject({ metric: 'test_roc_auc' });
    expect(one.body.files.map((file: { path: string }) => file.path)).toEqual([
      '.gitignore',
      'README.md',
      'plinth.yaml',
      'requirements.txt',
      'tests/test_train.py',
      'train.py',
    ]);
    expect(one.body.contents).toBeUndefined();
    expect((await t.as('viewer').get('/templates/..%2Fdocs')).status).toBe(404);
  });
});
