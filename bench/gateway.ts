import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { project, row, servedModels } from '../e2e/served-models.ts';
import setUp from '../server/src/testing/global-setup.ts';
import { type Comparison, type Measured, median } from './compare.ts';
import { freePort, PeerProblem } from './peer.ts';

/** One cell of the table. Latencies in milliseconds. */
interface GatewayRow {
  server: 'plinth' | 'mlflow models serve';
  connections: number;
  requestsPerSecond: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  errors: number;
}

/**
 * One-row requests to the same model in the same environment, in one run: our gateway with rights, schema and prediction log on, one replica,
 * beside `mlflow models serve` with its one worker. The two take turns, so that a busy moment of the machine meets both.
 */
export async function benchGateway({ seconds = 5, connections = [1, 8, 64], rounds = 3 } = {}): Promise<Measured> {
  const tearDown = await setUp();
  const { t, owner, logged, python } = await servedModels();
  let peer: ChildProcess | null = null;
  try {
    await owner.post(`/projects/${project}/deployments`, { name: 'bench', model: 'models:/cancer/1' });
    const deployment = await t.until(
      'the deployment',
      async () => {
        const { body } = await owner.get('/deployments/bench');
        return body.state === 'healthy' ? body : null;
      },
      180_000,
    );
    const columns = deployment.form.signature.inputs.map((input: { name: string }) => input.name);
    const body = JSON.stringify({ dataframe_split: { columns, data: [row] } });
    const port = await freePort();
    const model = logged.find((one) => one.name === 'cancer')!.id;
    peer = spawn(
      python,
      ['-m', 'mlflow', 'models', 'serve', '-m', `models:/${model}`, '--env-manager', 'local', '-p', String(port)],
      {
        env: {
          PATH: `${python.replace(/\/python$/, '')}:${process.env.PATH}`,
          HOME: t.home,
          MLFLOW_TRACKING_URI: `${t.url}/mlflow/${project}`,
          MLFLOW_TRACKING_TOKEN: owner.token,
        },
        stdio: 'ignore',
        detached: true,
      },
    );
    const peerUrl = `http://127.0.0.1:${port}`;
    const up = async () => (await fetch(`${peerUrl}/ping`).catch(() => null))?.ok;
    await t.until('mlflow models serve', up, 180_000).catch((error: Error) => {
      throw new PeerProblem(error.message);
    });
    const servers: { server: GatewayRow['server']; url: string; headers: Record<string, string> }[] = [
      {
        server: 'plinth',
        url: `${t.url}/deployments/bench/invocations`,
        headers: { authorization: `Bearer ${owner.token}` },
      },
      { server: 'mlflow models serve', url: `${peerUrl}/invocations`, headers: {} },
    ];
    const rows: GatewayRow[] = [];
    for (const count of connections) {
      for (const { url, headers } of servers) await measure(url, headers, body, count, 0.5);
      for (let round = 0; round < rounds; round++)
        for (const { server, url, headers } of servers)
          rows.push({ server, connections: count, ...(await measure(url, headers, body, count, seconds)) });
    }
    return inWords(rows, connections, `median of ${rounds} rounds of ${seconds} s`);
  } finally {
    if (peer?.pid) process.kill(-peer.pid, 'SIGKILL');
    await t.stop();
    // What it waits for does not keep the process by itself.
    const alive = setInterval(() => {}, 1_000);
    await tearDown();
    clearInterval(alive);
  }
}

function inWords(rows: readonly GatewayRow[], connections: readonly number[], taken: string): Measured {
  const of = (server: GatewayRow['server'], count: number, field: 'requestsPerSecond' | 'p99Milliseconds') =>
    median(rows.filter((row) => row.server === server && row.connections === count).map((row) => row[field]));
  const beside = (count: number, field: 'requestsPerSecond' | 'p99Milliseconds') => ({
    ours: of('plinth', count, field),
    theirs: of('mlflow models serve', count, field),
  });
  const failed = rows.filter((row) => row.server === 'plinth').reduce((sum, row) => sum + row.errors, 0);
  /** At one connection there is nothing to predict together: it must not be slower. At 64 it is what coalescing is for. */
  const bars: Record<number, { times: number }> = { 1: { times: 1 }, 64: { times: 10 } };
  return {
    title: 'Serving beside `mlflow models serve`',
    method: `The same model in the same environment, one row a request, one replica beside the peer's one worker; rights, schema and prediction log on; ${taken}, in turns, by callers in a process of their own.`,
    comparisons: connections.flatMap((count): Comparison[] => {
      const at = `${count} ${count === 1 ? 'connection' : 'connections'}`;
      const bar = bars[count];
      return [
        {
          measure: at,
          unit: 'requests a second',
          ...beside(count, 'requestsPerSecond'),
          better: 'more',
          ...(bar ? { bar } : {}),
        },
        {
          measure: `${at}, 99 of 100 within`,
          unit: 'ms',
          ...beside(count, 'p99Milliseconds'),
          better: 'less',
          bar: { times: 1 },
        },
      ];
    }),
    faults: failed > 0 ? [`${failed} requests to Plinth's gateway failed`] : [],
    rows,
  };
}

async function measure(url: string, headers: Record<string, string>, body: string, connections: number, seconds: number) {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'load.ts')]);
  running.child.stdin!.end(JSON.stringify({ url, headers, body, connections, seconds }));
  return JSON.parse((await running).stdout) as Omit<GatewayRow, 'server' | 'connections'>;
}
