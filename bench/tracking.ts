import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Measured, median } from './compare.ts';
import { type Started, startMlflow, startPlinth } from './peer.ts';

interface LogBatchRow {
  server: 'plinth' | 'mlflow server';
  metricsPerSecond: number;
  p50Milliseconds: number;
  errors: number;
}

/** Points acknowledged by `log-batch`: both servers stand, and are asked in turns, so that a busy moment of the machine meets both. */
export async function benchTracking({ seconds = 5, clients = 4, rounds = 3 } = {}): Promise<Measured> {
  const servers: { server: LogBatchRow['server']; started: Started }[] = [];
  const rows: LogBatchRow[] = [];
  try {
    for (const [server, start] of [
      ['plinth', startPlinth],
      ['mlflow server', startMlflow],
    ] as const)
      servers.push({ server, started: await start() });
    for (const { started } of servers) await load(started, clients, 0.5);
    for (let round = 0; round < rounds; round++)
      for (const { server, started } of servers) rows.push({ server, ...(await load(started, clients, seconds)) });
  } finally {
    for (const { started } of servers) await started.stop();
  }
  const of = (server: LogBatchRow['server'], field: 'metricsPerSecond' | 'p50Milliseconds') =>
    median(rows.filter((row) => row.server === server).map((row) => row[field]));
  const beside = (field: 'metricsPerSecond' | 'p50Milliseconds') => ({
    ours: of('plinth', field),
    theirs: of('mlflow server', field),
  });
  const failed = rows.filter((row) => row.server === 'plinth').reduce((sum, row) => sum + row.errors, 0);
  return {
    title: 'Tracking beside `mlflow server`',
    method: `${clients} clients, 1,000 new points a call of log-batch, each answered once it is committed; median of ${rounds} rounds of ${seconds} s, in turns.`,
    comparisons: [
      { measure: 'log-batch', unit: 'points a second', ...beside('metricsPerSecond'), better: 'more', bar: { times: 20 } },
      { measure: 'log-batch, median call', unit: 'ms', ...beside('p50Milliseconds'), better: 'less' },
    ],
    faults: failed > 0 ? [`${failed} calls of log-batch failed on Plinth`] : [],
    rows,
  };
}

async function load({ url, token }: Started, clients: number, seconds: number) {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'log-batch-load.ts')]);
  running.child.stdin!.end(JSON.stringify({ url, token, clients, seconds }));
  return JSON.parse((await running).stdout) as Omit<LogBatchRow, 'server'>;
}
