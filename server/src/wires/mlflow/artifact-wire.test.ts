import { randomBytes } from 'node:crypto';
import { chmod, open, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepExpired } from '../../artifacts/index.ts';
import { sha256 } from '../../kit/digest.ts';
import { keyOf, systemContext } from '../../platform/index.ts';
import { registeredVersion } from '../../testing/log-model.ts';
import { type Answer, type Caller, plinth, type TestPlinth } from '../../testing/plinth.ts';

let t: TestPlinth;
let runId: string;
let modelId: string;
beforeAll(async () => {
  t = await plinth({ projects: 2 });
  await t.as('contributor').patch('/me', { defaultProject: 'project-1' });
  runId = (await t.as('contributor').post(wire('runs/create'), { experiment_id: '0' })).body.run.info.run_id;
  modelId = (await t.as('contributor').post(wire('logged-models'), { experiment_id: '0', name: 'm' })).body.model.info.model_id;
  await put(t.as('contributor'), 'there.txt', '0123456789');
});
afterAll(() => t?.stop());

const prefixes = ['/api', '/ajax-api', '/mlflow/project-1/api', '/mlflow/project-1/ajax-api'];
const wire = (path: string): string => `/mlflow/project-1/api/2.0/mlflow/${path}`;
const proxy = (path: string, prefix = '/mlflow/project-1/api'): string => `${prefix}/2.0/mlflow-artifacts/${path}`;
const files = (): string => `0/${runId}/artifacts`;
const put = (who: Caller, path: string, content: string | Uint8Array): Promise<Answer> =>
  who.put(proxy(`artifacts/${files()}/${path}`), content, { 'content-type': 'application/octet-stream' });

/** As it is: fetch would tidy up the path. */
function raw(method: string, path: string, token: string, body?: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const asked = request({ host: '127.0.0.1', port: new URL(t.url).port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode!, body: text }));
    });
    asked.on('error', reject);
    asked.end(body ? JSON.stringify(body) : undefined);
  });
}

/** A content in parts, as a client does it; `then` may do something else than complete. */
async function begin(who: Caller, name: string, count: number, folder = '') {
  const at = `${files()}${folder}`;
  const message = { path: `/home/ada/${name}`, num_parts: count };
  const { status, body } = await who.post(proxy(`mpu/create/${at}`), message);
  expect([status, body.credentials?.length]).toEqual([200, count]);
  const end = (step: 'complete' | 'abort', more: object = {}, caller = who) =>
    caller.post(proxy(`mpu/${step}/${at}`), { path: message.path, upload_id: body.upload_id, ...more });
  return { id: body.upload_id as string, credentials: body.credentials as { url: string; part_number: number }[], end };
}

async function send(credential: { url: string; part_number: number }, content: Uint8Array) {
  const answer = await fetch(credential.url, { method: 'PUT', body: content as never });
  expect(answer.status).toBe(200);
  return { part_number: credential.part_number, etag: answer.headers.get('etag'), url: credential.url };
}

const uploadsOnDisk = async (): Promise<string[]> => readdir(join(t.home, 'blobs/uploads')).catch(() => []);

