import { execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** The largest thing that a push or an import may bring at once. */
export const maximumPackBytes = 4 * 1024 ** 3;

/**
 * What holds for every call, above whatever a repository's own config says. Nothing that was ever pushed is thrown away: jobs and models name
 * commits for years. Faults that old, honest histories are full of do not count as broken objects.
 */
const settings: Record<string, string> = {
  // The repositories belong to the server's user or to an earlier one of this installation; nobody else writes there.
  'safe.directory': '*',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.logAllRefUpdates': 'true',
  'gc.auto': '2000',
  'gc.autoDetach': 'false',
  'gc.pruneExpire': 'never',
  'gc.reflogExpire': 'never',
  'gc.reflogExpireUnreachable': 'never',
  'transfer.hideRefs': 'refs/plinth',
  'receive.maxInputSize': String(maximumPackBytes),
  'receive.fsckObjects': 'true',
  'fetch.fsckObjects': 'true',
  ...Object.fromEntries(
    ['badTimezone', 'missingSpaceBeforeDate', 'zeroPaddedFilemode', 'zeroPaddedDate'].flatMap((fault) => [
      [`receive.fsck.${fault}`, 'ignore'],
      [`fetch.fsck.${fault}`, 'ignore'],
    ]),
  ),
};

/** Git without anybody's configuration, hooks, prompts, transports or secrets. */
function environmentOf(
  repository: string | null,
  extra: { config?: Record<string, string>; environment?: Record<string, string> },
): Record<string, string> {
  const config = Object.entries({ ...settings, ...extra.config });
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    // Always named, so that git never takes the files of a folder that look like a repository for one.
    GIT_DIR: repository ?? '/dev/null',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    ...extra.environment,
  };
}

export class GitError extends Error {
  /** Exit code; null when git was ended or could not be started. */
  readonly code: number | null;
  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(stderr.trim() || `git ${args[0]} failed with code ${code}`);
    this.name = 'GitError';
    this.code = code;
  }
}

export interface GitOptions {
  input?: string | Uint8Array;
  environment?: Record<string, string>;
  config?: Record<string, string>;
  /** Working folder, when it is not the repository. */
  folder?: string;
  timeoutSeconds?: number;
  maximumBytes?: number;
  signal?: AbortSignal;
}

/** Runs git on a repository (or on none), without a shell. @throws GitError with git's own words */
export function git(repository: string | null, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      {
        cwd: options.folder ?? repository ?? '/',
        env: environmentOf(repository, options),
        encoding: 'buffer',
        maxBuffer: options.maximumBytes ?? 64 * 1024 * 1024,
        timeout: (options.timeoutSeconds ?? 60) * 1000,
        killSignal: 'SIGKILL',
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (error, stdout, stderr) => {
        if (error)
          reject(new GitError(args, typeof error.code === 'number' ? error.code : null, stderr.toString() || error.message));
        else resolve(stdout);
      },
    );
    // Git may end before it has read everything.
    child.stdin!.on('error', () => {});
    child.stdin!.end(options.input);
  });
}

export interface GitStream {
  output: Readable;
  /** Settles when git has ended; rejects with its words when it failed. */
  done: Promise<void>;
  kill(): void;
}

/** Git whose input and output are streams (the wire). An input that breaks off is an input that ends: git never waits for the rest. */
export function gitStream(
  repository: string,
  args: readonly string[],
  input: Readable | null,
  options: Pick<GitOptions, 'environment' | 'config'> = {},
): GitStream {
  const child = spawn('git', [...args], {
    cwd: repository,
    env: environmentOf(repository, options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr).catch(() => '');
  child.stdin.on('error', () => {});
  if (input) pipeline(input, child.stdin).catch(() => child.stdin.destroy());
  else child.stdin.end();
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code) => (code === 0 ? resolve() : reject(new GitError(args, code, await errors))));
  });
  done.catch(() => {});
  return { output: child.stdout, done, kill: () => child.kill('SIGKILL') };
}
