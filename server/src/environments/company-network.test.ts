import { execFile } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  authorityFile,
  type CompanyNetwork,
  companyNetwork,
  fetchWheels,
  makeWheel,
  mirrorHost,
  mirrorPassword,
} from '../testing/package-mirror.ts';
import { plinth, type TestPlinth } from '../testing/plinth.ts';
import { uvVersion } from './build-kind.ts';

/** What the machine says of its own mirrors does not count here. */
const ofTheMachine = /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_|REQUESTS_CA|CURL_CA|NODE_EXTRA_CA|PIP_|UV_)/i;

let network: CompanyNetwork;
let t: TestPlinth;
beforeAll(async () => {
  const wheels = await mkdtemp(join(tmpdir(), 'plinth-wheels-'));
  await mkdir(wheels, { recursive: true });
  // What a build itself needs, and two packages of ours; doctor asks for six.
  await fetchWheels([`uv==${uvVersion}`, 'pip', 'setuptools', 'wheel', 'packaging'], wheels);
  await makeWheel(wheels, 'plinth_tiny', '1.0', 'word = "from the mirror"');
  await makeWheel(wheels, 'six', '1.99', '');
  network = await companyNetwork(wheels);
  for (const name of Object.keys(process.env)) if (ofTheMachine.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTPS_PROXY', network.proxyUrl);
  vi.stubEnv('NODE_EXTRA_CA_CERTS', authorityFile);
  t = await plinth({ projects: 1, env: { PLINTH_PYPI_URL: network.mirrorUrl } });
}, 300_000);
afterAll(async () => {
  await t?.stop();
  await network?.stop();
  vi.unstubAllEnvs();
});

describe('behind a proxy, with a mirror of a private authority', () => {
  it('environments are built from the mirror, through the proxy, and from nowhere else', async () => {
    const owner = t.as('owner');
    const environment = (await owner.post('/environments', { name: 'tiny', projectId: 'project-1' })).body;
    const { body: made } = await owner.post(`/environments/${environment.id}/revisions`, { packages: ['plinth-tiny'] });
    const revision = await t.until(
      'the build',
      async () => {
        const now = (await owner.get(`/environment-revisions/${made.id}`)).body;
        return now.state === 'building' ? null : now;
      },
      200_000,
    );
    const { body: log } = await owner.get(`/workloads/${made.workloadId}/logs`);
    expect(revision.state, `${revision.stateReason}\n${log}`).toBe('ready');
    expect(revision.lock).toMatch(/^plinth-tiny==1\.0 .*\n\s+--hash=sha256:[0-9a-f]{64}$/m);
    expect(new Set(network.tunnels)).toEqual(new Set([`${mirrorHost}:443`]));
    for (const text of [log, JSON.stringify(revision)])
      for (const password of [mirrorPassword, encodeURIComponent(mirrorPassword)]) expect(text).not.toContain(password);

    const job = await owner.post('/projects/project-1/jobs', {
      command: ['python', '-c', 'import plinth_tiny; print(plinth_tiny.word)'],
      environment: 'tiny',
    });
    await t.until('the job', async () => (await owner.get(`/jobs/${job.body.id}`)).body.finishedAt);
    expect((await owner.get(`/jobs/${job.body.id}/logs`)).body).toBe('from the mirror\n');
  }, 240_000);

  it('doctor says that it works, and by which way, without a password', async () => {
    const told = await doctor({});
    expect(told).toMatch(
      /✓ Python packages\s+packages come from mirror .* of PLINTH_PYPI_URL, proxy .* of HTTPS_PROXY, authorities of NODE_EXTRA_CA_CERTS/,
    );
  });

  it.each([
    ['an authority that is missing', { NODE_EXTRA_CA_CERTS: '' }, /certificate of the index is not trusted.*NODE_EXTRA_CA_CERTS/],
    [
      'an authority file that is not there',
      { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' },
      /NODE_EXTRA_CA_CERTS names \/nowhere\/ca\.pem/,
    ],
    ['a proxy that does not answer', { HTTPS_PROXY: 'http://127.0.0.1:9' }, /proxy cannot be reached.*HTTPS_PROXY/],
    ['a mirror that the proxy does not reach', { PLINTH_PYPI_URL: 'https://other.plinth.test/simple/' }, /proxy .*refuses/],
    [
      'a password that is wrong',
      { PLINTH_PYPI_URL: `https://ada:wrong@${mirrorHost}/simple/` },
      /refuses the name or password in its address/,
    ],
  ])('doctor names %s', async (_what, change, cause) => {
    const told = await doctor(change);
    expect(told).toMatch(/✕ Python packages/);
    expect(told).toMatch(cause);
  });
});

/** What `plinth doctor` prints; no password is ever in it. */
async function doctor(change: Record<string, string>): Promise<string> {
  const env = { ...process.env, PLINTH_HOME: t.home, PLINTH_PORT: '0', PLINTH_PYPI_URL: network.mirrorUrl, ...change };
  const told = await new Promise<string>((resolve) =>
    execFile(process.execPath, [join(import.meta.dirname, '../main/doctor.ts')], { env }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
  for (const password of [mirrorPassword, encodeURIComponent(mirrorPassword), 'wrong@']) expect(told).not.toContain(password);
  return told;
}
