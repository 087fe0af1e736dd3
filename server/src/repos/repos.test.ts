import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Context, systemContext } from '../platform/index.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { checkPatch, materialise } from './checkout.ts';
import { prepareRepository } from './prepare-repository.ts';
import { headCommit, repositoryPath, resolveCommit } from './repository.ts';
import { watchSize } from './watch-size.ts';
import { commitFiles } from './write-repository.ts';

let t: TestPlinth;
let ctx: Context;
let project: string;
let folder: string;
let first: string;
let head: string;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  project = t.projects[0]!.id;
  const owner = t.as('owner');
  ctx = {
    ...systemContext(t.app.platform, 'test'),
    actor: { kind: 'person', id: owner.id, name: 'Owner', subjectIds: [owner.id] },
  };
  folder = await mkdtemp(join(tmpdir(), 'plinth-repos-'));
  first = await commitFiles(
    ctx,
    project,
    [
      { path: 'README.md', content: '# Ours\n' },
      { path: 'src/train.py', content: 'print("one")\n' },
      { path: 'src/data.bin', content: Buffer.from([0, 1, 2, 255]) },
      { path: 'run.sh', content: '#!/bin/sh\n', executable: true },
    ],
    'Begin\n\nWith a body.\n',
  );
  head = await commitFiles(ctx, project, [{ path: 'src/train.py', content: 'print("two")\n' }], 'Change');
});
afterAll(async () => {
  await t?.stop();
  await rm(folder, { recursive: true, force: true });
});

