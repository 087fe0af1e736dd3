import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * A client of the artifact proxy as a process of its own: reads {url, token, method, sizeBytes} from standard input, sends or takes one file as a
 * stream and prints {seconds}. What is sent is random, and other bytes each time.
 */
const { url, token, method, sizeBytes } = JSON.parse(await text(process.stdin)) as {
  url: string;
  token: string | null;
  method: 'PUT' | 'GET';
  sizeBytes: number;
};
// A few blocks that go round, so that this client takes as little of the machine as it can.
const blocks = Array.from({ length: 4 }, () => randomBytes(1024 * 1024));
const began = performance.now();
const taken = await new Promise<number>((resolve, reject) => {
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(method === 'PUT' ? { 'content-type': 'application/octet-stream', 'content-length': sizeBytes } : {}),
  };
  const asked = request(url, { method, headers }, (answer) => {
    let count = 0;
    answer.on('data', (chunk: Buffer) => {
      count += chunk.length;
      if (chunk.buffer.byteLength === chunk.length) (chunk.buffer as ArrayBuffer).transfer(0);
    });
    answer.on('end', () =>
      answer.statusCode === 200 ? resolve(count) : reject(new Error(`${method} ${url} answered ${answer.statusCode}`)),
    );
    answer.on('error', reject);
  });
  asked.on('error', reject);
  if (method === 'GET') asked.end();
  else void send();

  async function send(): Promise<void> {
    const free = [...blocks];
    let wake = (): void => {};
    for (let sent = 0; sent < sizeBytes; ) {
      const block = free.pop();
      if (!block) {
        await new Promise<void>((resume) => {
          wake = resume;
        });
        continue;
      }
      block.writeUInt32LE(sent / block.length, 0);
      const part = block.subarray(0, Math.min(block.length, sizeBytes - sent));
      sent += part.length;
      asked.write(part, () => {
        free.push(block);
        wake();
      });
    }
    asked.end();
  }
});
if (method === 'GET' && taken !== sizeBytes) throw new Error(`${url} gave ${taken} bytes instead of ${sizeBytes}`);
process.stdout.write(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));
