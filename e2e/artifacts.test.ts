import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { type RoundTrip, roundTrip, runClient } from './mlflow-client.ts';

/** The unchanged MLflow client carries big files in parts, both ways, where it is told to or finds out that it can. */
let t: TestPlinth;
beforeAll(async () => {
  t = await plinth({ projects: 1 });
});
afterAll(() => t?.stop());

const size = 23_000_001;
const partBytes = 5 * 1024 * 1024;
const big = {
  MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(10 * 1024 * 1024),
  MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: String(partBytes),
  MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE: String(partBytes),
};
const trip = (env: Record<string, string>): Promise<RoundTrip> =>
  runClient<RoundTrip>(roundTrip(size), {
    url: `${t.url}/mlflow/project-1`,
    token: t.as('contributor').token,
    home: t.home,
    env,
  });
const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await t.app.platform.database.pool.query(sql)).rows;

describe('the official client', () => {
  it.each([
    ['is told to use parts', { MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true', MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: 'true' }],
    ['finds out by itself', {}],
  ])(
    'carries a big file when it %s',
    async (how, env) => {
      await t.app.platform.database.pool.query('delete from artifact_uploads; delete from artifact_links');
      const { same, small, listed } = await trip({ ...big, ...env });
      expect({ same, small, listed }).toEqual({ same: true, small: 'small', listed: [['deep/folder/big.bin', size]] });
      const uploads = await rows('select path, part_count, completed_at is not null as completed from artifact_uploads');
      expect(uploads).toEqual([{ path: 'deep/folder/big.bin', part_count: Math.ceil(size / partBytes), completed: true }]);
      // Told to, it reads by an address that was given out; else whole, against the digest.
      expect((await rows('select 1 from artifact_links')).length > 0).toBe(how.includes('told'));
      expect(await readdir(join(t.home, 'blobs/uploads'))).toEqual([]);
    },
    300_000,
  );

  it('sends it in one piece when it is told not to', async () => {
    await t.app.platform.database.pool.query('delete from artifact_uploads');
    const { same } = await trip({ ...big, MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'false' });
    expect(same).toBe(true);
    expect(await rows('select 1 from artifact_uploads')).toEqual([]);
  }, 300_000);

  it('aborts what it may not finish, and says why', async () => {
    const program = `
import json, mlflow, os, tempfile
path = os.path.join(tempfile.mkdtemp(), "big.bin")
open(path, "wb").write(b"x" * ${size})
import mlflow.store.artifact.http_artifact_repo as http
whole = http.read_chunk
http.read_chunk = lambda path, size, start: whole(path, size, start) if start == 0 else (_ for _ in ()).throw(OSError("the disk is gone"))
said = "uploaded"
with mlflow.start_run():
    try:
        mlflow.log_artifact(path)
    except Exception as error:
        said = str(error)
print(json.dumps(said))
`;
    const said = await runClient<string>(program, {
      url: `${t.url}/mlflow/project-1`,
      token: t.as('contributor').token,
      home: t.home,
      env: { ...big, MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true' },
    });
    expect(said).toMatch(/Failed to upload at least one part/);
    expect(await rows('select 1 from artifact_uploads')).toEqual([]);
    expect(await readdir(join(t.home, 'blobs/uploads'))).toEqual([]);
  }, 300_000);
});
