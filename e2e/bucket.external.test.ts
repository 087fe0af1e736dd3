import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../server/src/kit/digest.ts';
import { makeBackup, restoreBackup } from '../server/src/main/backup/index.ts';
import { openBlobStore, openDatabase, readConfig } from '../server/src/platform/index.ts';
import { makeBucket, type TestBucket } from '../server/src/testing/bucket.ts';
import { makeDatabase, plinth, type TestPlinth } from '../server/src/testing/plinth.ts';
import { type RoundTrip, roundTrip, runClient } from './mlflow-client.ts';

/** A whole Plinth whose file contents are in a bucket. */
let bucket: TestBucket;
let t: TestPlinth;
beforeAll(async () => {
  bucket = await makeBucket('plinth');
  t = await plinth({ projects: 1, env: bucket.env });
});
afterAll(() => t?.stop());

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await t.app.platform.database.pool.query(sql)).rows;

describe('the official client', () => {
  const size = 23_000_001;
  const partBytes = 5 * 1024 * 1024;
  const trip = (on: TestPlinth): Promise<RoundTrip> =>
    runClient<RoundTrip>(roundTrip(size), {
      url: `${on.url}/mlflow/project-1`,
      token: on.as('contributor').token,
      home: on.home,
      env: {
        MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(10 * 1024 * 1024),
        MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: String(partBytes),
        MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE: String(partBytes),
      },
    });

  it('carries big files straight to the bucket and back', async () => {
    const { same, small, listed } = await trip(t);
    expect({ same, small, listed }).toEqual({ same: true, small: 'small', listed: [['deep/folder/big.bin', size]] });
    expect(await rows('select part_count, completed_at is not null as completed from artifact_uploads')).toEqual([
      { part_count: Math.ceil(size / partBytes), completed: true },
    ]);
    expect(await rows('select 1 from artifact_links')).toEqual([]);
    const { body } = await t.as('viewer').get('/mlflow/project-1/api/3.0/mlflow/server-info');
    expect(body.multipart_downloads_enabled).toBe(true);
  }, 300_000);

  it('carries them through us where it cannot reach the bucket', async () => {
    const inside = await makeBucket();
    const other = await plinth({ projects: 1, env: { ...inside.env, PLINTH_BLOBS_PUBLIC_URL: 'none' } });
    try {
      expect(await trip(other)).toMatchObject({ same: true, small: 'small' });
      const uploads = await other.app.platform.database.pool.query('select part_count from artifact_uploads');
      expect(uploads.rows).toEqual([{ part_count: Math.ceil(size / partBytes) }]);
      const { body } = await other.as('viewer').get('/mlflow/project-1/api/3.0/mlflow/server-info');
      expect(body.multipart_downloads_enabled).toBe(false);
    } finally {
      await other.stop();
    }
  }, 300_000);
});

describe('data and jobs', () => {
  it('are profiled, laid out read-only and logged as with a folder', async () => {
    const does = t.as('contributor');
    const dataset = (await does.post('/projects/project-1/datasets', { name: 'rows' })).body.id;
    const form = new FormData();
    form.append('file', new Blob(['a,b\n1,x\n2,y\n3,z\n']), 'rows.csv');
    const snapshot = (await does.post(`/projects/project-1/datasets/${dataset}/snapshots`, form)).body.id;
    const profile = await t.until('the profile', async () => {
      const { body } = await does.get(`/snapshots/${snapshot}`);
      return body.profile?.state === 'ready' && body.profile;
    });
    expect(profile.tables[0]).toMatchObject({ path: 'rows.csv', rowCount: 3 });
    const job = (
      await does.post('/projects/project-1/jobs', {
        environment: 'base',
        command: 'cat "$PLINTH_INPUT_DATA/rows.csv"; ls -l "$PLINTH_INPUT_DATA"',
        inputs: [{ name: 'data', snapshotId: snapshot }],
      })
    ).body.id;
    await t.until('the job', async () => (await does.get(`/jobs/${job}`)).body.finishedAt, 60_000);
    const log = (await does.get(`/jobs/${job}/logs`)).body;
    expect(log).toContain('3,z');
    expect(log).toContain('-r--r--r--');
    expect((await does.get(`/jobs/${job}`)).body.state).toBe('succeeded');
  }, 120_000);
});

