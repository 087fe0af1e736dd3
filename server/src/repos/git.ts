import { execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Git as a program, without a shell, without anybody's configuration, hooks or prompts, and with a time limit. */
export const gitEnvironment: Record<string, string> = {
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'https:http',
  GIT_OPTIONAL_LOCKS: '0',
  // The repositories belong to the server's user or to an earlier one of this installation; nobody else writes there.
  GIT_CONFIG_COUNT: '3',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  GIT_CONFIG_KEY_1: 'core.hooksPath',
  GIT_CONFIG_VALUE_1: '/dev/null',
  GIT_CONFIG_KEY_2: 'receive.fsckObjects',
  GIT_CONFIG_VALUE_2: 'true',
};

export class GitError extends Error {
  readonly code: number | null;
  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(stderr.trim() || `git ${args[0]} failed with code ${code}`);
    this.name = 'GitError';
    this.code = code;
  }
}

const outputLimitBytes = 64 * 1024 * 1024;

/** @throws GitError with git's own words */
export function git(folder: string, args: readonly string[], options: { input?: string | Uint8Array; environment?: Record<string, string>; timeoutSeconds?: number } = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      {
        cwd: folder,
        env: { ...gitEnvironment, ...options.environment },
        encoding: 'buffer',
        maxBuffer: outputLimitBytes,
        timeout: (options.timeoutSeconds ?? 60) * 1000,
        killSignal: 'SIGKILL',
      },
      (error, stdout, stderr) => {
        if (error) reject(new GitError(args, typeof error.code === 'number' ? error.code : null, stderr.toString()));
        else resolve(stdout);
      },
    );
    if (options.input !== undefined) child.stdin!.end(options.input);
    else child.stdin!.end();
    child.stdin!.on('error', () => {});
  });
}

/** A git program whose input and output are streams (the wire). */
export function gitStream(folder: string, args: readonly string[], input: Readable | null, environment: Record<string, string> = {}) {
  const child = spawn('git', [...args], { cwd: folder, env: { ...gitEnvironment, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  const errors = text(child.stderr);
  child.stdin.on('error', () => {});
  if (input) input.pipe(child.stdin);
  else child.stdin.end();
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code) => (code === 0 ? resolve() : reject(new GitError(args, code, await errors))));
  });
  return { output: child.stdout, done, kill: () => child.kill('SIGKILL') };
}
