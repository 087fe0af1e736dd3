import { text } from 'node:stream/consumers';

/**
 * Clients of `log-batch` as a process of their own: reads {url, token, clients, seconds} from standard input, gives each client a run of its own,
 * sends 1,000 new points a call, and prints {metricsPerSecond, p50Milliseconds, errors}.
 */
const { url, token, clients, seconds } = JSON.parse(await text(process.stdin)) as {
  url: string;
  token: string | null;
  clients: number;
  seconds: number;
};
const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
const call = (path: string, body: object) =>
  fetch(`${url}/api/2.0/mlflow/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
const latencies: number[] = [];
let errors = 0;

const runs = await Promise.all(
  Array.from({ length: clients }, async () => {
    const answer = await call('runs/create', { experiment_id: '0', start_time: Date.now() });
    if (!answer.ok) throw new Error(`runs/create answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { run: { info: { run_id: string } } }).run.info.run_id;
  }),
);
const began = performance.now();
const end = began + seconds * 1000;
await Promise.all(
  runs.map(async (runId) => {
    for (let batch = 0; performance.now() < end; batch++) {
      const timestamp = Date.now();
      const metrics = Array.from({ length: 1_000 }, (_, index) => ({
        key: `metric_${index % 10}`,
        value: Math.sin(batch + index),
        timestamp,
        step: batch * 100 + Math.floor(index / 10),
      }));
      const start = performance.now();
      const answer = await call('runs/log-batch', { run_id: runId, metrics });
      await answer.arrayBuffer();
      if (!answer.ok) errors += 1;
      latencies.push(performance.now() - start);
    }
  }),
);
const elapsed = (performance.now() - began) / 1000;
latencies.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    metricsPerSecond: Math.round(((latencies.length - errors) * 1_000) / elapsed),
    p50Milliseconds: Math.round(latencies[Math.floor(latencies.length / 2)] ?? 0),
    errors,
  }),
);
