import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logModel } from '../server/src/testing/log-model.ts';
import { type Caller, plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

/** The command line as one of the people runs it. */
async function run(who: Caller, ...words: string[]): Promise<{ code: number; out: string; told: string }> {
  const env = { PATH: process.env.PATH, HOME: t.home, PLINTH_URL: t.url, PLINTH_TOKEN: who.token, PLINTH_PROJECT: 'project-1' };
  try {
    const command = [join(import.meta.dirname, '../cli/bin/plinth.mjs'), ...words];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env, cwd: t.home });
    return { code: 0, out: stdout, told: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, told: stderr };
  }
}

it('the command line takes a version from its run through the gate to production', async () => {
  const does = t.as('contributor');
  const validator = t.as('validator');
  const runId = await logModel(does, 'project-1');
  expect((await run(does, 'model', 'register', 'churn')).code).toBe(2);
  expect(await run(does, 'model', 'register', 'churn', '--run', runId)).toMatchObject({ code: 0, told: '' });
  expect((await run(does, 'model', 'promote', 'churn')).told).toMatch(/names no version/);
  const refused = await run(does, 'model', 'promote', 'churn/1');
  expect(refused.code).toBe(4);
  const id = /apr_\w+/.exec(refused.told)![0];
  expect((await run(validator, 'approval', 'list')).out).toContain(id);
  expect((await run(does, 'approval', 'list')).out).toBe('');
  expect((await run(does, 'approval', 'approve', id)).code).toBe(4);
  expect((await run(validator, 'approval', 'reject', id)).code).toBe(2);
  expect((await run(validator, 'approval', 'reject', id, '-m', 'Not yet.')).code).toBe(0);
  expect((await run(does, 'model', 'promote', 'churn/1')).told).toMatch(/Not yet\./);
  const again = JSON.parse((await run(does, 'approval', 'request', 'churn/1', '--json')).out).id;
  expect((await run(validator, 'approval', 'approve', again)).code).toBe(0);
  expect((await run(does, 'model', 'promote', 'churn/1')).out).toContain('churn@prod');
  expect((await run(does, 'model', 'alias', 'churn/1', 'challenger')).code).toBe(0);
  expect((await run(does, 'model', 'alias', 'churn', 'challenger', '--remove')).code).toBe(0);
  expect((await run(does, 'model', 'list')).out).toContain('prod=1');
  expect((await run(does, 'model', 'versions', 'churn')).out).toContain('approved for prod');
  expect((await run(does, 'model', 'show', 'churn/1')).out).toContain('ready');
  expect((await run(does, 'model', 'card', 'models:/churn/1')).out).toMatch(/Intended use\tnot recorded/);
  expect((await run(does, 'model', 'package', 'churn/1')).told).toContain('churn-1.tar');
  expect(existsSync(join(t.home, 'churn-1.tar'))).toBe(true);
}, 60_000);
