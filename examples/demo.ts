/**
 * `npm run demo`: a real model on real data (breast cancer diagnoses, 569 patients, shipped inside scikit-learn), for real: project, environment,
 * data, training as a job, and the run with its whole provenance. Ends with what was made, how long it took, and where to look.
 * With `--exit` it stops what it started and exits 0 only if every step did what it should.
 */
import { ApiProblem, createClient } from '../sdk/src/index.ts';
import { startPlatform } from './demo-platform.ts';
import { check, note, step, steps } from './demo-steps.ts';

const leave = process.argv.includes('--exit');
const began = Date.now();
const platform = await startPlatform();

try {
  const plinth = createClient({ url: platform.url, token: platform.token });
  const stamp = new Date().toISOString().slice(5, 16).replaceAll(/[-:T]/g, '');

  const project = await step('A project from a template, with its goal', async () => {
    const made = await plinth.call('createProject', {
      body: {
        name: `Tumour triage ${stamp}`,
        template: 'python-scikit-learn',
        description: 'Which biopsies need a second look first? Trained on the Wisconsin diagnostic data.',
        stage: 'modelling',
        goal: { title: 'Find nearly all malignant tumours', metric: 'test_roc_auc', target: 0.98, direction: 'maximize' },
      },
    });
    const { items } = await plinth.call('listCommits', { project: made.slug });
    check(items.length > 0, 'the template’s files are the first commit');
    note(`${made.name}: first commit ${items[0]!.id.slice(0, 10)}`);
    return made;
  });

  const environment = await step('Its environment, locked and built', async () => {
    const { items } = await plinth.call('listEnvironments', { project: project.id });
    const found = items.find((one) => one.id === project.defaultEnvironmentId) ?? items[0];
    check(found, 'the template brought an environment');
    const revision = await until('the environment to be built', 600_000, async () => {
      const revisions = await plinth.call('listEnvironmentRevisions', { environment: found.id });
      const newest = revisions.items[0]!;
      if (newest.state === 'failed') throw new Error(`the build failed: ${newest.stateReason}`);
      return newest.state === 'ready' ? newest : null;
    });
    note(`Python ${revision.python}, digest ${revision.digest?.slice(0, 12)}, built in ${revision.buildSeconds ?? 0} s`);
    return revision;
  });

  const snapshot = await step('Real data as a snapshot that never changes', async () => {
    const script =
      'from sklearn.datasets import load_breast_cancer as l; import sys; l(as_frame=True).frame.to_csv(sys.stdout, index=False)';
    const exported = await runJob(['python', '-c', script]);
    const logs = await plinth.call('getJobLogs', { job: exported.id });
    const csv = await logs.text();
    check(csv.split('\n').length >= 570, 'all 569 patients are in the file');
    const dataset = await plinth.call('createDataset', {
      project: project.slug,
      body: { name: 'diagnoses', description: '30 measures of cell nuclei and the diagnosis (0 malignant, 1 benign).' },
    });
    const form = new FormData();
    form.append('file', new Blob([csv], { type: 'text/csv' }), 'diagnoses.csv');
    const made = await plinth.call('createSnapshot', { project: project.slug, dataset: dataset.id, body: form });
    note(
      `diagnoses.csv, ${csv.length.toLocaleString('en')} bytes, digest ${(made as unknown as { digest: string }).digest.slice(0, 12)}`,
    );
    return made as unknown as { id: string };
  });

  const job = await step('Training as a job, with live logs and a price', async () => {
    const done = await runJob(['python', 'train.py'], [{ name: 'data', snapshotId: snapshot.id }]);
    check(done.state === 'succeeded', `the job succeeded (it is ${done.state})`);
    note(`exit code ${done.exitCode}, isolation ${done.isolation}, cost ${done.cost.amount} ${done.cost.currency}`);
    return done;
  });

  const run = await step('The tracked run, tied to where it came from', async () => {
    check(job.runIds.length > 0, 'the job logged a run by the unchanged MLflow client');
    const found = await plinth.call('getRun', { run: job.runIds[0]! });
    const { provenance } = found;
    check(provenance.jobId === job.id, 'the run names its job');
    check(provenance.commit === job.commit, 'the run names its commit');
    check(provenance.environmentDigest === environment.digest, 'the run names its environment');
    check(
      provenance.snapshots.some((one: { snapshotId: string }) => one.snapshotId === snapshot.id),
      'the run names its data',
    );
    check(provenance.missing.length === 0, `nothing is missing (${provenance.missing.join(', ')})`);
    const metrics = await plinth.call('listRunMetrics', { run: found.id });
    for (const metric of metrics.items.filter((one) => one.key.startsWith('test_')))
      note(`${metric.key} ${Number(metric.value).toFixed(4)}`);
    return found;
  });

  await step('The record of it all, verified', async () => {
    const verification = await plinth.call('verifyAudit');
    check(verification.valid, `the chain is whole (first bad: ${verification.firstBadSequence})`);
    note(`${verification.checked} events, head ${verification.head.slice(0, 12)}`);
  });

  console.log(`\nFrom nothing to a tracked run in ${((Date.now() - began) / 1000).toFixed(0)} s:`);
  for (const { name, seconds } of steps) console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
  console.log(`\n  project  ${platform.url}/projects/${project.slug}`);
  console.log(`  job      ${platform.url}/jobs/${job.id}`);
  console.log(`  run      ${platform.url}/runs/${run.id}`);
  if (platform.signInLink) console.log(`\n  sign in  ${platform.signInLink}`);

  async function runJob(command: string[], inputs: { name: string; snapshotId: string }[] = []) {
    const queued = await plinth.call('startJob', { project: project.slug, body: { command, inputs } });
    return until(`job ${queued.id} to end`, 600_000, async () => {
      const now = await plinth.call('getJob', { job: queued.id });
      if (['queued', 'starting', 'running'].includes(now.state)) return null;
      if (now.state !== 'succeeded') {
        const log = await plinth.call('getJobLogs', { job: queued.id });
        console.error((await log.text()).split('\n').slice(-30).join('\n'));
        throw new Error(`job ${queued.id} is ${now.state}: ${now.stateReason ?? `exit code ${now.exitCode}`}`);
      }
      return now;
    });
  }
} catch (error) {
  console.error(`\nThe demo stopped: ${(error as Error).message}`);
  if (error instanceof ApiProblem) console.error(JSON.stringify(error.body, null, 2));
  await platform.stop();
  process.exit(1);
}

if (leave) {
  await platform.stop();
  process.exit(0);
}
console.log(platform.own ? '\nPlinth stays up. Stop it with Ctrl-C.' : '');
if (!platform.own) process.exit(0);

async function until<T>(what: string, milliseconds: number, check: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