let outputs = 0;
const output = (): string => join(folder, `out-${outputs++}`);
const diff = (
  path: string,
  before: string,
  after: string,
  head = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`,
): string => `${head}@@ -1 +1 @@\n-${before}\n+${after}\n`;
const newFile = (path: string, mode = '100644', text = 'x'): string =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;

describe('who may not', () => {
  it.each(['/repo', '/repo/tree', '/repo/file?path=README.md', '/repo/commits'])(
    'sees nothing of %s without a role in the project',
    async (path) => {
      expect((await t.as('nobody').get(`/projects/project-1${path}`)).status).toBe(401);
      for (const role of ['member', 'consumer'] as const)
        expect((await t.as(role).get(`/projects/project-1${path}`)).status).toBe(404);
      expect((await t.as('viewer').get(`/projects/project-1${path}`)).status).toBe(200);
    },
  );

  it.each([
    '../x',
    'src/../README.md',
    './README.md',
    'src//train.py',
    '/etc/passwd',
    'src/',
    '..%2fx',
    'a\\b',
    'C:x',
    '.git/config',
    'src/.GIT/x',
    'a%0ab',
  ])('names no file by the path %s', async (path) => {
    const spelled = path.includes('%') ? path : encodeURIComponent(path);
    for (const noun of ['file', 'tree']) {
      const answer = await t.as('viewer').get(`/projects/project-1/repo/${noun}?path=${spelled}`);
      expect(answer.status, noun).toBe(400);
      expect(answer.body.errors[0].pointer).toBe('/query/path');
    }
  });

  it.each([
    '--all',
    '-n1',
    'main..x',
    'main^{tree}',
    'HEAD:README.md',
    'a b',
    'main.lock',
    '@{-1}',
    '$(id)',
    'refs/../x',
    'main~1',
    '%',
  ])('names no commit by the revision %s', async (revision) => {
    const answer = await t.as('viewer').get(`/projects/project-1/repo/tree?revision=${encodeURIComponent(revision)}`);
    expect(answer.status).toBe(400);
    await expect(resolveCommit(ctx, project, revision)).rejects.toMatchObject({ status: 400 });
  });

  it('gets 400 with the name of a commit that is not there, 404 for a file or folder', async () => {
    const answer = await t.as('viewer').get('/projects/project-1/repo/commits?revision=deadbeef');
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('deadbeef');
    await expect(resolveCommit(ctx, project, 'nope')).rejects.toMatchObject({ errors: [{ pointer: '/commit' }] });
    for (const path of [
      'file?path=nope.txt',
      'file?path=src',
      'tree?path=nope',
      'tree?path=README.md',
      'file?path=README.md%20missing',
    ]) {
      expect((await t.as('viewer').get(`/projects/project-1/repo/${path}`)).status, path).toBe(404);
    }
    for (const cursor of [
      'x',
      Buffer.from('["--all",0]').toString('base64url'),
      Buffer.from('["main",-1]').toString('base64url'),
      Buffer.from('[null,0]').toString('base64url'),
    ]) {
      expect((await t.as('viewer').get(`/projects/project-1/repo/commits?cursor=${cursor}`)).status).toBe(400);
    }
  });
});

describe('a repository', () => {
  it('is there, empty, for a project that nobody pushed to', async () => {
    const { body } = await t.as('owner').get('/projects/project-2/repo');
    expect(body).toEqual({
      cloneUrl: `${t.app.platform.config.publicUrl}/git/project-2.git`,
      branch: 'main',
      head: null,
      empty: true,
    });
    expect((await t.as('owner').get('/projects/project-2/repo/tree')).body).toEqual({ commit: null, items: [] });
    expect((await t.as('owner').get('/projects/project-2/repo/commits')).body.items).toEqual([]);
    expect((await t.as('owner').get('/projects/project-2/repo/file?path=a')).status).toBe(404);
    expect(await headCommit(ctx, t.projects[1]!.id)).toBeNull();
  });

  it('shows folders first, files with their sizes, at any revision', async () => {
    const { body } = await t.as('viewer').get('/projects/project-1/repo/tree');
    expect(body.commit).toBe(head);
    expect(body.items.map((item: { name: string }) => item.name)).toEqual(['src', 'README.md', 'run.sh']);
    const inner = await t.as('viewer').get(`/projects/project-1/repo/tree?path=src&revision=${first.slice(0, 10)}`);
    expect(inner.body.items).toContainEqual({ name: 'train.py', path: 'src/train.py', type: 'file', sizeBytes: 13 });
  });

  it('shows a file as text, and only says that one is binary or too large', async () => {
    expect((await t.as('viewer').get(`/projects/project-1/repo/file?path=src/train.py&revision=${first}`)).body.text).toBe(
      'print("one")\n',
    );
    expect((await t.as('viewer').get('/projects/project-1/repo/file?path=src/data.bin')).body).toMatchObject({
      binary: true,
      text: null,
      sizeBytes: 4,
    });
    const large = t.projects[1]!.id;
    await commitFiles(ctx, large, [{ path: 'large.txt', content: 'x'.repeat(3_000_000) }], 'Large');
    expect((await t.as('owner').get('/projects/project-2/repo/file?path=large.txt')).body).toMatchObject({
      tooLarge: true,
      text: null,
    });
  });

  it('lists commits by pages that stay the same while others push', async () => {
    const one = await t.as('viewer').get('/projects/project-1/repo/commits?limit=1');
    expect(one.body.items).toMatchObject([{ id: head, author: 'Owner', subject: 'Change' }]);
    await commitFiles(
      ctx,
      project,
      [
        { path: 'src/train.py', content: 'print("two")\n' },
        { path: 'new.txt', content: 'n' },
      ],
      'Meanwhile',
    );
    const two = await t.as('viewer').get(`/projects/project-1/repo/commits?limit=1&cursor=${one.body.nextCursor}`);
    expect(two.body).toMatchObject({ items: [{ id: first, subject: 'Begin' }], nextCursor: null });
  });

  it('takes commits at once, one after the other or not at all', async () => {
    const { id } = t.projects[1]!;
    await t.newEvents();
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map((number) => commitFiles(ctx, id, [{ path: `f${number}`, content: 'x' }], `Number ${number}`)),
    );
    const made = results.filter((result) => result.status === 'fulfilled').length;
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: 409, code: 'branch-moved' });
    const { body } = await t.as('owner').get('/projects/project-2/repo/commits');
    expect(body.items.filter((item: { subject: string }) => item.subject.startsWith('Number'))).toHaveLength(made);
    expect((await t.newEvents()).filter((verb) => verb === 'repo.pushed')).toHaveLength(made);
    await expect(commitFiles(ctx, id, [{ path: '../x', content: '' }], 'Out')).rejects.toMatchObject({ status: 400 });
  });
});

describe('laying out', () => {
  it('gives the files of a commit without a repository, with their modes', async () => {
    const target = output();
    await materialise(ctx, project, first, null, target);
    expect((await readdir(target)).sort()).toEqual(['README.md', 'run.sh', 'src']);
    expect((await stat(join(target, 'run.sh'))).mode & 0o111).not.toBe(0);
    expect(await readFile(join(target, 'src/train.py'), 'utf8')).toBe('print("one")\n');
    const empty = output();
    await materialise(ctx, project, null, null, empty);
    expect(await readdir(empty)).toEqual([]);
  });

  it('is done several times at once', async () => {
    const targets = Array.from({ length: 6 }, output);
    await Promise.all(targets.map((target, index) => materialise(ctx, project, index % 2 ? first : head, null, target)));
    for (const [index, target] of targets.entries())
      expect(await readFile(join(target, 'src/train.py'), 'utf8')).toBe(index % 2 ? 'print("one")\n' : 'print("two")\n');
  });

  it('applies a patch: changed, new and removed files', async () => {
    const target = output();
    const patch =
      diff('src/train.py', 'print("one")', 'print("patched")') +
      newFile('deep/er/new.txt') +
      'diff --git a/run.sh b/run.sh\ndeleted file mode 100755\n--- a/run.sh\n+++ /dev/null\n@@ -1 +0,0 @@\n-#!/bin/sh\n';
    await checkPatch(ctx, project, first, patch);
    await materialise(ctx, project, first, patch, target);
    expect(await readFile(join(target, 'src/train.py'), 'utf8')).toBe('print("patched")\n');
    expect(await readFile(join(target, 'deep/er/new.txt'), 'utf8')).toBe('x\n');
    await expect(lstat(join(target, 'run.sh'))).rejects.toThrow();
    const alone = output();
    await checkPatch(ctx, project, null, newFile('a.txt'));
    await materialise(ctx, project, null, newFile('a.txt'), alone);
    expect(await readdir(alone)).toEqual(['a.txt']);
  });

  it('names the file that a patch does not fit', async () => {
    const patch = diff('src/train.py', 'print("never was")', 'x');
    for (const attempt of [
      () => materialise(ctx, project, first, patch, output()),
      () => checkPatch(ctx, project, first, patch),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        status: 400,
        code: 'patch-does-not-apply',
        message: expect.stringContaining('src/train.py'),
      });
    }
    await expect(checkPatch(ctx, project, null, diff('gone.py', 'a', 'b'))).rejects.toMatchObject({
      code: 'patch-does-not-apply',
      message: expect.stringContaining('gone.py'),
    });
    await expect(materialise(ctx, project, first, 'hello', output())).rejects.toMatchObject({ code: 'patch-does-not-apply' });
    await expect(materialise(ctx, project, first, 'x'.repeat(9 * 1024 * 1024), output())).rejects.toMatchObject({ status: 413 });
  });

  it.each([
    ['a path upwards', newFile('../outside.txt')],
    ['a path upwards inside', newFile('src/../../outside.txt')],
    ['an absolute path', newFile('/tmp/outside.txt')],
    ['git’s own folder', newFile('.git/config')],
    ['a link', newFile('link', '120000', '/etc')],
    ['a submodule', newFile('sub', '160000', 'Subproject commit 1234')],
    ['a change into a link', 'diff --git a/README.md b/README.md\nold mode 100644\nnew mode 120000\n'],
  ])('refuses a patch with %s', async (_what, patch) => {
    const target = output();
    await expect(materialise(ctx, project, first, patch, target)).rejects.toMatchObject({ status: 400 });
    await expect(checkPatch(ctx, project, first, patch)).rejects.toMatchObject({ status: 400 });
    await expect(lstat(join(folder, 'outside.txt'))).rejects.toThrow();
    await expect(lstat('/tmp/outside.txt')).rejects.toThrow();
    await expect(lstat(join(target, '.git'))).rejects.toThrow();
  });

  it('writes through no link that a commit brings', async () => {
    const { id } = t.projects[1]!;
    const secret = join(folder, 'secret');
    await writeFile(secret, 'keep\n');
    const work = join(folder, 'linked');
    const run = (...args: string[]) =>
      promisify(execFile)('git', args, {
        cwd: work,
        env: {
          ...process.env,
          GIT_AUTHOR_NAME: 'A',
          GIT_AUTHOR_EMAIL: 'a@b',
          GIT_COMMITTER_NAME: 'A',
          GIT_COMMITTER_EMAIL: 'a@b',
        },
      });
    await promisify(execFile)('git', ['clone', '--quiet', repositoryPath(ctx.platform.config, id), work]);
    await symlink(secret, join(work, 'file-link'));
    await symlink(folder, join(work, 'folder-link'));
    // A folder that looks like a repository itself must not be taken for one.
    for (const [path, text] of [
      ['HEAD', 'ref: refs/heads/main\n'],
      ['config', '[core]\n\tbare = true\n\tworktree = /\n'],
      ['objects/x', ''],
      ['refs/x', ''],
    ] as const) {
      await promisify(execFile)('mkdir', ['-p', join(work, path, '..')]);
      await writeFile(join(work, path), text);
    }
    await run('add', '.');
    await run('commit', '--quiet', '-m', 'Links');
    await run('push', '--quiet', 'origin', 'HEAD:links');
    const commit = await resolveCommit(ctx, id, 'links');
    const target = output();
    await materialise(ctx, id, commit, null, target);
    expect(await readlink(join(target, 'file-link'))).toBe(secret);
    for (const patch of [
      diff('file-link', 'keep', 'lost'),
      diff('folder-link/secret', 'keep', 'lost'),
      newFile('folder-link/outside.txt'),
    ]) {
      await expect(materialise(ctx, id, commit, patch, output())).rejects.toMatchObject({ code: 'patch-does-not-apply' });
    }
    const good = output();
    await materialise(ctx, id, commit, diff('HEAD', 'ref: refs/heads/main', 'changed'), good);
    expect(await readFile(join(good, 'HEAD'), 'utf8')).toBe('changed\n');
    expect(await readFile(secret, 'utf8')).toBe('keep\n');
    await expect(lstat(join(folder, 'outside.txt'))).rejects.toThrow();
  });
});

it('sweeps what a killed server left half made, a day later', async () => {
  const repositories = join(t.home, 'repos');
  const left = await mkdtemp(join(repositories, 'new-'));
  await promisify(execFile)('touch', ['-d', '2 days ago', left]);
  const prepared = await prepareRepository(ctx);
  await expect(lstat(left)).rejects.toThrow();
  await prepared.discard();
  expect((await readdir(repositories)).filter((name) => name.startsWith('new-'))).toEqual([]);
});

it('stops what grows too large', async () => {
  const target = await mkdtemp(join(folder, 'growing-'));
  const watch = watchSize(target, 1000, 10);
  await writeFile(join(target, 'small'), 'x'.repeat(900));
  const aborted = new Promise<void>((resolve) => watch.signal.addEventListener('abort', () => resolve()));
  expect(watch.signal.aborted).toBe(false);
  await writeFile(join(target, 'more'), 'x'.repeat(900));
  await aborted;
  watch.stop();
});
