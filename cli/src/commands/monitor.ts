import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, printList, printObject } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';

interface Filter extends CommonOptions {
  deployment?: string;
  limit: number;
  all?: boolean;
}

/** Monitors of deployments, their alerts, and what turned out to be true. */
export function monitorCommands(program: Command): void {
  const monitor = program.command('monitor').description('what watches deployments');
  monitor
    .command('list')
    .option('--deployment <name>', 'by name or id')
    .option('--limit <number>', 'how many', Number, 50)
    .description('monitors, newest first')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Filter>();
      const session = openSession(options);
      const { items } = await session.client.call('listMonitors', {
        limit: options.limit,
        ...filterOf(options, session.project),
      });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'deployment', value: (row) => row.deploymentName },
          { title: 'channel', value: (row) => row.channel },
          { title: 'state', value: (row) => row.state },
          { title: 'firing', value: (row) => row.openAlerts.firing },
          { title: 'rows', value: (row) => row.rowCount },
          { title: 'last row', value: (row) => (row.lastRowAt ? ago(row.lastRowAt) : '–') },
        ],
        options,
        'Nothing is deployed that could be watched.',
      );
    });
  monitor
    .command('show')
    .argument('<monitor>', 'its id')
    .description('signals of a monitor, those that changed most first')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const detail = await openSession(options).client.call('getMonitor', { monitor: id });
      if (options.json) return printObject(detail, options);
      const { accuracy, rmse } = detail.quality.overall?.metrics ?? {};
      printObject(
        {
          deployment: `${detail.deploymentName} (${detail.channel})`,
          state: detail.state,
          reference: `${detail.reference.kind ?? 'none yet'}, ${detail.reference.rowCount} rows`,
          budget: `at most one false alarm in ${detail.falseAlarmDays} days`,
          rows: detail.rowCount,
          requestsLastHour: detail.service.lastHour.requestCount,
          p95Milliseconds: detail.service.lastHour.p95Milliseconds,
          quality: accuracy
            ? `accuracy ${accuracy.value.toFixed(3)}`
            : rmse
              ? `RMSE ${rmse.value.toPrecision(4)}`
              : 'no labels yet',
        },
        options,
      );
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
        'No row has been seen yet.',
      );
    });

  const alert = program.command('alert').description('what monitors found');
  alert
    .command('list')
    .option('--deployment <name>', 'by name or id')
    .option('--all', 'resolved ones too')
    .option('--limit <number>', 'how many', Number, 50)
    .description('open alerts, newest first')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<Filter>();
      const session = openSession(options);
      const { items } = await session.client.call('listAlerts', {
        limit: options.limit,
        ...(options.all ? {} : { state: 'open' }),
        ...filterOf(options, session.project),
      });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'state', value: (row) => row.state },
          { title: 'since', value: (row) => ago(row.firedAt ?? row.createdAt) },
          { title: 'seen by', value: (row) => row.acknowledgedByName ?? '–' },
          { title: 'message', value: (row) => row.message },
        ],
        options,
        'No alert is open.',
      );
    });
  alert
    .command('show')
    .argument('<alert>', 'its id')
    .description('one alert')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('getAlert', { alert: id }), options);
    });
  alert
    .command('ack')
    .argument('<alert>', 'its id')
    .option('--message <text>', 'what you make of it', '')
    .description('say that you have seen it')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { message: string }>();
      const body = { message: options.message };
      printObject(await openSession(options).client.call('acknowledgeAlert', { alert: id, body }), options);
    });
  alert
    .command('resolve')
    .argument('<alert>', 'its id')
    .option('--reason <reason>', 'false-alarm, handled or expected', 'handled')
    .description('end it by your word')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { reason: string }>();
      if (!isReason(options.reason)) throw new UseError('--reason is one of false-alarm, handled, expected');
      printObject(
        await openSession(options).client.call('resolveAlert', { alert: id, body: { reason: options.reason } }),
        options,
      );
    });

  alert
    .command('retrain')
    .argument('<alert>', 'its id')
    .option('--target <column>', 'the column that holds the truth, where that is not clear')
    .description('make the version again on its reference and the labelled rows since')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { target?: string }>();
      const body = options.target === undefined ? {} : { target: options.target };
      printObject(await openSession(options).client.call('retrainForAlert', { alert: id, body }), options);
    });

  program
    .command('ground-truth')
    .argument('<deployment>', 'its name or id')
    .argument('<file>', 'JSON lines of {predictionId, value, observedAt?}')
    .description('say what turned out to be true for predicted rows')
    .action(async (deployment: string, file: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const items = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim())
        .map((line) => JSON.parse(line));
      const { client } = openSession(options);
      const sums = { recorded: 0, corrected: 0, unchanged: 0 };
      for (let start = 0; start < items.length; start += 1_000) {
        const counts = await client.call('putGroundTruth', { deployment, body: { items: items.slice(start, start + 1_000) } });
        for (const name of ['recorded', 'corrected', 'unchanged'] as const) sums[name] += counts[name];
      }
      printObject(sums, options);
    });
}

const reasons = ['false-alarm', 'handled', 'expected'] as const;
const isReason = (text: string): text is (typeof reasons)[number] => (reasons as readonly string[]).includes(text);

const filterOf = (options: Filter, project: string | null | undefined) => ({
  ...(options.deployment ? { deployment: options.deployment } : {}),
  ...(project ? { project } : {}),
});
