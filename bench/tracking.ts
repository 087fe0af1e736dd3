import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Started, startMlflow, startPlinth } from './peer.ts';

export interface TrackingRow {
  server: 'plinth' | 'mlflow server';
  secondsToReady: number;
  residentMegabytes: number;
  /** Four clients, 1,000 new points a call, acknowledged. */
  metricsPerSecond: number;
  p50Milliseconds: number;
  errors: number;
}

/** Start on an empty store, memory at rest, and log-batch: both servers one after the other, each as its makers start it. */
export async function benchTracking({ seconds = 5, clients = 4 } = {}): Promise<TrackingRow[]> {
  const rows: TrackingRow[] = [];
  for (const [server, start] of [
    ['plinth', startPlinth],
    ['mlflow server', startMlflow],
  ] as const) {
    const started = await start();
    try {
      await load(started, clients, 0.5);
      const measured = await load(started, clients, seconds);
      rows.push({
        server,
        secondsToReady: Math.round(started.secondsToReady * 10) / 10,
        residentMegabytes: started.residentMegabytes,
        ...measured,
      });
    } finally {
      await started.stop();
    }
  }
  return rows;
}

async function load({ url, token }: Started, clients: number, seconds: number) {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'log-batch-load.ts')]);
  running.child.stdin!.end(JSON.stringify({ url, token, clients, seconds }));
  return JSON.parse((await running).stdout) as Pick<TrackingRow, 'metricsPerSecond' | 'p50Milliseconds' | 'errors'>;
}
