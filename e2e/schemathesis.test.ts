import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

const version = '4.32.5';
const run = promisify(execFile);
let t: TestPlinth;
let tool: string;

/** A live stream ends only where it is asked to, so it always is; all else of its requests is generated. */
const settings = `
[[operations]]
include-operation-id = "streamEvents"
parameters = { "query.timeoutSeconds" = 0 }
`;

/** Schemathesis in an environment of its own, made once on a machine and kept outside of the checkout. */
async function schemathesis(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plinth-test', `schemathesis-${version}`);
  if (!existsSync(join(folder, 'bin/st'))) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, '..'), { recursive: true });
    // The scripts of an environment name its folder, so it is made in place; a half-made one is made again.
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', `schemathesis==${version}`], { timeout: 240_000 });
  }
  return join(folder, 'bin/st');
}

beforeAll(async () => {
  tool = await schemathesis();
  t = await plinth({ projects: 1 });
  await writeFile(join(t.home, 'schemathesis.toml'), settings);
}, 300_000);
afterAll(() => t?.stop());

describe('generated requests on every operation of openapi.json', () => {
  it.each(['owner', 'viewer', 'nobody'] as const)(
    'as %s never get an answer in the 500s',
    async (role) => {
      const args = [
        '--config-file',
        join(t.home, 'schemathesis.toml'),
        'run',
        `${t.url}/api/v1/openapi.json`,
        '--checks',
        'not_a_server_error',
        '--max-examples',
        '50',
        '--phases',
        'fuzzing',
        '--workers',
        '2',
        '--seed',
        '20260711',
        '--request-timeout',
        '10',
        '--suppress-health-check',
        'all',
        '--no-color',
      ];
      const token = role === 'nobody' ? [] : ['--header', `Authorization: Bearer ${t.as(role).token}`];
      const outcome = await run(tool, [...args, ...token], {
        timeout: 400_000,
        maxBuffer: 64 * 1024 * 1024,
        cwd: t.home,
      }).catch((error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stdout}\n${error.stderr}` }));
      const faults = outcome.stdout.split('\n').filter((line) => /Server error|Network Error|Timeout/i.test(line));
      expect(faults, outcome.stdout.slice(-6_000)).toEqual([]);
      const { paths } = (await t.as('nobody').get('/openapi.json')).body as { paths: Record<string, object> };
      const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length;
      const [, tested] = /Tested: (\d+)/.exec(outcome.stdout) ?? [];
      expect(Number(tested), outcome.stdout.slice(-6_000)).toBe(operations);
    },
    420_000,
  );
});
