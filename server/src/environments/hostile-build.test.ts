import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fetchWheels, packageIndex } from '../testing/package-mirror.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { uvVersion } from './build-kind.ts';

/** Code of packages runs while they are built: what it leaves in place of the build's own files must not speak for the build. */
let t: TestPlinth;
let index: Awaited<ReturnType<typeof packageIndex>>;
let packages: string;
const secret = 'only the server may read this';

beforeAll(async () => {
  packages = await mkdtemp(join(tmpdir(), 'plinth-packages-'));
  await fetchWheels([`uv==${uvVersion}`, 'pip', 'setuptools', 'wheel', 'packaging'], packages);
  index = await packageIndex(packages);
  for (const name of Object.keys(process.env)) if (/^((HTTPS?|ALL)_PROXY|PIP_|UV_)/i.test(name)) vi.stubEnv(name, undefined);
  t = await plinth({ projects: 1, env: { PLINTH_PYPI_URL: index.url } });
  await writeFile(join(t.home, 'secret'), secret, { mode: 0o600 });
}, 300_000);
afterAll(async () => {
  await t?.stop();
  index?.stop();
  vi.unstubAllEnvs();
  await rm(packages, { recursive: true, force: true });
});

/** A source package whose set-up runs lines with `work`, the folder of the build: when the lock is made, and when it is installed. */
async function sourcePackage(name: string, lines: string[]): Promise<void> {
  const folder = join(packages, 'sources', `${name}-1.0`);
  await mkdir(folder, { recursive: true });
  const setup = [
    'import os, re, setuptools',
    'pid = os.getppid()',
    'while pid > 1:',
    '    work = os.readlink(f"/proc/{pid}/cwd")',
    '    if os.path.exists(f"{work}/requirements.in"):',
    ...lines.map((line) => `        ${line}`),
    '        break',
    '    pid = int(re.search(r"PPid:\\s+(\\d+)", open(f"/proc/{pid}/status").read())[1])',
    `setuptools.setup(name=${JSON.stringify(name)}, version="1.0", py_modules=[])`,
  ];
  await writeFile(join(folder, 'setup.py'), `${setup.join('\n')}\n`);
  await writeFile(join(folder, 'PKG-INFO'), `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`);
  execFileSync('tar', ['-czf', join(packages, `${name}-1.0.tar.gz`), '-C', join(packages, 'sources'), `${name}-1.0`]);
}

async function build(name: string) {
  const owner = t.as('owner');
  const environment = (await owner.post('/environments', { name, projectId: 'project-1' })).body;
  const { body: made } = await owner.post(`/environments/${environment.id}/revisions`, { packages: [name] });
  const revision = await t.until(
    'the build',
    async () => {
      const { body } = await owner.get(`/environment-revisions/${made.id}`);
      return body.state === 'building' ? null : body;
    },
    200_000,
  );
  return { revision, log: (await owner.get(`/workloads/${made.workloadId}/logs`)).body as string };
}

it('a source package is built all the same', async () => {
  await sourcePackage('plinth_honest', ['print(work)']);
  const { revision, log } = await build('plinth_honest');
  expect(revision.state, `${revision.stateReason}\n${log}`).toBe('ready');
  expect(revision.lock).toContain('plinth-honest==1.0');
}, 240_000);

it('a link in place of the lock brings no file of the server into it', async () => {
  await sourcePackage('plinth_link', [
    'if os.path.exists(f"{work}/lock.txt"):',
    '    os.remove(f"{work}/lock.txt")',
    `    os.symlink(${JSON.stringify(join(t.home, 'secret'))}, f"{work}/lock.txt")`,
  ]);
  const { revision, log } = await build('plinth_link');
  expect(log).toContain('ready');
  expect(JSON.stringify(revision)).not.toContain(secret);
  expect(revision.state).toBe('failed');
}, 240_000);

it('a digest that names another folder makes no environment of it', async () => {
  await sourcePackage('plinth_digest', [`open(f"{work}/digest.py", "w").write("print('../elsewhere')")`]);
  const { revision, log } = await build('plinth_digest');
  expect(log).toContain('digest ../elsewhere');
  expect(revision).toMatchObject({ state: 'failed', digest: null });
}, 240_000);
