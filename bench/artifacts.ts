import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Comparison, type Measured, median } from './compare.ts';
import { type Started, startMlflow, startPlinth } from './peer.ts';

interface ArtifactRow {
  server: 'plinth' | 'mlflow server';
  direction: 'up' | 'down';
  /** The median of the rounds. */
  megabytesPerSecond: number;
  /** Of all of the server's processes; tells more than the clock on a machine that has other work too. */
  processorSecondsPerGigabyte: number;
  /** The most that all of the server's processes held in memory during the rounds, beyond what they held before. */
  peakExtraMegabytes: number;
}

/**
 * One file of 1 GB through the artifact proxy, up and down, by the same plain HTTP client. The servers take turns, so that a busy moment of the
 * machine meets both. Ours acknowledges what is synced to the disk and checks every byte against its digest on the way out; the peer does neither.
 */
export async function benchArtifacts({ sizeBytes = 1024 ** 3, rounds = 3 } = {}): Promise<Measured> {
  const servers: { server: ArtifactRow['server']; started: Started; base: string }[] = [];
  try {
    for (const [server, start] of [
      ['plinth', startPlinth],
      ['mlflow server', startMlflow],
    ] as const) {
      const started = await start();
      servers.push({ server, started, base: '' });
      servers.at(-1)!.base = await artifactsOfNewRun(started);
    }
    const rows: ArtifactRow[] = [];
    for (const direction of ['up', 'down'] as const) {
      const seconds = new Map(servers.map(({ server }) => [server, [] as number[]]));
      const peaks = new Map(servers.map(({ server }) => [server, 0]));
      const worked = new Map(servers.map(({ server }) => [server, [] as number[]]));
      for (let round = 0; round < rounds; round++)
        for (const { server, started, base } of servers) {
          const before = await forgetPeak(started);
          const workedBefore = await processorSeconds(started);
          const url = `${base}/big-${round}.bin`;
          seconds.get(server)!.push(await load(url, started.token, direction === 'up' ? 'PUT' : 'GET', sizeBytes));
          worked.get(server)!.push((await processorSeconds(started)) - workedBefore);
          peaks.set(server, Math.max(peaks.get(server)!, (await peakKilobytes(started)) - before));
        }
      for (const { server } of servers)
        rows.push({
          server,
          direction,
          megabytesPerSecond: Math.round(sizeBytes / 1e6 / median(seconds.get(server)!)),
          processorSecondsPerGigabyte: Math.round((median(worked.get(server)!) / (sizeBytes / 1024 ** 3)) * 100) / 100,
          peakExtraMegabytes: Math.round(peaks.get(server)! / 1024),
        });
    }
    return inWords(rows, rounds);
  } finally {
    for (const { started } of servers) await started.stop();
  }
}

function inWords(rows: readonly ArtifactRow[], rounds: number): Measured {
  const beside = (
    direction: ArtifactRow['direction'],
    field: 'megabytesPerSecond' | 'processorSecondsPerGigabyte' | 'peakExtraMegabytes',
  ) => {
    const of = (server: ArtifactRow['server']) =>
      rows.find((row) => row.server === server && row.direction === direction)![field];
    return { ours: of('plinth'), theirs: of('mlflow server') };
  };
  return {
    title: 'Artifacts beside `mlflow server`',
    method: `One file of 1 GB through the artifact proxy by a plain HTTP client, median of ${rounds} rounds in turns; ours is synced to the disk before it is acknowledged and checked against its digest on the way out. Memory is the most that all of the server's processes held beyond what they held before.`,
    comparisons: (['up', 'down'] as const).flatMap((direction): Comparison[] => [
      {
        measure: `1 GB ${direction}`,
        unit: 'MB a second',
        ...beside(direction, 'megabytesPerSecond'),
        better: 'more',
        bar: { times: 2 },
      },
      {
        measure: `1 GB ${direction}, work`,
        unit: 's of processor',
        ...beside(direction, 'processorSecondsPerGigabyte'),
        better: 'less',
      },
      { measure: `1 GB ${direction}, memory`, unit: 'MB', ...beside(direction, 'peakExtraMegabytes'), better: 'less' },
    ]),
    faults: [],
    rows,
  };
}

async function artifactsOfNewRun({ url, token }: Started): Promise<string> {
  const answer = await fetch(`${url}/api/2.0/mlflow/runs/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ experiment_id: '0', start_time: Date.now() }),
  });
  const { run } = (await answer.json()) as { run: { info: { artifact_uri: string } } };
  return `${url}/api/2.0/mlflow-artifacts/artifacts/${run.info.artifact_uri.replace(/^mlflow-artifacts:\/+/, '')}`;
}

async function load(url: string, token: string | null, method: 'PUT' | 'GET', sizeBytes: number): Promise<number> {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'artifact-load.ts')]);
  running.child.stdin!.end(JSON.stringify({ url, token, method, sizeBytes }));
  return (JSON.parse((await running).stdout) as { seconds: number }).seconds;
}

/** Sets the kernel's high-water marks to what is held now. @returns that, in kilobytes */
async function forgetPeak({ processId }: Started): Promise<number> {
  for (const pid of await family(processId)) await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {});
  return peakKilobytes({ processId });
}

/** The sum of the high-water marks of a process and all below it. */
async function peakKilobytes({ processId }: Pick<Started, 'processId'>): Promise<number> {
  let sum = 0;
  for (const pid of await family(processId)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    sum += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return sum;
}

async function processorSeconds({ processId }: Started): Promise<number> {
  let ticks = 0;
  for (const pid of await family(processId)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / 100;
}

async function family(processId: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null) : null;
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [processId];
  for (const parent of found) for (const [pid, ppid] of parents) if (ppid === parent) found.push(pid);
  return found;
}
