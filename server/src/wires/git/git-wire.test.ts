import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../../testing/plinth.ts';

let t: TestPlinth;
let folder: string;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  folder = await mkdtemp(join(tmpdir(), 'plinth-git-'));
});
afterAll(async () => {
  await t?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Role = Parameters<TestPlinth['as']>[0];

/** The real git, as a person would have it: only their token is known to it. */
async function git(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  try {
    const { stdout, stderr } = await promisify(execFile)('git', args, { cwd, env, timeout: 60_000 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as unknown as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

const addressOf = (role: Role, project = 'project-1'): string =>
  `${t.url.replace('//', `//${role}:${t.as(role).token}@`)}/git/${project}.git`;

let clones = 0;
async function clone(role: Role, project = 'project-1'): Promise<string> {
  const target = join(folder, `clone-${clones++}`);
  const { code, output } = await git(
    folder,
    'clone',
    '--quiet',
    '-c',
    'init.defaultBranch=main',
    addressOf(role, project),
    target,
  );
  expect(output).not.toContain('fatal');
  expect(code).toBe(0);
  return target;
}

async function commit(cwd: string, path: string, content: string | Buffer, message = `Write ${path}`): Promise<string> {
  await writeFile(join(cwd, path), content);
  await git(cwd, 'add', path);
  await git(cwd, 'commit', '--quiet', '-m', message);
  return (await git(cwd, 'rev-parse', 'HEAD')).output.trim();
}

const headOf = async (project = 'project-1'): Promise<string | null> =>
  (await t.as('owner').get(`/projects/${project}/repo`)).body.head;

describe('who may not', () => {
  it('is asked for a name and password without credentials', async () => {
    const answer = await fetch(`${t.url}/git/project-1.git/info/refs?service=git-upload-pack`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect((await git(folder, 'clone', `${t.url}/git/project-1.git`)).output).toMatch(
      /could not read Username|terminal prompts disabled/,
    );
    expect((await git(folder, 'clone', `${t.url.replace('//', '//x:pln_wrong@')}/git/project-1.git`)).output).toContain(
      'Authentication failed',
    );
  });

  it('cannot tell a repository that they may not see from one that is not there', async () => {
    for (const address of [addressOf('member'), addressOf('owner', 'nothing-here')]) {
      expect((await git(folder, 'clone', address)).output).toMatch(/not found/);
    }
    const answer = await t.as('consumer').get('/git/project-1.git/info/refs?service=git-upload-pack');
    expect(answer.status).toBe(404);
  });

  it('clones but cannot push as a viewer: 403, no ref moved, one refusal on record', async () => {
    const before = await headOf();
    const work = await clone('viewer');
    await commit(work, 'mine.txt', 'x');
    await t.newEvents();
    const pushed = await git(work, 'push', 'origin', 'HEAD:main');
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('403');
    expect(await t.newEvents()).toEqual(['access.refused']);
    expect(
      (
        await t
          .as('viewer')
          .post('/git/project-1.git/git-receive-pack', '0000', { 'content-type': 'application/x-git-receive-pack-request' })
      ).status,
    ).toBe(403);
    expect(await headOf()).toBe(before);
  });

  it('gets no 5xx for nonsense', async () => {
    const owner = t.as('owner');
    const type = { 'content-type': 'application/x-git-upload-pack-request' };
    expect((await owner.get('/git/project-1.git/info/refs')).status).toBe(403);
    expect((await owner.get('/git/project-1.git/info/refs?service=git-evil')).status).toBe(403);
    expect((await owner.get('/git/project-1/info/refs?service=git-upload-pack')).status).toBe(404);
    expect((await owner.get('/git/project-1.git/HEAD')).status).toBe(404);
    expect((await owner.post('/git/project-1.git/git-upload-pack', '{}', { 'content-type': 'application/json' })).status).toBe(
      415,
    );
    expect((await owner.post('/git/project-1.git/git-upload-pack', 'zzzz nonsense', type)).status).toBe(400);
    expect(
      (await owner.post('/git/project-1.git/git-upload-pack', 'not gzip', { ...type, 'content-encoding': 'gzip' })).status,
    ).toBe(400);
    expect((await owner.post('/git/project-1.git/git-upload-pack', 'x', { ...type, 'content-encoding': 'br' })).status).toBe(415);
    expect((await owner.post('/git/..%2Fproject-1.git/git-upload-pack', '0000', type)).status).toBe(404);
    const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024));
    expect((await owner.post('/git/project-1.git/git-upload-pack', bomb, { ...type, 'content-encoding': 'gzip' })).status).toBe(
      400,
    );
  });
});

describe('a repository', () => {
  it('is cloned empty, pushed to and cloned again, with one event for each ref that moved', async () => {
    const work = await clone('contributor');
    await commit(work, 'README.md', '# Ours\n');
    const head = await commit(work, 'train.py', 'print(1)\n');
    await git(work, 'tag', 'v1');
    await t.newEvents();
    const pushed = await git(work, 'push', 'origin', 'HEAD:main', 'HEAD:feature/a', 'v1');
    expect(pushed).toMatchObject({ code: 0 });
    expect(await t.newEvents()).toEqual(['repo.pushed', 'repo.pushed', 'repo.pushed']);
    const { rows } = await t.app.platform.database.pool.query(
      `select payload from events where verb = 'repo.pushed' order by sequence`,
    );
    const main = rows.map((row) => row.payload.data ?? row.payload).find((data) => data.ref === 'refs/heads/main');
    expect(main).toMatchObject({ before: null, after: head });
    expect(await headOf()).toBe(head);
    const again = await clone('viewer');
    expect(await readFile(join(again, 'train.py'), 'utf8')).toBe('print(1)\n');
    expect((await git(again, 'branch', '-a')).output).toContain('origin/feature/a');
  });

  it('counts the commits that are new', async () => {
    const work = await clone('contributor');
    await commit(work, 'a.txt', '1');
    await commit(work, 'a.txt', '2');
    await commit(work, 'a.txt', '3');
    expect((await git(work, 'push', 'origin', 'main')).code).toBe(0);
    // The record shows what is sealed; this waits for it.
    await t.newEvents();
    const { body } = await t.as('auditor').get('/audit?verb=repo.pushed&limit=1000');
    const last = body.items.find(
      (item: { data: { ref: string; commits: number; before: string | null } }) =>
        item.data.ref === 'refs/heads/main' && item.data.before,
    );
    expect(last.data.commits).toBe(3);
    expect(last.actor.id).toBe(t.as('contributor').id);
  });

  it('takes a push of many megabytes, chunked, and an empty one that moves nothing', async () => {
    const work = await clone('owner');
    const random = Buffer.alloc(6 * 1024 * 1024);
    for (let index = 0; index < random.length; index += 4)
      random.writeUInt32LE((Math.imul(index, 2654435761) ^ (index << 7)) >>> 0, index);
    const head = await commit(work, 'large.bin', random);
    expect((await git(work, 'push', 'origin', 'main')).code).toBe(0);
    expect(await headOf()).toBe(head);
    await t.newEvents();
    expect((await git(work, 'push', 'origin', 'main')).output).toContain('Everything up-to-date');
    expect(await t.newEvents()).toEqual([]);
    const shallow = join(folder, 'shallow');
    expect((await git(folder, 'clone', '--quiet', '--depth=1', addressOf('viewer'), shallow)).code).toBe(0);
    expect((await readFile(join(shallow, 'large.bin'))).equals(random)).toBe(true);
  });

  it('takes two pushes at once: different branches both, the same branch one, each on record once', async () => {
    const [one, two] = [await clone('contributor'), await clone('owner')];
    await commit(one, 'one.txt', '1');
    await commit(two, 'two.txt', '2');
    await t.newEvents();
    const both = await Promise.all([git(one, 'push', 'origin', 'HEAD:one'), git(two, 'push', 'origin', 'HEAD:two')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await t.newEvents()).toEqual(['repo.pushed', 'repo.pushed']);
    const rivals = await Promise.all([git(one, 'push', 'origin', 'HEAD:main'), git(two, 'push', 'origin', 'HEAD:main')]);
    expect(rivals.filter(({ code }) => code === 0)).toHaveLength(1);
    expect(await t.newEvents()).toEqual(['repo.pushed']);
  });

  it('lets only owners rewrite what others have, and nobody delete main', async () => {
    const work = await clone('contributor');
    await git(work, 'commit', '--amend', '--quiet', '-m', 'Another history');
    const refused = await git(work, 'push', '--force', 'origin', 'main');
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/non-fast-forward/);
    await git(work, 'remote', 'set-url', 'origin', addressOf('owner'));
    expect((await git(work, 'push', '--force', 'origin', 'main')).code).toBe(0);
    expect((await git(work, 'push', 'origin', ':main')).code).not.toBe(0);
    expect((await git(work, 'push', 'origin', ':one')).code).toBe(0);
    expect(await headOf()).not.toBeNull();
  });

  it('keeps commits that a rewrite left behind, for what was made from them', async () => {
    const work = await clone('owner', 'project-2');
    const old = await commit(work, 'a.txt', 'old');
    await git(work, 'push', 'origin', 'main');
    await git(work, 'commit', '--amend', '--quiet', '-m', 'New');
    expect((await git(work, 'push', '--force', 'origin', 'main')).code).toBe(0);
    await promisify(execFile)('git', ['gc', '--quiet', '--prune=now'], {
      cwd: join(t.home, 'repos', `${t.projects[1]!.id}.git`),
    });
    const tree = await t.as('owner').get(`/projects/project-2/repo/file?path=a.txt&revision=${old}`);
    expect(tree.body.text).toBe('old');
  });

  it('hides its own refs and takes no push onto them', async () => {
    const work = await clone('owner');
    const pushed = await git(work, 'push', 'origin', 'HEAD:refs/plinth/mine');
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toMatch(/hidden ref/);
  });

  it('runs no hook that lies in a repository and refuses broken objects', async () => {
    const repository = join(t.home, 'repos', `${t.projects[0]!.id}.git`);
    const proof = join(folder, 'hook-ran');
    await promisify(execFile)('mkdir', ['-p', join(repository, 'hooks')]);
    await writeFile(join(repository, 'hooks', 'pre-receive'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    const work = await clone('owner');
    await commit(work, 'hooked.txt', 'x');
    expect((await git(work, 'push', 'origin', 'main')).code).toBe(0);
    await expect(readFile(proof)).rejects.toThrow();
    const tree = (await git(work, 'rev-parse', 'HEAD^{tree}')).output.trim();
    const raw = `tree ${tree}\nauthor Nobody <a@example.org 1 +0000\ncommitter x <a@example.org> 1 +0000\n\nbroken\n`;
    await writeFile(join(work, 'raw'), raw);
    const broken = (await git(work, 'hash-object', '-t', 'commit', '-w', '--literally', 'raw')).output.trim();
    const pushed = await git(work, 'push', 'origin', `${broken}:refs/heads/broken`);
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toMatch(/fsck|missingEmail|badEmail|unpack/i);
  });

  it('is only read in an archived project', async () => {
    const work = await clone('owner', 'project-2');
    await commit(work, 'late.txt', 'x');
    await t.as('owner').patch('/projects/project-2', { status: 'archived' });
    expect((await git(work, 'push', 'origin', 'main')).output).toContain('409');
    expect((await git(work, 'fetch', 'origin')).code).toBe(0);
  });
});

it('makes good for a push whose record was lost with the server', async () => {
  const repository = join(t.home, 'repos', `${t.projects[0]!.id}.git`);
  const head = (await headOf())!;
  const note = join(repository, 'plinth-pushes', 'req_lost');
  const actor = { kind: 'person', id: t.as('contributor').id, name: 'Contributor' };
  await writeFile(note, `${JSON.stringify(actor)}\n${'0'.repeat(40)} ${head} refs/heads/lost\n`);
  await promisify(execFile)('touch', ['-d', '1 hour ago', note]);
  await t.newEvents();
  const work = await clone('owner');
  await commit(work, 'next.txt', 'x');
  expect((await git(work, 'push', 'origin', 'main')).code).toBe(0);
  expect(await t.newEvents()).toEqual(['repo.pushed', 'repo.pushed']);
  const { body } = await t.as('auditor').get('/audit?verb=repo.pushed&limit=1000');
  const lost = body.items.find((item: { data: { ref: string } }) => item.data.ref === 'refs/heads/lost');
  expect(lost.actor.id).toBe(actor.id);
  await expect(readFile(note)).rejects.toThrow();
});

it('is not stopped by a note that a crash of the machine left half written', async () => {
  const repository = join(t.home, 'repos', `${t.projects[0]!.id}.git`);
  const notes = { req_empty: '', req_half: '{"kind":"per', req_without_moves: '{"kind":"person","id":"x","name":"x"}' };
  for (const [name, text] of Object.entries(notes)) {
    const note = join(repository, 'plinth-pushes', name);
    await writeFile(note, text);
    await promisify(execFile)('touch', ['-d', '1 hour ago', note]);
  }
  await t.newEvents();
  for (const path of ['first.txt', 'second.txt']) {
    const work = await clone('contributor');
    await commit(work, path, 'x');
    expect(await git(work, 'push', 'origin', 'main')).toMatchObject({ code: 0 });
  }
  expect(await t.newEvents()).toEqual(['repo.pushed', 'repo.pushed']);
});

it('leaves no git behind for a client that went away in the middle of an answer', async () => {
  const repository = join(t.home, 'repos', `${t.projects[0]!.id}.git`);
  const head = (await headOf())!;
  const packed = join(repository, 'packed-refs');
  const before = await readFile(packed, 'utf8').catch(() => '');
  const many = Array.from({ length: 20_000 }, (_, number) => `${head} refs/heads/many/${String(number).padStart(6, '0')}\n`).join(
    '',
  );
  await writeFile(packed, `# pack-refs with: peeled fully-peeled sorted\n${many}`);
  try {
    const { hostname, port } = new URL(t.url);
    const basic = Buffer.from(`x:${t.as('viewer').token}`).toString('base64');
    for (let round = 0; round < 3; round++) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET /git/project-1.git/info/refs?service=git-upload-pack HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Basic ${basic}\r\n\r\n`,
      );
      await new Promise((resolve) => socket.once('data', resolve));
      socket.destroy();
    }
    const left = async () => {
      const places = await Promise.all(
        (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')),
      );
      return places.filter((place) => place === repository).length;
    };
    await t.until('the last git to end', async () => (await left()) === 0, 10_000);
  } finally {
    await writeFile(packed, before);
  }
});
