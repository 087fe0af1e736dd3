import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Callers as a process of their own, so that they take nothing from the server that they measure: reads {url, headers, body, connections,
 * seconds} from standard input and prints {requestsPerSecond, p50Milliseconds, p99Milliseconds, errors}.
 */
const { url, headers, body, connections, seconds } = JSON.parse(await text(process.stdin)) as {
  url: string;
  headers: Record<string, string>;
  body: string;
  connections: number;
  seconds: number;
};
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const bytes = Buffer.from(body);
const latencies: number[] = [];
let errors = 0;

const once = (): Promise<number> =>
  new Promise((resolve) => {
    const asked = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': bytes.length, ...headers } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', () => resolve(0));
      },
    );
    asked.on('error', () => resolve(0));
    asked.end(bytes);
  });

const began = performance.now();
const end = began + seconds * 1000;
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      if ((await once()) !== 200) errors += 1;
      latencies.push(performance.now() - start);
    }
  }),
);
const elapsed = (performance.now() - began) / 1000;
agent.destroy();
latencies.sort((a, b) => a - b);
const at = (share: number) =>
  Math.round((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0) * 100) / 100;
process.stdout.write(
  JSON.stringify({
    requestsPerSecond: Math.round(latencies.length / elapsed),
    p50Milliseconds: at(0.5),
    p99Milliseconds: at(0.99),
    errors,
  }),
);
