import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readConfig, type S3Place } from '../platform/config.ts';

/** A bucket of its own on the server that `npm run test:external` started. */
export interface TestBucket {
  name: string;
  /** The settings that name it. */
  env: Record<string, string>;
  place: S3Place;
  /** To look into it, or to break something. */
  client: S3Client;
}

export async function makeBucket(prefix = 'some/prefix'): Promise<TestBucket> {
  const server = JSON.parse(process.env.PLINTH_TEST_S3 ?? 'null');
  if (!server) throw new Error('PLINTH_TEST_S3 is not set: run these tests by `npm run test:external`, which starts a server');
  const name = `t-${randomBytes(6).toString('hex')}`;
  const { endpoint, accessKeyId, secretAccessKey } = server as Record<string, string>;
  const client = new S3Client({
    endpoint: endpoint!,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! },
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const env = {
    PLINTH_BLOBS: `s3://${name}/${prefix}`,
    AWS_ENDPOINT_URL: endpoint!,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId!,
    AWS_SECRET_ACCESS_KEY: secretAccessKey!,
  };
  return { name, env, place: readConfig({ ...env, PLINTH_HOME: '/nowhere' }, null).s3!, client };
}

/** What to do with a request to the bucket: pass it on, refuse it, or cut its answer off after so many bytes. */
export type Fault = { status: number } | { cutAfterBytes: number } | null;

/** Stands before a bucket's server and stumbles where it is told to. */
export async function stumblingServer(
  endpoint: string,
  faultOf: (request: IncomingMessage) => Fault,
): Promise<{ url: string; close(): Promise<void> }> {
  const target = new URL(endpoint);
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const fault = faultOf(asked);
    if (fault && 'status' in fault) {
      asked.resume().on('end', () => answer.writeHead(fault.status).end());
      return;
    }
    // The Host header is signed, so it stays as it came.
    const onward = request(
      { host: target.hostname, port: target.port, method: asked.method, path: asked.url, headers: asked.headers },
      (given) => {
        answer.writeHead(given.statusCode!, given.headers);
        let left = fault?.cutAfterBytes ?? Number.POSITIVE_INFINITY;
        given.on('data', (chunk: Buffer) => {
          answer.write(chunk.subarray(0, left));
          left -= chunk.length;
          if (left <= 0) answer.destroy();
        });
        given.on('end', () => answer.end());
      },
    );
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
