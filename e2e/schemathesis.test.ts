import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

const version = '4.32.5';
const seed = '20260711';
const run = promisify(execFile);
let t: TestPlinth;
let tool: string;
let operations: number;

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

/** Things that exist, so that requests come past "there is none": by the name of the parameter in the path. */
async function realThings(): Promise<Record<string, string>> {
  const owner = t.as('owner');
  const made = async (path: string, body?: unknown) => {
    const answer = await owner.post(path, body);
    expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  const project = t.projects[0]!.id;
  const wire = `/mlflow/${project}/api/2.0/mlflow`;
  const run = (await made(`${wire}/runs/create`, { experiment_id: '0', start_time: 1 })).run.info.run_id;
  await made(`${wire}/runs/log-batch`, { run_id: run, metrics: [{ key: 'loss', value: 1, timestamp: 1, step: 0 }] });
  const dataset = await made(`/projects/${project}/datasets`, { name: 'rows' });
  const form = new FormData();
  form.append('file', new Blob(['a,b\n1,2\n']), 'rows.csv');
  const snapshot = await made(`/projects/${project}/datasets/${dataset.id}/snapshots`, form);
  const [{ sha256 }] = (await owner.get(`/snapshots/${snapshot.id}/files`)).body.items;
  const job = await made(`/projects/${project}/jobs`, { command: 'echo done', environment: 'base' });
  await t.until('the job', async () => (await owner.get(`/jobs/${job.id}`)).body.finishedAt);
  return {
    project,
    run,
    dataset: dataset.id,
    snapshot: snapshot.id,
    sha256,
    job: job.id,
    workload: job.workloadId,
    goal: (await made(`/projects/${project}/goals`, { title: 'Goal' })).id,
    environment: (await made('/environments', { name: 'packages', projectId: project })).id,
    template: (await owner.get('/templates')).body.items[0].name,
  };
}

/** What would end the real things for the operations after it, or start minutes of work, finds nothing there. */
const kept: Record<string, string> = {
  deleteProject: 'project',
  changeProject: 'project',
  changeStage: 'project',
  deleteRun: 'run',
  createWorkspace: 'project',
  buildEnvironmentRevision: 'environment',
};

/** A live stream ends only where it is asked to, so it always is; all else of its requests is generated. */
const settings = (things: Record<string, string>): string =>
  [
    ...Object.entries(things).map(([name, value]) => `[dictionaries.${name}]\nvalues = [${JSON.stringify(value)}]`),
    '[parameters]',
    ...Object.keys(things).map((name) => `"path.${name}" = { dictionary = "${name}", probability = 0.7 }`),
    ...Object.entries(kept).map(
      ([operation, name]) =>
        `[[operations]]\ninclude-operation-id = "${operation}"\nparameters = { "path.${name}" = "none-such" }`,
    ),
    '[[operations]]\ninclude-operation-id = "streamEvents"\nparameters = { "query.timeoutSeconds" = 0 }',
  ].join('\n');

beforeAll(async () => {
  tool = await schemathesis();
  t = await plinth({ projects: 1 });
  await writeFile(join(t.home, 'schemathesis.toml'), settings(await realThings()));
  // Given as a file, because the tool leaves out the operation that it read the document from.
  const { body } = await t.as('nobody').get('/openapi.json');
  operations = Object.values(body.paths as Record<string, object>).flatMap((path) => Object.keys(path)).length;
  await writeFile(join(t.home, 'openapi.json'), JSON.stringify(body));
}, 300_000);
afterAll(() => t?.stop());

describe('generated requests on every operation of openapi.json', () => {
  it.each(['owner', 'viewer', 'nobody'] as const)(
    'as %s never get an answer in the 500s',
    async (role) => {
      const options = {
        url: t.url,
        checks: 'not_a_server_error',
        'max-examples': '50',
        phases: 'fuzzing',
        workers: '2',
        seed,
        'request-timeout': '10',
        'suppress-health-check': 'all',
        ...(role === 'nobody' ? {} : { header: `Authorization: Bearer ${t.as(role).token}` }),
      };
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const args = ['--config-file', 'schemathesis.toml', 'run', 'openapi.json', '--no-color', ...flags];
      const outcome = await run(tool, args, { timeout: 400_000, maxBuffer: 64 * 1024 * 1024, cwd: t.home }).catch(
        (error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stdout}\n${error.stderr}` }),
      );
      const told = outcome.stdout.slice(-6_000);
      const faults = outcome.stdout.split('\n').filter((line) => /Server error|Network Error|Timeout/i.test(line));
      expect(faults, told).toEqual([]);
      // None was left out: it counts those whose examples all passed.
      expect(outcome.stdout, told).toContain(` ${operations} passed`);
    },
    420_000,
  );
});
