import { readFileSync } from 'node:fs';
import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, note, printList, printObject } from '../output.ts';
import { retrainOptions, tellRetraining } from '../retraining.ts';
import { type Call, listVerb, verb } from '../verbs.ts';

interface Where {
  deployment?: string;
}
const ofDeployment: [string, string] = ['--deployment <name>', 'of one deployment, by name or id'];
const where = ({ session, options }: Call<string[], Where>) => ({
  ...(session.project ? { project: session.project } : {}),
  ...(options.deployment ? { deployment: options.deployment } : {}),
});

/** Monitors of deployments, what they found, and what turned out to be true. */
export function monitorCommands(program: Command): void {
  const monitor = program.command('monitor').description('what watches deployments');
  listVerb<'listMonitors', Where>(monitor, {
    about: 'newest first; every channel of a deployment has one',
    operation: 'listMonitors',
    input: where,
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'deployment', value: (row) => row.deploymentName },
      { title: 'channel', value: (row) => row.channel },
      { title: 'state', value: (row) => row.state },
      { title: 'firing', value: (row) => row.openAlerts.firing },
      { title: 'rows', value: (row) => row.rowCount },
      { title: 'last row', value: (row) => (row.lastRowAt ? ago(row.lastRowAt) : '–'), exact: (row) => row.lastRowAt ?? '' },
    ],
    empty: 'Nothing is deployed that could be watched.',
    options: [ofDeployment],
  });
  verb<[string]>(
    monitor,
    'show <monitor>',
    'its signals, those that changed most first',
    async ({ args: [id], options, session }) => {
      const detail = await session.client.call('getMonitor', { monitor: id });
      if (options.json) return printObject(detail, options);
      printObject(inShort(detail), options);
      printList(
        detail.signals,
        [
          { title: 'signal', value: (row) => row.name },
          { title: 'state', value: (row) => row.state },
          { title: 'shift (sd)', value: (row) => row.measures.location?.toFixed(2) ?? '–' },
          { title: 'PSI', value: (row) => row.measures.populationStability?.toFixed(3) ?? '–' },
          { title: 'e-value', value: (row) => row.evidence.toPrecision(3) },
          { title: 'alarm at', value: (row) => row.threshold.toPrecision(3) },
        ],
        options,
        'Nothing is compared yet: the reference is being learned.',
      );
    },
  );

  const alert = program.command('alert').description('what monitors found');
  listVerb<'listAlerts', Where & { resolved?: boolean }>(alert, {
    about: 'open ones, newest first',
    operation: 'listAlerts',
    input: (call) => ({ ...where(call), ...(call.options.resolved ? {} : { state: 'open' as const }) }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'state', value: (row) => row.state },
      { title: 'since', value: (row) => ago(row.firedAt ?? row.createdAt), exact: (row) => row.firedAt ?? row.createdAt },
      { title: 'seen by', value: (row) => row.acknowledgedByName ?? '–' },
      { title: 'message', value: (row) => row.message },
    ],
    empty: 'No alert is open.',
    options: [ofDeployment, ['--resolved', 'resolved ones too']],
  });
  verb<[string]>(alert, 'show <alert>', 'one alert', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('getAlert', { alert: id }), options),
  );
  verb<[string], { message?: string }>(
    alert,
    'ack <alert>',
    'say that you have seen it',
    async ({ args: [id], options, session }) =>
      printObject(
        await session.client.call('acknowledgeAlert', { alert: id, body: { message: options.message ?? '' } }),
        options,
      ),
    [['--message <text>', 'what you make of it']],
  );
  verb<[string], { reason: string }>(
    alert,
    'resolve <alert>',
    'end it by your word',
    async ({ args: [id], options, session }) => {
      const { reason } = options;
      if (!isReason(reason)) throw new UseError(`--reason is one of ${reasons.join(', ')}`);
      printObject(await session.client.call('resolveAlert', { alert: id, body: { reason } }), options);
    },
    [['--reason <reason>', reasons.join(', '), String, 'handled']],
  );
  verb<[string], { workspace: boolean }>(
    alert,
    'investigate <alert>',
    'look into it: the rows since the change began, in a workspace on the code, environment and data of the version',
    async ({ args: [id], options, session }) => {
      const { investigation } = await session.client.call('investigateAlert', { alert: id, workspace: options.workspace });
      printObject(investigation, options);
      if (options.json) return;
      for (const { reason } of investigation.missing) note(reason);
      if (investigation.workspaceId) note(`Open it: plinth workspace open ${investigation.workspaceId}`);
    },
    [['--no-workspace', 'the rows alone, as a snapshot']],
  );
  verb<[string], { target?: string; wait?: boolean }>(
    alert,
    'retrain <alert>',
    'make the version again on its reference and the labelled rows since',
    async ({ args: [id], options, session }) => {
      const body = options.target === undefined ? {} : { target: options.target };
      await tellRetraining(session, await session.client.call('retrainForAlert', { alert: id, body }), options);
    },
    retrainOptions,
  );

  const retraining = program.command('retraining').description('versions that were made again on newer rows');
  listVerb<'listRetrainings', Where>(retraining, {
    about: 'newest first',
    operation: 'listRetrainings',
    input: where,
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'deployment', value: (row) => row.deploymentName },
      { title: 'state', value: (row) => row.state },
      { title: 'before', value: (row) => row.versionName },
      { title: 'candidate', value: (row) => row.newVersionName },
      { title: 'outcome', value: (row) => row.comparison?.outcome },
      { title: 'began', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
    ],
    empty: 'Nothing was retrained yet.',
    options: [ofDeployment],
  });
  verb<[string], { wait?: boolean }>(
    retraining,
    'show <retraining>',
    'its state, and how the candidate compares with the version before',
    async ({ args: [id], options, session }) =>
      tellRetraining(session, await session.client.call('getRetraining', { retraining: id }), options),
    [['--wait', 'until it has ended; exit code 1 when it failed']],
  );

  verb<[string, string]>(
    program,
    'ground-truth <deployment> <file>',
    'say what turned out to be true for predicted rows: a file (- for standard input) of JSON lines {predictionId, value, observedAt?}',
    async ({ args: [deployment, file], options, session }) => {
      const items = readItems(file);
      const sums = { recorded: 0, corrected: 0, unchanged: 0 };
      for (let start = 0; start < items.length; start += 1_000) {
        const body = { items: items.slice(start, start + 1_000) };
        const counts = await session.client.call('putGroundTruth', { deployment, body });
        for (const name of ['recorded', 'corrected', 'unchanged'] as const) sums[name] += counts[name];
      }
      printObject(sums, options);
    },
  );
}

function inShort(detail: Output<'getMonitor'>) {
  const { accuracy, rmse } = detail.quality.overall?.metrics ?? {};
  return {
    deployment: `${detail.deploymentName} (${detail.channel})`,
    state: detail.state,
    reference: `${detail.reference.kind ?? 'none yet'}, ${detail.reference.rowCount} rows`,
    budget: `at most one false alarm in ${detail.falseAlarmDays} days`,
    rows: detail.rowCount,
    requestsLastHour: detail.service.lastHour.requestCount,
    p95Milliseconds: detail.service.lastHour.p95Milliseconds,
    quality: accuracy ? `accuracy ${accuracy.value.toFixed(3)}` : rmse ? `RMSE ${rmse.value.toPrecision(4)}` : 'no labels yet',
  };
}

const reasons = ['false-alarm', 'handled', 'expected'] as const;
const isReason = (text: string): text is (typeof reasons)[number] => (reasons as readonly string[]).includes(text);

function readItems(file: string) {
  const lines = readFileSync(file === '-' ? 0 : file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (!line.trim()) return [];
    try {
      return [JSON.parse(line)];
    } catch {
      throw new UseError(`Line ${index + 1} of ${file} is not JSON.`);
    }
  });
}
