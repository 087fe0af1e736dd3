/**
 * Takes the pictures of `docs/screenshots`, light and dark, from a Plinth that runs and on which `npm run demo` has been:
 *
 *   PLINTH_URL=… PLINTH_TOKEN=… node scripts/screenshots.ts my-project [page…] [--to folder] [--narrow]
 *
 * The token is an administrator's; a person is made to look through, and a sweep of runs to look at where the project has none.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../e2e/browser.ts';
import { createClient } from '../sdk/src/index.ts';
import { logSweep } from './screenshot-runs.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string', default: join(import.meta.dirname, '../docs/screenshots') }, narrow: { type: 'boolean' } },
});
const [project, ...wanted] = positionals;
const { PLINTH_URL: url, PLINTH_TOKEN: token } = process.env;
if (!project || !url || !token) {
  console.error('Give PLINTH_URL, PLINTH_TOKEN and the slug of a project: node scripts/screenshots.ts my-project [page…]');
  process.exit(2);
}

const plinth = createClient({ url, token });
const person = {
  email: `screens-${randomBytes(4).toString('hex')}@example.org`,
  name: 'Ada Lovelace',
  password: 'a long password',
};
await plinth.call('createPerson', { body: { ...person, role: 'admin' } });
await plinth.call('putMember', { project, body: { email: person.email, role: 'owner' } });
const experiments = await plinth.call('listExperiments', { project, limit: 100 });
if (experiments.items.length < 2) await logSweep({ url, token, project });

const runs = (await plinth.call('listRuns', { project, limit: 40 })).items;
const ofJob = runs.find((run) => run.provenance.jobId !== null) ?? runs[0];
const swept = runs.filter((run) => run.provenance.jobId === null).map((run) => run.id);
const [dataset] = (await plinth.call('listDatasets', { project, limit: 1 })).items;
const auditor = (await plinth.call('listPeople', { limit: 100 })).items.find((one) => one.role === 'auditor');
const [environment] = (await plinth.call('listEnvironments', { project, limit: 1 })).items;
const [version] = (await plinth.call('listVersions', { project, name: 'tumour', sort: 'number', limit: 1 })).items;
const [newest] = (await plinth.call('listVersions', { project, name: 'tumour', limit: 1 })).items;
const [deployment] = (await plinth.call('listProjectDeployments', { project, limit: 1 })).items;
const [monitor] = (await plinth.call('listMonitors', { project, filter: "channel = 'prod'", limit: 1 })).items;
const [alert] = (await plinth.call('listAlerts', { project, limit: 1 })).items;
const [reproduction] = (await plinth.call('listReproductions', { project, limit: 1 })).items;
const predictionId = reproduction?.subject.replace('prediction:', '');
// Something to decide for the one who looks: what the alert's retraining made.
if (newest && newest.id !== version?.id)
  await plinth.call('requestApproval', { body: { subject: `models:/tumour/${newest.number}`, channel: 'prod', project } });
const [approval] = (await plinth.call('listApprovals', { project, limit: 1 })).items;
const pages: Record<string, string> = {
  home: '/',
  projects: '/projects',
  project: `/projects/${project}`,
  jobs: `/projects/${project}/jobs`,
  workspaces: `/projects/${project}/workspaces`,
  compute: '/compute',
  people: '/people',
  members: `/projects/${project}/members?who=${auditor?.id ?? ''}&may=job.start`,
  folders: '/folders',
  access: '/access',
  audit: '/audit',
  tokens: '/account/tokens',
  experiments: `/projects/${project}/experiments?selected=${swept.slice(0, 4).join(',')}`,
  compare: `/projects/${project}/experiments/compare?runs=${swept.slice(0, 8).join(',')}`,
  run: `/runs/${ofJob?.id}`,
  'run-outside': `/runs/${swept[0]}`,
  job: `/jobs/${ofJob?.provenance.jobId}`,
  dataset: `/datasets/${dataset?.id}`,
  environment: `/environments/${environment?.id}`,
  model: `/projects/${project}/models/tumour`,
  version: `/projects/${project}/models/tumour/versions/${version?.number}`,
  prediction: `/predictions/${predictionId}`,
  deployment: `/projects/${project}/deployments/${deployment?.name}`,
  monitor: `/projects/${project}/monitors/${monitor?.id}`,
  alert: `/alerts/${alert?.id}`,
  approvals: '/approvals',
  approval: `/approvals/${approval?.id}`,
  reproduction: `/reproductions/${reproduction?.id}`,
};
/** Pages of which a light picture is enough. */
const lightOnly = ['model', 'version', 'deployment', 'approvals', 'approval', 'reproduction'];

const browser = await launchBrowser();
const context = await browser.newContext({
  viewport: values.narrow ? { width: 390, height: 844 } : { width: 1440, height: 900 },
});
await signIn(context);
mkdirSync(values.to, { recursive: true });
for (const [name, path] of Object.entries(pages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of lightOnly.includes(name) ? ['light'] : ['light', 'dark']) await picture(context, name, path, theme);
}
await browser.close();

async function signIn(where: BrowserContext): Promise<void> {
  const page = await where.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.close();
}

async function picture(where: BrowserContext, name: string, path: string, theme: string): Promise<void> {
  const page = await where.newPage();
  await page.addInitScript((chosen) => localStorage.setItem('plinth-theme', chosen), theme);
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  await page.goto(url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
  // Charts are drawn one frame after their numbers are there.
  await page.waitForTimeout(800);
  const file = join(values.to, `${name}-${theme}.png`);
  await page.screenshot({ path: file });
  console.log(file);
  await page.close();
}
