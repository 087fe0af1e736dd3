import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTarget } from '../platform/egress/index.ts';
import { type Context, Problem } from '../platform/index.ts';
import { commitInto, type NewFile } from './commit-files.ts';
import { GitError, git, maximumPackBytes } from './git.ts';
import { recordMoves } from './record-push.ts';
import { newRepository, repositoriesFolder, repositoryPath } from './repository.ts';
import { watchSize } from './watch-size.ts';

/** A repository that is filled before its project exists, so that a project never stands there with half a repository. */
export interface PreparedRepository {
  /** Where it lies now. */
  readonly folder: string;
  commitFiles(files: readonly NewFile[], message: string): Promise<string>;
  /** Brings in all branches and tags of another repository; main is its main, or else what its HEAD is. */
  copyFrom(url: string): Promise<void>;
  /** Gives it to the project, in the transaction that makes it; may be called again when the transaction is tried again. */
  adopt(tx: Context, projectId: string): Promise<void>;
  /** Removes it, wherever it lies. */
  discard(): Promise<void>;
}

export async function prepareRepository(ctx: Context): Promise<PreparedRepository> {
  const { config } = ctx.platform;
  await removeLeftovers(repositoriesFolder(config));
  let folder = await newRepository(config);
  return {
    get folder() {
      return folder;
    },
    commitFiles: async (files, message) => (await commitInto(ctx, folder, files, message)).commit,
    copyFrom: (url) => copyInto(ctx, folder, url),
    async adopt(tx, projectId) {
      const refs = (await git(folder, ['for-each-ref', '--format=%(refname) %(objectname)']))
        .toString()
        .split('\n')
        .filter(Boolean);
      const moves = refs.map((line) => ({ ref: line.split(' ')[0]!, before: null, after: line.split(' ')[1]! }));
      // A history with thousands of tags is one thing that happened: what matters are its branches.
      await recordMoves(tx, projectId, folder, moves.filter(({ ref }) => ref.startsWith('refs/heads/')).slice(0, 100));
      const target = repositoryPath(config, projectId);
      await rename(folder, target);
      folder = target;
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

const importTimeoutSeconds = 600;

async function copyInto(ctx: Context, repository: string, address: string): Promise<void> {
  const target = await checkTarget(ctx.platform.config, address, { pointer: '/gitUrl', protocols: ['https:', 'http:', 'git:'] });
  const url = new URL(target.url);
  const config: Record<string, string> = {
    'http.followRedirects': 'false',
    'http.lowSpeedLimit': '1',
    'http.lowSpeedTime': '60',
  };
  const environment: Record<string, string> = { GIT_ALLOW_PROTOCOL: 'https:http:git' };
  const literal = target.family === 6 ? `[${target.address}]` : target.address;
  if (url.protocol === 'git:') {
    // Git resolves the name of a git:// address by itself, so it gets the checked address and is told whom to ask for.
    environment.GIT_OVERRIDE_VIRTUAL_HOST = url.host;
    url.hostname = literal;
  } else {
    await requireGit(2, 37);
    config['http.curloptResolve'] = `${url.hostname}:${target.port}:${literal}`;
    if (process.env.SSL_CERT_FILE) environment.GIT_SSL_CAINFO = process.env.SSL_CERT_FILE;
  }
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', '+HEAD:refs/plinth/head'];
  const watch = watchSize(join(repository, 'objects'), maximumPackBytes);
  try {
    await git(
      repository,
      [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--end-of-options',
        url.href,
        ...refspecs,
      ],
      { environment, config, timeoutSeconds: importTimeoutSeconds, signal: watch.signal },
    );
  } catch (error) {
    if (error instanceof GitError) throw notImported(target.host, error, watch.signal.aborted);
    throw error;
  } finally {
    watch.stop();
  }
  const read = async (name: string): Promise<string | null> =>
    (await git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]).catch(() => Buffer.of()))
      .toString()
      .trim() || null;
  const head = (await read('refs/plinth/head'))!;
  if (!(await read('refs/heads/main'))) {
    await git(repository, ['update-ref', 'refs/heads/main', head]);
    // Its old name for the same branch would only lead people to push to the wrong one.
    if ((await read('refs/heads/master')) === head) await git(repository, ['update-ref', '-d', 'refs/heads/master']);
  }
  await git(repository, ['update-ref', '-d', 'refs/plinth/head']);
}

function notImported(host: string, error: GitError, tooLarge: boolean): Problem {
  const words = error.message;
  const byHand = 'Clone it yourself, make an empty project and push there';
  const reasons: [boolean, string][] = [
    [tooLarge, `it is larger than ${maximumPackBytes / 1024 ** 3} GiB`],
    [error.code === null, `it did not come within ${importTimeoutSeconds} s. ${byHand}`],
    [/could not read Username|Authentication failed|error: 403/.test(words), `it asks for a name and password. ${byHand}`],
    [/find remote ref HEAD/.test(words), 'it has no commit yet. Make an empty project instead'],
    [/redirect|error: 30\d/i.test(words), 'it lies at another address by now. Give that one'],
    [true, `git says: ${(/^(?:fatal|error): (.*)$/m.exec(words)?.[1] ?? words).slice(0, 300)}`],
  ];
  const reason = reasons.find(([holds]) => holds)![1];
  const detail = `the repository at ${host} could not be copied: ${reason}`;
  return new Problem(400, 'git-import-failed', `gitUrl: ${detail}.`, { errors: [{ pointer: '/gitUrl', detail }] });
}

/** An older git does not know the setting that pins an address, and would silently resolve the name again. */
async function requireGit(major: number, minor: number): Promise<void> {
  const [, haveMajor, haveMinor] = /(\d+)\.(\d+)/.exec((await git(null, ['--version'])).toString()) ?? [];
  if (Number(haveMajor) > major || (Number(haveMajor) === major && Number(haveMinor) >= minor)) return;
  throw new Problem(
    501,
    'git-too-old',
    `Copying a repository needs git ${major}.${minor} or newer on the server. Make an empty project and push to it.`,
  );
}

/** What a server that was killed left half made, a day ago or longer. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith('new-')) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => null);
    if (facts && Date.now() - facts.mtimeMs > 24 * 3600 * 1000) await rm(path, { recursive: true, force: true });
  }
}
