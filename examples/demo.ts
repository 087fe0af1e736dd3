/**
 * `npm run demo`: a real model on real data (breast cancer diagnoses, 569 patients, shipped inside scikit-learn) through its whole life, for real:
 * project, environment, data, training, registry, approval by somebody else, deployment, drift, alert, retraining, and one answer traced back to its
 * source and made again. Ends with what was made, how long it took, where to look, and the verdict.
 * With `--exit` it stops what it started and exits 0 only if every step did what it should.
 */
import { ApiProblem, createClient } from '../sdk/src/index.ts';
import { startPlatform } from './demo-platform.ts';
import { check, note, step, steps } from './demo-steps.ts';
import {
  anotherPerson,
  ask,
  drawn,
  featuresOf,
  printDiagnoses,
  readTable,
  runJob,
  shift,
  type Table,
  until,
} from './demo-world.ts';

const leave = process.argv.includes('--exit');
const began = Date.now();
const platform = await startPlatform();

try {
  const plinth = createClient({ url: platform.url, token: platform.token });
  const stamp = new Date().toISOString().slice(5, 19).replaceAll(/[-:T]/g, '');
  // On a platform where the demo has been before, the time tells its things apart.
  const again = await plinth.call('getDeployment', { deployment: 'tumour-triage' }).then(
    () => ` ${stamp}`,
    () => '',
  );
  const service = `tumour-triage${again.replace(' ', '-')}`;

  const project = await step('A project from a template, with its goal', async () => {
    const made = await plinth.call('createProject', {
      body: {
        name: `Tumour triage${again}`,
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

  const { snapshot, table } = await step('Real data as a snapshot that never changes', async () => {
    const exported = await runJob(plinth, project.slug, ['python', '-c', printDiagnoses]);
    const csv = await (await plinth.call('getJobLogs', { job: exported.id })).text();
    const read: Table = readTable(csv);
    check(read.rows.length === 569 && read.columns.length === 31, 'all 569 patients with 30 measures are in the file');
    const dataset = await plinth.call('createDataset', {
      project: project.slug,
      body: { name: 'diagnoses', description: '30 measures of cell nuclei and the diagnosis (0 malignant, 1 benign).' },
    });
    const form = new FormData();
    form.append('file', new Blob([csv], { type: 'text/csv' }), 'diagnoses.csv');
    const made = (await plinth.call('createSnapshot', { project: project.slug, dataset: dataset.id, body: form })) as unknown as {
      id: string;
      digest: string;
    };
    note(`diagnoses.csv, ${csv.length.toLocaleString('en')} bytes, digest ${made.digest.slice(0, 12)}`);
    return { snapshot: made, table: read };
  });

  const job = await step('Training as a job, with live logs and a price', async () => {
    const done = await runJob(plinth, project.slug, ['python', 'train.py'], [{ name: 'data', snapshotId: snapshot.id }]);
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
    for (const metric of found.metrics.filter((one) => one.key.startsWith('test_')))
      note(`${metric.key} ${Number(metric.value).toFixed(4)}`);
    return found;
  });

  const version = await step('Registered: an immutable version with its card', async () => {
    await plinth.call('createModel', {
      project: project.slug,
      body: {
        name: 'tumour',
        description: 'Malignant (0) or benign (1), from 30 measures of cell nuclei.',
        intendedUse: 'Puts biopsies in order for a second look by a pathologist. Not a diagnosis, and not for other tissue.',
      },
    });
    const made = await plinth.call('registerVersion', {
      project: project.slug,
      name: 'tumour',
      body: { runId: run.id, path: 'model' },
    });
    const card = await plinth.call('getModelCard', { project: project.slug, name: 'tumour', version: String(made.number) });
    note(
      `models:/tumour/${made.number}, digest ${made.digest.slice(0, 12)}, card ${card.completeness.recorded} of ${card.completeness.total} facts`,
    );
    return made;
  });

  await step('Deployed for trying, in the environment that trained it', async () => {
    await plinth.call('deploy', { project: project.slug, body: { name: service, model: `models:/tumour/${version.number}` } });
    const deployment = await until('the deployment to answer', 300_000, async () => {
      const now = await plinth.call('getDeployment', { deployment: service });
      if (now.state === 'failed') throw new Error(`it failed: ${now.stateReason}`);
      return now.state === 'healthy' ? now : null;
    });
    const { predictions } = await ask(platform, service, table.columns.slice(0, -1), [table.rows[0]!.slice(0, -1)]);
    check(predictions[0] === table.rows[0]!.at(-1), 'the first patient is judged as the biopsy said');
    note(`${deployment.endpoint.invocations} answers`);
  });

  await step('Into production, once somebody else has approved exactly these bytes', async () => {
    const asked = { name: service, model: `models:/tumour/${version.number}`, channel: 'prod' as const };
    const refusal = await plinth.call('deploy', { project: project.slug, body: asked }).then(
      () => null,
      (error: unknown) => error,
    );
    check(refusal instanceof ApiProblem && refusal.code === 'approval-required', 'production refuses what nobody approved');
    const approvalId = String((refusal.body as { approvalId?: string }).approvalId);
    const decide = (who: typeof plinth) =>
      who.call('decideApproval', {
        approval: approvalId,
        body: { decision: 'approved', comment: 'Metrics and data are as described; the recall is what the clinic asked for.' },
      });
    const own = await decide(plinth).then(
      () => null,
      (error: unknown) => error,
    );
    check(own instanceof ApiProblem && own.code === 'self-approval', 'nobody approves their own');
    const validator = { email: `vera-${stamp}@example.org`, name: 'Vera Lind' };
    const vera = await anotherPerson(platform, plinth, validator);
    await plinth.call('putMember', { project: project.slug, body: { email: validator.email, role: 'validator' } });
    const approval = await decide(vera);
    check(approval.state === 'approved', 'the validator approved it');
    await plinth.call('deploy', { project: project.slug, body: asked });
    await until('production to answer', 300_000, async () => {
      const { channels } = await plinth.call('getDeployment', { deployment: service });
      const prod = channels.find((one) => one.name === 'prod');
      if (prod?.state === 'failed') throw new Error(`it failed: ${prod.stateReason}`);
      return prod?.state === 'healthy';
    });
    note(`asked by ${approval.requestedBy.name}, approved by ${approval.decidedBy?.name}: ${approval.comment}`);
  });

  const features = table.columns.slice(0, -1);
  const moved = 'mean smoothness';
  const drift = shift(table, moved);

  const { alert, predictionId, labelled } = await step(
    'In use: quiet while all is as before, told when a scanner drifts',
    async () => {
      for (let from = 0; from < 200; from += 20) await ask(platform, service, features, drawn(table, 20, from).map(featuresOf));
      const monitor = await until('the monitor to have seen 200 patients', 60_000, async () => {
        const { items } = await plinth.call('listMonitors', { deployment: service });
        return items.find((one) => one.channel === 'prod' && one.rowCount >= 200);
      });
      const quiet = await plinth.call('listAlerts', { deployment: service, state: 'firing' });
      check(quiet.items.length === 0, 'nobody is alarmed by patients as before');
      note(`200 patients as before, watched against ${monitor.reference?.rowCount} rows of the training data: no alarm`);
      const patients = drawn(table, 200, 200);
      const sentAt = Date.now();
      const { id } = await ask(platform, service, features, patients.map(featuresOf).map(drift));
      const found = await until('the alert', 60_000, async () => {
        const { items } = await plinth.call('listAlerts', { deployment: service, state: 'firing' });
        return items.find((one) => one.kind === 'drift');
      });
      check(found.feature === moved, `the feature that moved is named (${found.feature})`);
      note(`"${found.feature}" moved by one standard deviation: named after ${((Date.now() - sentAt) / 1000).toFixed(1)} s`);
      return { alert: found, predictionId: id, labelled: patients };
    },
  );

  const retraining = await step('Retrained from the alert: same recipe, with what is true since', async () => {
    await plinth.call('acknowledgeAlert', { alert: alert.id, body: { message: 'New scanner in ward 4. Retraining.' } });
    await plinth.call('putGroundTruth', {
      deployment: service,
      body: { items: labelled.map((row, index) => ({ predictionId: `${predictionId}.${index}`, value: row.at(-1)! })) },
    });
    const begun = await plinth.call('retrainForAlert', { alert: alert.id, body: {} });
    const done = await until('the retraining', 600_000, async () => {
      const now = await plinth.call('getRetraining', { retraining: begun.id });
      return now.finishedAt ? now : null;
    });
    check(done.state === 'finished' && done.newVersionName, `it made a new version (${done.state}: ${done.stateReason})`);
    note(
      `${done.newVersionName} learned from ${done.referenceRows} rows and ${done.recentRows} since; it waits for its own approval`,
    );
    return done;
  });

  const prediction = `${predictionId}.0`;
  await step('From one answer back to its source', async () => {
    const path = await plinth.call('getPredictionProvenance', { prediction });
    check(path.modelVersion?.id === version.id, 'the answer names its version');
    check(path.run?.id === run.id && path.job?.id === job.id, 'the version names its run and job');
    check(path.commit === job.commit, 'the job names its commit');
    check(path.environment?.lockDigest === environment.digest, 'the job names its environment');
    check(path.datasets[0]?.snapshotId === snapshot.id, 'the job names its data');
    check(path.missing.length === 0, `nothing is missing (${path.missing.map((one) => one.field).join(', ')})`);
    note(`prediction ${path.prediction.id} row ${path.prediction.row}`);
    note(`  by ${path.deployment?.name} (${path.deployment?.channel}), ${path.modelVersion?.address}`);
    note(`  from run ${path.run?.name}, job ${path.job?.id}, commit ${path.commit?.slice(0, 10)}`);
    note(
      `  in environment ${path.environment?.lockDigest.slice(0, 12)}, on ${path.datasets[0]?.name} ${path.datasets[0]?.digest?.slice(0, 12)}`,
    );
    note(`  people: ${path.people.map((one) => `${one.name} (${one.parts.join(', ')})`).join('; ')}`);
  });

  const reproduction = await step('And made again: the job anew, the model anew, the answer anew', async () => {
    const begun = await plinth.call('reproducePrediction', { prediction: predictionId });
    const done = await until('the verdict', 600_000, async () => {
      const now = await plinth.call('getReproduction', { reproduction: begun.id });
      return now.verdict ? now : null;
    });
    for (const one of done.differences.slice(0, 10)) note(`differs: ${one.what}: ${one.was} became ${one.is}`);
    check(done.verdict === 'verified', `the verdict is verified (${done.verdict} ${done.cause ?? ''} ${done.causeDetail ?? ''})`);
    const { compared } = done;
    note(
      `${done.verdict}: ${compared?.points} metric values, ${compared?.files} files, ${compared?.models} model, ${compared?.predictions} answers are the same`,
    );
    return done;
  });

  await step('The record of it all, verified', async () => {
    const verification = await plinth.call('verifyAudit');
    check(verification.valid, `the chain is whole (first bad: ${verification.firstBadSequence})`);
    note(`${verification.checked} events, head ${verification.head.slice(0, 12)}`);
  });

  console.log(
    `\nFrom nothing to a governed, monitored model and back to its source in ${((Date.now() - began) / 1000).toFixed(0)} s:`,
  );
  for (const { name, seconds } of steps) console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
  const links = {
    project: `projects/${project.slug}`,
    run: `runs/${run.id}`,
    'model version': `projects/${project.slug}/models/tumour/versions/${version.number}`,
    deployment: `projects/${project.slug}/deployments/${service}`,
    alert: `alerts/${alert.id}`,
    retraining: `projects/${project.slug}/models/tumour/versions/${retraining.newVersionName?.split('/').at(-1)}`,
    prediction: `predictions/${predictionId}`,
    reproduction: `reproductions/${reproduction.id}`,
  };
  console.log('');
  for (const [name, path] of Object.entries(links)) console.log(`  ${name.padEnd(14)} ${platform.url}/${path}`);
  if (platform.signInLink) console.log(`\n  ${'sign in'.padEnd(14)} ${platform.signInLink}`);
  console.log(
    `\n  The answer of ${new Date().toISOString().slice(0, 10)} was made again from its source: ${reproduction.verdict}.`,
  );
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
