import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
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
const headers = {
  ...(token ? { authorization: `Bearer ${token}` } : {}),
  ...(method === 'PUT' ? { 'content-type': 'application/octet-stream', 'content-length': sizeBytes } : {}),
};
const began = performance.now();
await (method === 'PUT' ? send() : take());
process.stdout.write(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));

/** From a few blocks that go round, so that this client takes as little of the machine as it can. */
async function send(): Promise<void> {
  const free = Array.from({ length: 4 }, () => randomBytes(1024 * 1024));
  let wake = (): void => {};
  const asked = request(url, { method, headers });
  const answered = new Promise<void>((resolve, reject) => {
    asked.on('error', reject);
    asked.on('response', (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`PUT ${url} answered ${answer.statusCode}`)),
      );
    });
  });
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
  await answered;
}

/** Into one buffer that is never looked at but for the first line: the bytes that came are counted, with what HTTP puts around them. */
async function take(): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  let count = 0;
  let status = '';
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.alloc(1024 * 1024),
        callback: (length, buffer) => {
          if (count === 0) status = Buffer.from(buffer.buffer, 0, length).toString('latin1').split('\r\n')[0]!;
          count += length;
          return true;
        },
      },
    });
    socket.on('error', reject);
    socket.on('close', resolve);
    const lines = Object.entries({ host: `${hostname}:${port}`, connection: 'close', ...headers });
    socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  });
  if (!status.includes(' 200 ') || count < sizeBytes) throw new Error(`GET ${url} gave ${count} bytes with ${status}`);
}