describe('a path out of its folder', () => {
  const escapes = [
    '../../etc/passwd',
    'a/../../b',
    './a',
    'a//b',
    '%2e%2e/%2e%2e/etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%252e%252e%252f%252e%252e%252fetc/passwd',
    '%25252e%25252e/x',
    'a%5c..%5c..%5cx',
    '..%5c..%5cx',
    '%255c%255chost%255cshare',
    'file:/etc/passwd',
    'file:%2f%2f%2fetc/passwd',
    'file%253a///etc/passwd',
    'C:%5cwindows',
    '%2fetc/passwd',
    '%252fetc/passwd',
    'a%00b',
    'a%0ab',
    'a%2500b',
  ];

  it('is refused on every route and under every prefix, for its owner', async () => {
    const token = t.as('contributor').token;
    await t.newEvents();
    const before = await uploadsOnDisk();
    const taken: string[] = [];
    for (const prefix of prefixes) {
      for (const way of escapes) {
        const path = `${files()}/${way}`;
        const answers = {
          get: await raw('GET', proxy(`artifacts/${path}`, prefix), token),
          put: await raw('PUT', proxy(`artifacts/${path}`, prefix), token),
          delete: await raw('DELETE', proxy(`artifacts/${path}`, prefix), token),
          list: await raw('GET', `${proxy('artifacts', prefix)}?path=${path}`, token),
          create: await raw('POST', proxy(`mpu/create/${path}`, prefix), token, { path: 'x', num_parts: 1 }),
          complete: await raw('POST', proxy(`mpu/complete/${path}`, prefix), token, { path: 'x', upload_id: 'u', parts: [] }),
          abort: await raw('POST', proxy(`mpu/abort/${path}`, prefix), token, { path: 'x', upload_id: 'u' }),
          presigned: await raw('GET', proxy(`presigned/${path}`, prefix), token),
        };
        for (const [route, { status, body }] of Object.entries(answers)) {
          if (status !== 400) taken.push(`${route} ${prefix} ${way}: ${status} ${body.slice(0, 80)}`);
          expect(() => JSON.parse(body), `${route} ${prefix} ${way}`).not.toThrow();
        }
        for (const [version, step] of [
          ['2.0', 'download'],
          ['3.0', 'upload'],
        ] as const) {
          const url = `${prefix}/${version}/mlflow/artifacts/presigned-${step}-url`;
          const plain = decodeURIComponent(way);
          const { status, body } = await raw('POST', url, token, { run_id: runId, path: plain });
          if (status !== 400) taken.push(`${step} ${prefix} ${way}: ${status} ${body.slice(0, 80)}`);
        }
      }
      for (const name of ['..', '/a/..', 'a\\..\\b', 'x%2e%2e%2fy/%2e%2e', 'a/%252e%252e'])
        expect(
          (await raw('POST', proxy(`mpu/create/${files()}`, prefix), token, { path: name, num_parts: 1 })).status,
          name,
        ).toBe(400);
    }
    expect(taken).toEqual([]);
    expect(await t.newEvents()).toEqual([]);
    expect(await uploadsOnDisk()).toEqual(before);
    expect((await t.as('contributor').get(`${proxy('artifacts')}?path=${files()}`)).body.files).toHaveLength(1);
  }, 120_000);

  it('is not mistaken for a name that only looks odd', async () => {
    for (const name of ['100%25 sure.txt', 'a%252fb.txt', 'né à Oslo.txt', 'a..b', '...', '%257Buser%257D'])
      expect((await put(t.as('contributor'), `odd/${name}`, 'x')).status, name).toBe(200);
    const { body } = await t.as('contributor').get(`${proxy('artifacts')}?path=${files()}/odd`);
    expect(body.files.map((file: { path: string }) => file.path)).toContain('100% sure.txt');
    await t.as('contributor').delete(proxy(`artifacts/${files()}/odd`));
  });
});

