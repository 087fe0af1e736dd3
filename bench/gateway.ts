import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { project, row, servedModels } from '../e2e/served-models.ts';
import setUp from '../server/src/testing/global-setup.ts';

/** One cell of the table. Latencies in milliseconds. */
export interface GatewayRow {
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
export async function benchGateway({ seconds = 5, connections = [1, 8, 64] } = {}): Promise<GatewayRow[]> {
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
    await t.until('mlflow models serve', async () => (await fetch(`${peerUrl}/ping`).catch(() => null))?.ok, 180_000);
    const servers: { server: GatewayRow['server']; url: string; headers: Record<string, string> }[] = [
      {
        server: 'plinth',
        url: `${t.url}/deployments/bench/invocations`,
        headers: { authorization: `Bearer ${owner.token}` },
      },
      { server: 'mlflow models serve', url: `${peerUrl}/invocations`, headers: {} },
    ];
    const rows: GatewayRow[] = [];
    for (const count of connections)
      for (const { server, url, headers } of servers) {
        await measure(url, headers, body, count, 0.5);
        rows.push({ server, connections: count, ...(await measure(url, headers, body, count, seconds)) });
      }
    return rows;
  } finally {
    if (peer?.pid) process.kill(-peer.pid, 'SIGKILL');
    await t.stop();
    await tearDown();
  }
}

async function measure(url: string, headers: Record<string, string>, body: string, connections: number, seconds: number) {
  const latencies: number[] = [];
  let errors = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const start = performance.now();
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
        }).catch(() => null);
        await answer?.arrayBuffer();
        if (answer?.status !== 200) errors += 1;
        latencies.push(performance.now() - start);
      }
    }),
  );
  const elapsed = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0) * 100) / 100;
  return {
    requestsPerSecond: Math.round(latencies.length / elapsed),
    p50Milliseconds: at(0.5),
    p99Milliseconds: at(0.99),
    errors,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

if (import.meta.main) console.table(await benchGateway());
