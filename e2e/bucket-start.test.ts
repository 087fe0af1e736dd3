import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SharedState, sharedState } from '../server/src/testing/server-process.ts';

/** A server whose bucket cannot be used does not start, and says in one sentence what to mend. */
let state: SharedState;
beforeAll(async () => {
  state = await sharedState();
});
afterAll(() => state?.stop());

async function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = state.spawn({ env: { PLINTH_BLOBS: 's3://files/plinth', AWS_CONFIG_FILE: '/nowhere', ...env } });
  let said = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.trim() };
}

const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
/** No role of the machine is looked for, which takes long where there is none. */
const noMachine = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };

it('without credentials', async () => {
  const { code, said } = await start({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', ...noMachine });
  expect(said).toMatch(
    /^Plinth did not start: PLINTH_BLOBS is s3:\/\/files\/plinth, and there are no credentials for it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
  );
  expect(code).toBe(1);
});

it('with half of a key, with a bad name, all at once', async () => {
  const { code, said } = await start({
    PLINTH_BLOBS: 's3://No_Bucket',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_ENDPOINT_URL: 'minio:9000',
    AWS_S3_FORCE_PATH_STYLE: 'yes',
    PLINTH_BLOBS_CACHE_GIGABYTES: 'much',
  });
  for (const name of [
    'PLINTH_BLOBS is "s3://No_Bucket", which names no bucket',
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together',
    'AWS_ENDPOINT_URL',
    'AWS_S3_FORCE_PATH_STYLE',
    'PLINTH_BLOBS_CACHE_GIGABYTES',
  ])
    expect(said).toContain(name);
  expect(code).toBe(2);
});

it('that does not answer', async () => {
  const { code, said } = await start({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', ...keys });
  expect(said).toMatch(
    /^Plinth did not start: Writing failed: http:\/\/127\.0\.0\.1:9 does not answer \(.*\)\. Check AWS_ENDPOINT_URL\.$/,
  );
  expect(code).toBe(1);
});

it('that answers something else', async () => {
  const server = createServer((_request, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { code, said } = await start({ AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...keys });
  expect(said).toMatch(/^Plinth did not start: s3:\/\/files\/plinth gave back other bytes than were written\. Do not use it\.$/);
  expect(code).toBe(1);
  server.closeAllConnections();
  server.close();
});