describe('who may not', () => {
  const doors = (at: string): [string, (who: Caller) => Promise<Answer>][] => [
    ['create', (who) => who.post(proxy(`mpu/create/${at}`), { path: 'x', num_parts: 1 })],
    ['complete', (who) => who.post(proxy(`mpu/complete/${at}`), { path: 'x', upload_id: 'u', parts: [] })],
    ['abort', (who) => who.post(proxy(`mpu/abort/${at}`), { path: 'x', upload_id: 'u' })],
    ['presigned-upload-url', (who) => who.post(wire('artifacts/presigned-upload-url'), { run_id: runId, path: 'x' })],
  ];
  const readDoors: [string, (who: Caller) => Promise<Answer>][] = [
    ['presigned', (who) => who.get(proxy(`presigned/${files()}/there.txt`))],
    ['presigned-download-url', (who) => who.post(wire('artifacts/presigned-download-url'), { run_id: runId, path: 'there.txt' })],
  ];

  it('write gets no upload and no address, and the refusal is on record', async () => {
    for (const [name, knock] of doors(files())) {
      await t.newEvents();
      expect((await knock(t.as('viewer'))).status, name).toBe(403);
      expect(await t.newEvents(), name).toEqual(['access.refused']);
      expect((await knock(t.as('member'))).status, name).toBe(404);
      expect((await knock(t.as('nobody'))).status, name).toBe(401);
    }
    for (const [name, knock] of readDoors) {
      expect((await knock(t.as('viewer'))).status, name).toBe(200);
      expect((await knock(t.as('consumer'))).status, name).toBe(404);
      expect((await knock(t.as('member'))).status, name).toBe(404);
      expect((await knock(t.as('nobody'))).status, name).toBe(401);
    }
  });

  it('name a run of another project under its address', async () => {
    const elsewhere = (path: string) => path.replace('project-1', 'project-2');
    const at = proxy(`mpu/create/${files()}`);
    expect((await t.as('owner').post(elsewhere(at), { path: 'x', num_parts: 1 })).status).toBe(404);
    expect((await t.as('owner').get(elsewhere(proxy(`presigned/${files()}/there.txt`)))).status).toBe(404);
  });

  it('change a file of a registered version, by whatever door', async () => {
    await registeredVersion(t.as('contributor'), 'project-1', 'fixed');
    const uri = (await t.as('contributor').get(`${wire('model-versions/get')}?name=fixed&version=1`)).body.model_version.source;
    const { rows } = await t.app.platform.database.pool.query('select id from model_versions limit 1');
    expect(uri).toBeDefined();
    for (const [name, knock] of doors(`registry/${rows[0].id}/artifacts`).slice(0, 3)) {
      const answer = await knock(t.as('contributor'));
      expect([answer.status, answer.body.error_code], name).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    }
  });

  it('has an address that was not given out, or for something else', async () => {
    const { credentials, end } = await begin(t.as('contributor'), 'a.bin', 2);
    const other = await begin(t.as('contributor'), 'b.bin', 1);
    const url = credentials[0]!.url;
    const status = async (address: string, method = 'PUT') =>
      (await fetch(address, { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).status;
    expect(await status(url.replace(/.(?=\/1$)/, 'x'))).toBe(401);
    expect(await status(url.replace(/upl_[0-9a-z]{26}(?=\/)/, other.id))).toBe(401);
    expect(await status(url.replace(/1$/, '3'))).toBe(400);
    expect(await status(url.replace(/1$/, '0'))).toBe(400);
    expect(await status(url.replace(/1$/, 'one'))).toBe(400);
    const { body } = await t.as('viewer').get(proxy(`presigned/${files()}/there.txt`));
    expect(await status(body.url)).toBe(401);
    expect(await status(`${body.url}x`, 'GET')).toBe(401);
    await end('abort');
    await other.end('abort');
    expect(await status(url)).toBe(401);
  });
});

describe('a file in parts', () => {
  it('is there once all of them are and nobody sees it before', async () => {
    const parts = [randomBytes(3_000_000), randomBytes(3_000_000), randomBytes(7)];
    const { credentials, end } = await begin(t.as('contributor'), 'model.bin', 3, '/deep/folder');
    const sent = await Promise.all(credentials.map((credential, index) => send(credential, parts[index]!)).reverse());
    const at = proxy(`artifacts/${files()}/deep/folder/model.bin`);
    expect((await t.as('viewer').get(at)).status).toBe(404);
    const tooFew = await end('complete', { parts: sent.slice(1).sort((a, b) => a.part_number - b.part_number) });
    expect([tooFew.status, tooFew.body.message]).toEqual([400, expect.stringMatching(/must be the parts 1 to 3/)]);
    const named = sent.sort((a, b) => a.part_number - b.part_number);
    const wrong = await end('complete', { parts: [{ ...named[0], etag: '"3000000-abc-000000000000"' }, ...named.slice(1)] });
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringMatching(/Part 1 is not there/)]);
    expect((await end('complete', { parts: named }, t.as('viewer'))).status).toBe(403);
    const answers = await Promise.all([end('complete', { parts: named }), end('complete', { parts: named })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const response = await fetch(t.url + at, { headers: { authorization: `Bearer ${t.as('viewer').token}` } });
    expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(Buffer.concat(parts)));
    // Whoever did not hear it asks again, and nothing ends what is whole.
    expect((await end('complete', { parts: named })).status).toBe(200);
    expect((await end('abort')).status).toBe(200);
    expect((await t.as('viewer').get(at)).status).toBe(200);
    expect(await uploadsOnDisk()).toEqual([]);
    expect((await fetch(credentials[0]!.url, { method: 'PUT', body: 'late' })).status).toBe(400);
  });

  it('goes to a logged model as well, under the other prefix, with the name of a client on Windows', async () => {
    const at = `0/models/${modelId}/artifacts`;
    const { body } = await t.as('contributor').post(proxy(`mpu/create/${at}`, '/mlflow/project-1/ajax-api'), {
      path: 'C:\\Users\\ada\\weights.bin',
      num_parts: 1,
    });
    const part = await send(body.credentials[0], Buffer.from('weights'));
    const message = { path: 'C:\\Users\\ada\\weights.bin', upload_id: body.upload_id, parts: [part] };
    // Not into another file than it was begun for.
    const elsewhere = await t.as('contributor').post(proxy(`mpu/complete/${at}`), { ...message, path: 'other.bin' });
    expect(elsewhere.status).toBe(404);
    expect((await t.as('contributor').post(proxy(`mpu/complete/${at}`), message)).status).toBe(200);
    expect((await t.as('viewer').get(proxy(`artifacts/${at}/weights.bin`))).body).toBe('weights');
  });

  it('that is aborted or out of time leaves nothing', async () => {
    const aborted = await begin(t.as('contributor'), 'gone.bin', 1);
    const part = await send(aborted.credentials[0]!, Buffer.from('half'));
    expect((await aborted.end('abort')).status).toBe(200);
    expect((await aborted.end('abort')).status).toBe(200);
    expect((await aborted.end('complete', { parts: [part] })).status).toBe(404);
    const late = await begin(t.as('contributor'), 'late.bin', 1);
    await send(late.credentials[0]!, Buffer.from('half'));
    expect(await uploadsOnDisk()).toHaveLength(1);
    const system = systemContext(t.app.platform, 'test');
    await sweepExpired(system);
    expect(await uploadsOnDisk()).toHaveLength(1);
    await t.app.platform.database.pool.query(`update artifact_uploads set expires_at = now() - interval '1 second'`);
    expect((await fetch(late.credentials[0]!.url, { method: 'PUT', body: 'x' })).status).toBe(401);
    expect((await late.end('complete', { parts: [part] })).status).toBe(404);
    await sweepExpired(system);
    expect(await uploadsOnDisk()).toEqual([]);
    expect((await t.app.platform.database.pool.query('select 1 from artifact_uploads')).rowCount).toBe(0);
  });

  it('has from 1 to 10,000 of them', async () => {
    for (const count of [0, -1, 10_001, 1.5, 'many']) {
      const { status, body } = await t.as('contributor').post(proxy(`mpu/create/${files()}`), { path: 'x', num_parts: count });
      expect([status, body.error_code], String(count)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    }
    expect((await t.as('contributor').post(proxy(`mpu/create/${files()}`), { num_parts: 1 })).status).toBe(400);
    expect((await raw('POST', proxy(`mpu/create/${files()}`), t.as('contributor').token, ['x'])).status).toBe(400);
  });
});

describe('an address that is given out', () => {
  it('reads one file, whole or in ranges, without other credentials', async () => {
    const { body } = await t.as('viewer').get(proxy(`presigned/${files()}/there.txt`));
    expect(body).toMatchObject({ headers: {}, file_size: 10 });
    const whole = await fetch(body.url);
    expect([whole.status, await whole.text()]).toEqual([200, '0123456789']);
    expect(whole.headers.get('content-disposition')).toContain('attachment');
    const range = await fetch(body.url, { headers: { range: 'bytes=2-4' } });
    expect([range.status, await range.text(), range.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await fetch(body.url, { headers: { range: 'bytes=10-' } })).status).toBe(416);
    const tail = await fetch(body.url, { headers: { range: 'bytes=-3' } });
    expect(await tail.text()).toBe('789');
    expect((await t.as('viewer').get(proxy(`presigned/${files()}/absent.txt`))).status).toBe(404);
  });

  it('puts one file, in the name of who asked for it', async () => {
    const ask = { model_id: modelId, path: 'by/address.txt', expiration: 60 };
    const { body } = await t.as('contributor').post(wire('artifacts/presigned-upload-url'), ask);
    const answer = await fetch(body.presigned_url, { method: 'PUT', body: 'put' });
    expect(answer.status).toBe(200);
    expect((await fetch(body.presigned_url)).status).toBe(401);
    const given = await t.as('viewer').post(wire('artifacts/presigned-download-url'), ask);
    expect(given.body).toMatchObject({ file_size: 3, headers: {} });
    expect(await (await fetch(given.body.presigned_url)).text()).toBe('put');
    const { rows } = await t.app.platform.database.pool.query(`select put_by from artifacts where path = 'by/address.txt'`);
    expect(rows[0].put_by).toBe(t.as('contributor').id);
    for (const wrong of [
      { ...ask, run_id: runId },
      { path: 'x' },
      { ...ask, expiration: 0 },
      { ...ask, expiration: 700_000 },
      { ...ask, path: '' },
      { ...ask, model_id: '../x' },
    ])
      expect((await t.as('contributor').post(wire('artifacts/presigned-upload-url'), wrong)).status, JSON.stringify(wrong)).toBe(
        400,
      );
  });

  it('is good no longer than it says, than its maker’s token, and than its maker’s right', async () => {
    const ask = async (who: Caller): Promise<string> => (await who.get(proxy(`presigned/${files()}/there.txt`))).body.url;
    const status = async (url: string): Promise<number> => (await fetch(url)).status;
    const short = await ask(t.as('viewer'));
    await t.app.platform.database.pool.query(`update artifact_links set expires_at = now() - interval '1 second'`);
    expect(await status(short)).toBe(401);
    const made = (await t.as('viewer').post('/tokens', { name: 'for a while' })).body;
    const revoked = await ask(t.withToken(made.token));
    expect(await status(revoked)).toBe(200);
    await t.as('viewer').delete(`/tokens/${made.id}`);
    expect(await status(revoked)).toBe(401);
    const ended = await ask(t.as('validator'));
    expect(await status(ended)).toBe(200);
    expect((await t.as('owner').delete(`/projects/project-1/members/${t.as('validator').id}`)).status).toBeLessThan(300);
    expect(await status(ended)).toBe(404);
  });
});

it('says what it offers where clients look', async () => {
  for (const prefix of prefixes)
    expect((await t.as('viewer').get(`${prefix}/3.0/mlflow/server-info`)).body).toMatchObject({
      multipart_uploads_enabled: true,
      multipart_downloads_enabled: false,
      presigned_upload_run_id_supported: true,
      presigned_upload_model_id_supported: true,
    });
});

describe('a download', () => {
  it('is taken up in the middle, and breaks off rather than give wrong bytes', async () => {
    const content = randomBytes(9_000_000);
    await put(t.as('contributor'), 'big.bin', content);
    const headers = { authorization: `Bearer ${t.as('viewer').token}` };
    const url = `${t.url}${proxy(`artifacts/${files()}/big.bin`)}`;
    const whole = await fetch(url, { headers });
    expect([whole.headers.get('accept-ranges'), whole.headers.get('x-content-type-options')]).toEqual(['bytes', 'nosniff']);
    expect(sha256(Buffer.from(await whole.arrayBuffer()))).toBe(sha256(content));
    const rest = await fetch(url, { headers: { ...headers, range: 'bytes=1000000-', 'if-range': whole.headers.get('etag')! } });
    expect([rest.status, sha256(Buffer.from(await rest.arrayBuffer()))]).toEqual([206, sha256(content.subarray(1_000_000))]);
    const changed = await fetch(url, { headers: { ...headers, range: 'bytes=1000000-', 'if-range': '"other"' } });
    expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, content.length]);

    const path = join(t.home, 'blobs', keyOf(sha256(content)));
    await chmod(path, 0o644);
    const file = await open(path, 'r+');
    await file.write(Buffer.of(content[5_000_000]! ^ 1), 0, 1, 5_000_000);
    await file.close();
    const broken = await fetch(url, { headers });
    await expect(broken.arrayBuffer()).rejects.toThrow();
    expect((await t.as('viewer').get(proxy(`artifacts/${files()}/there.txt`))).body).toBe('0123456789');
  });
});