describe('plinth doctor', () => {
  const doctor = async (env: Record<string, string>) => {
    const ran = promisify(execFile)(process.execPath, [join(import.meta.dirname, '../server/src/main/doctor.ts'), '--json'], {
      env: { PATH: process.env.PATH, HOME: t.home, PLINTH_HOME: t.home, PLINTH_PORT: '0', ...bucket.env, ...env },
    });
    const { stdout } = (await ran.catch((error) => error)) as { stdout: string };
    const { checks, settings } = JSON.parse(stdout);
    return { text: stdout, settings, found: checks.find(({ name }: { name: string }) => name === 'File contents') };
  };

  it('tries the bucket and says what is wrong with it in one sentence', async () => {
    const well = await doctor({});
    expect(well.found).toMatchObject({ state: 'ok', detail: expect.stringMatching(/was written, read, listed and deleted in/) });
    expect(well.text).not.toContain(bucket.env.AWS_SECRET_ACCESS_KEY);
    expect((await doctor({ PLINTH_BLOBS: 's3://not-there' })).found).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/^Writing failed: .* has no bucket not-there\. Make it, or correct PLINTH_BLOBS\.$/),
    });
  }, 60_000);
});

describe('a move', () => {
  it('from the bucket to a folder and back to another bucket keeps every byte', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-move-'));
    const content = randomBytes(20_000_000);
    const does = t.as('contributor');
    const run = (await does.post('/mlflow/project-1/api/2.0/mlflow/runs/create', { experiment_id: '0' })).body.run.info.run_id;
    const at = `/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/model.bin`;
    expect((await does.put(at, content, { 'content-type': 'application/octet-stream' })).status).toBe(200);

    const digestsOf = async (store: Awaited<ReturnType<typeof openBlobStore>>): Promise<string[]> => {
      const found: string[] = [];
      for await (const digest of store.list()) found.push(digest);
      return found.sort();
    };
    const expected = await digestsOf(t.app.platform.blobs);
    const target = await makeBucket('');
    const places: [string, Record<string, string>][] = [
      ['folder', {}],
      ['bucket', target.env],
    ];
    let platform = t.app.platform;
    for (const [name, env] of places) {
      const backup = join(folder, `${name}.tar`);
      await makeBackup(platform, backup);
      const { connection, drop } = await makeDatabase();
      const { host, port, user, password, database: database_ } = connection;
      const url = `postgresql://${user}:${password}@localhost:${port}/${database_}?host=${encodeURIComponent(host!)}`;
      const config = readConfig({ PLINTH_HOME: join(folder, name), PLINTH_PORT: '0', PLINTH_DATABASE_URL: url, ...env }, null);
      await restoreBackup(config, backup);
      const blobs = await openBlobStore(config);
      expect(await digestsOf(blobs)).toEqual(expected);
      expect(sha256(await buffer(await blobs.read(sha256(content))))).toBe(sha256(content));
      if (name === 'bucket') {
        expect(await readdir(config.home)).not.toContain('blobs');
        const again = readConfig(
          { PLINTH_HOME: join(folder, 'again'), PLINTH_PORT: '0', PLINTH_DATABASE_URL: url, ...env },
          null,
        );
        await expect(restoreBackup(again, backup)).rejects.toThrow(
          /is not empty .* Set PLINTH_BLOBS to another bucket or prefix/,
        );
        await drop();
      } else {
        platform = { ...platform, config, blobs, database: openDatabase(connection) };
      }
    }
    await platform.database.close();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
});
