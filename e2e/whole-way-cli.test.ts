import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drawn, featuresOf, printDiagnoses, readTable, shift, type Table } from '../examples/demo-world.ts';
import { until } from '../server/src/testing/server-process.ts';

/** Each step waits for a fact; how long that takes on a busy machine is no matter of the test. */
const patience = 600_000;
vi.setConfig({ testTimeout: patience });
const eventually = <T>(what: string, check: () => Promise<T | null | undefined | false>): Promise<T> =>
  until(what, check, patience);

/**
 * A model's whole life by the command line alone: everything that is known comes from what `plinth` prints, everything that is done is one of its
 * verbs, the server's start and the restore elsewhere among them.
 */
const main = join(import.meta.dirname, '../cli/src/main.ts');
let folder: string;
const servers = new Set<ChildProcess>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-cli-way-'));
  // Work runs as other users, who must pass.
  chmodSync(folder, 0o755);
});
afterAll(async () => {
  for (const child of servers) await stop(child);
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  code: number | null;
  out: string;
  err: string;
}

/** The machine's own variables, nothing of ours, and what somebody has in their shell. */
const shell = (who: string, more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PLINTH_|VITEST|NODE_(OPTIONS|ENV)$|TEST$)/.test(name)),
  ),
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, who),
  PLINTH_PROJECT: 'tumour-triage',
  ...more,
});

function run(
  who: string,
  words: string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Said> {
  const child = spawn(process.execPath, [main, ...words], { cwd: folder, env: shell(who, env) });
  const said: Said = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...said, code })));
}

/** What is printed as JSON, when all went well. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
async function json(who: string, words: string[], input?: string): Promise<any> {
  const said = await run(who, ['--json', ...words], input === undefined ? {} : { input });
  if (said.code !== 0) throw new Error(`plinth ${words.join(' ')} ended with ${said.code}: ${said.err}${said.out}`);
  return JSON.parse(said.out);
}

/** A server of one's own on an embedded database. @returns its address and the token that it printed */
async function serve(home: string): Promise<{ child: ChildProcess; url: string; token: string }> {
  const child = spawn(process.execPath, [main, 'server'], {
    env: shell('server', { PLINTH_HOME: home, PLINTH_PORT: '0', PLINTH_LOG_LEVEL: 'fatal' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.add(child);
  let output = '';
  child.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  await eventually('the server', async () => {
    if (child.exitCode !== null) throw new Error(output);
    return output.includes('Stop with Ctrl-C');
  });
  return { child, url: /is ready at (\S+)/.exec(output)![1]!, token: /MLFLOW_TRACKING_TOKEN=(\S+)/.exec(output)![1]! };
}

async function stop(child: ChildProcess): Promise<number | null> {
  servers.delete(child);
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return ended;
}

const service = 'tumours';
let home: string;
let server: Awaited<ReturnType<typeof serve>>;
let table: Table;
let snapshotId: string;
// biome-ignore lint/suspicious/noExplicitAny: as the command line tells it
let job: any;
let shifted: { id: string; rows: number[][] };
let alertId: string;
let candidate: string;

const split = (rows: number[][]) =>
  JSON.stringify({ dataframe_split: { columns: table.columns.slice(0, -1), data: rows.map((row) => row) } });
const lines = (items: object[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const approvalIn = ({ err }: Said) => /apr_\w+/.exec(err)![0];

describe('the people', () => {
  it('come in by passwords that no process list shows, and are refused what they may not', async () => {
    home = join(folder, 'home');
    server = await serve(home);
    expect((await run('admin', ['login', server.url, '--token-stdin'], { input: 'pln_wrong' })).code).toBe(4);
    expect(await json('admin', ['login', server.url, '--token-stdin'], server.token)).toMatchObject({ url: server.url });
    for (const name of ['ada', 'vera']) {
      const email = `${name}@example.org`;
      await json('admin', ['person', 'add', email, '--name', name, '--password-stdin'], `the password of ${name}\n`);
      expect((await run(name, ['login', server.url, '--email', email], { input: 'another password' })).code).toBe(4);
      expect(await json(name, ['login', server.url, '--email', email], `the password of ${name}\n`)).toMatchObject({ email });
    }
    expect((await run('ada', ['person', 'add', 'eve@example.org'])).code).toBe(4);
    expect((await run('ada', ['project', 'show'])).code).toBe(3);
    expect((await run('ada', ['project', 'create', 'Tumour triage', '--template', 'none'])).code).toBe(2);
  });
});

describe('the work', () => {
  it('begins with a project from a template, its environment and its data', async () => {
    const project = ['project', 'create', 'Tumour triage', '--template', 'python-scikit-learn', '--goal', 'Find nearly all'];
    expect(await json('ada', [...project, '--metric', 'test_roc_auc', '--target', '0.98'])).toMatchObject({
      slug: 'tumour-triage',
    });
    expect((await run('vera', ['project', 'show'])).code).toBe(3);
    expect((await json('ada', ['member', 'add', 'vera@example.org', 'validator'])).role).toBe('validator');
    expect((await run('vera', ['run', '--', 'true'])).code).toBe(4);
    const build = await run('ada', ['env', 'logs', 'tumour-triage', '-f']);
    expect([build.code, build.err]).toEqual([0, '']);
    expect(build.out).toMatch(/ready\n$/);

    const printed = await run('ada', ['run', '--wait', '--no-patch', '--', 'python', '-c', printDiagnoses]);
    expect(printed.code).toBe(0);
    table = readTable(printed.out);
    expect([table.rows.length, table.columns.length]).toEqual([569, 31]);
    writeFileSync(join(folder, 'diagnoses.csv'), printed.out);
    expect((await run('ada', ['dataset', 'upload', 'diagnoses', 'none.csv'])).code).toBe(2);
    snapshotId = (await json('ada', ['dataset', 'upload', 'diagnoses', 'diagnoses.csv'])).id;
    expect((await json('ada', ['snapshot', 'files', 'diagnoses'])).map((one: { path: string }) => one.path)).toEqual([
      'diagnoses.csv',
    ]);
  });

  it('is a job whose run the unchanged MLflow client tracks, and a version of what it logged', async () => {
    job = await json('ada', ['run', '--wait', '--no-patch', '--input', 'data=diagnoses', '--', 'python', 'train.py']);
    expect(job).toMatchObject({ state: 'succeeded', exitCode: 0, inputs: [{ snapshotId }] });
    expect((await run('ada', ['run', '--wait', '--no-patch', '--environment', 'base', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
    const logged = await run('ada', ['run', 'show', job.runIds[0]]);
    expect(logged.out).toMatch(/^metrics\.test_roc_auc\t0\.9\d+$/m);
    expect(logged.out).toMatch(/^missing\t$/m);
    expect((await run('ada', ['model', 'register', 'tumour'])).code).toBe(2);
    expect(await json('ada', ['model', 'register', 'tumour', '--run', job.runIds[0]])).toMatchObject({ number: 1 });
    expect((await run('ada', ['model', 'card', 'tumour/1'])).out).toMatch(/^models:\/tumour\/1\t[0-9a-f]{64}\n/);
  });
});

describe('production', () => {
  const deploy = (model: string) => ['deploy', service, model, '--channel', 'prod', '--wait'];

  it('is closed by every door until somebody else has approved exactly this version', async () => {
    expect(await json('ada', ['deploy', service, 'tumour/1', '--wait'])).toMatchObject({ state: 'healthy' });
    const refused = await run('ada', deploy('models:/tumour/1'));
    expect([refused.code, refused.out]).toEqual([4, '']);
    const id = approvalIn(refused);
    for (const door of [
      ['deployment', 'traffic', service, 'prod=100@1'],
      ['model', 'promote', 'tumour/1'],
    ]) {
      const said = await run('ada', door);
      expect([said.code, approvalIn(said)], door.join(' ')).toEqual([4, id]);
    }
    expect((await json('ada', ['approval', 'request', 'tumour/1'])).id).toBe(id);
    expect((await run('ada', ['approval', 'approve', id])).code).toBe(4);
    expect((await json('vera', ['approval', 'list'])).map((one: { id: string }) => one.id)).toEqual([id]);
    expect((await run('vera', ['approval', 'reject', id])).code).toBe(2);
    expect((await json('vera', ['approval', 'approve', id, '-m', 'As described.'])).state).toBe('approved');
    expect((await json('ada', deploy('models:/tumour/1'))).traffic).toEqual([{ channel: 'prod', version: 1, weight: 100 }]);
  });

  it('answers every input form of MLflow and the Open Inference Protocol, and names the column that is wrong', async () => {
    const [row] = drawn(table, 1, 0);
    const one = featuresOf(row!);
    const names = table.columns.slice(0, -1);
    const record = Object.fromEntries(names.map((name, at) => [name, one[at]]));
    const expected = { answer: { predictions: [row!.at(-1)] }, model: 'tumour/1', channel: 'prod' };
    const inputs = Object.fromEntries(names.map((name, at) => [name, [one[at]]]));
    for (const body of [JSON.parse(split([one])), { dataframe_records: [record] }, { instances: [record] }, { inputs }])
      expect(await json('ada', ['predict', service], JSON.stringify(body))).toMatchObject(expected);
    writeFileSync(join(folder, 'rows.csv'), `${names.join(',')}\n${one.join(',')}\n`);
    expect(await json('ada', ['predict', service, '--file', 'rows.csv'])).toMatchObject(expected);
    const tensor = { inputs: [{ name: 'rows', shape: [1, one.length], datatype: 'FP64', data: one }] };
    expect((await json('ada', ['predict', service, '--v2'], JSON.stringify(tensor))).answer.outputs[0].data).toEqual([
      row!.at(-1),
    ]);
    expect(await json('ada', ['deployment', 'ready', service])).toEqual({ name: service, ready: true });
    expect((await json('ada', ['deployment', 'metadata', service])).inputs).toHaveLength(30);
    const { [names[0]!]: _gone, ...short } = record;
    const wrong = await run('ada', ['predict', service], { input: JSON.stringify({ dataframe_records: [short] }) });
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain(`"${names[0]}"`);
    expect((await run('ada', ['predict', 'none', '{}'])).code).toBe(3);
  });
});

describe('what was answered', () => {
  it('is on record, and takes what turned out to be true', async () => {
    const patients = drawn(table, 200, 0);
    const { predictionId } = await json('ada', ['predict', service], split(patients.map(featuresOf)));
    const kept = await eventually('the prediction', async () => {
      const said = await run('ada', ['prediction', 'show', `${predictionId}.3`]);
      return said.code === 0 && said;
    });
    expect(kept.out).toContain(`${predictionId}.3\tmean radius=${patients[3]![0]} `);
    expect((await json('ada', ['prediction', 'list', service, '--limit', '1']))[0]).toMatchObject({
      id: predictionId,
      rowCount: 200,
    });
    const truth = lines(patients.map((row, n) => ({ predictionId: `${predictionId}.${n}`, value: row.at(-1) })));
    expect((await run('ada', ['ground-truth', service, '-'], { input: 'no json' })).code).toBe(2);
    expect(await json('ada', ['ground-truth', service, '-'], truth)).toEqual({ recorded: 200, corrected: 0, unchanged: 0 });
  });

  it('is watched: quiet while all is as before, told when one feature moves', async () => {
    await eventually('the monitor to have seen them', async () => {
      const monitors = await json('ada', ['monitor', 'list', '--deployment', service]);
      return monitors.some((one: { channel: string; rowCount: number }) => one.channel === 'prod' && one.rowCount >= 200);
    });
    const open = () => json('ada', ['alert', 'list', '--deployment', service, '--filter', "state = 'firing'"]);
    expect(await open()).toEqual([]);
    const patients = drawn(table, 200, 200);
    const moved = shift(table, 'mean smoothness');
    const { predictionId } = await json('ada', ['predict', service], split(patients.map(featuresOf).map(moved)));
    shifted = { id: predictionId, rows: patients };
    const [alert] = await eventually('the alert', async () => {
      const found = await open();
      return found.length > 0 && found;
    });
    expect(alert).toMatchObject({ kind: 'drift', feature: 'mean smoothness', state: 'firing' });
    alertId = alert.id;
    expect((await run('vera', ['alert', 'ack', alertId])).code).toBe(4);
    expect((await json('ada', ['alert', 'ack', alertId, '--message', 'A new scanner.'])).acknowledgement).toBe('A new scanner.');
  });
});

describe('a successor', () => {
  it('is made from the alert, once there is truth to learn from, and compared', async () => {
    const without = await run('ada', ['alert', 'retrain', alertId]);
    expect([without.code, without.out]).toEqual([1, '']);
    const truth = lines(shifted.rows.map((row, n) => ({ predictionId: `${shifted.id}.${n}`, value: row.at(-1) })));
    await json('ada', ['ground-truth', service, '-'], truth);
    const done = await json('ada', ['alert', 'retrain', alertId, '--wait']);
    expect(done).toMatchObject({
      state: 'finished',
      versionName: 'models:/tumour/1',
      comparison: { reference: { rowCount: 569 } },
    });
    candidate = done.newVersionName;
    const shown = await run('ada', ['retraining', 'show', done.id]);
    expect(shown.out).toMatch(/^recent\.\w+\t\S+ before, \S+ now$/m);
  });

  it('takes over through the same gate and goes back', async () => {
    const deploy = ['deploy', service, candidate, '--channel', 'prod', '--wait'];
    const refused = await run('ada', deploy);
    expect(refused.code).toBe(4);
    await json('vera', ['approval', 'approve', approvalIn(refused)]);
    await json('ada', deploy);
    const one = split([featuresOf(table.rows[0]!)]);
    await eventually('version 2 to answer', async () => (await json('ada', ['predict', service], one)).model === 'tumour/2');
    await json('ada', ['deployment', 'rollback', service, '--channel', 'prod']);
    await eventually('version 1 to answer', async () => (await json('ada', ['predict', service], one)).model === 'tumour/1');
    const [newest] = await json('ada', ['deployment', 'revisions', service, '--limit', '1']);
    expect(newest).toMatchObject({ cause: 'rollback', model: { version: 1 } });
  });
});

describe('an answer', () => {
  let provenance: { missing: unknown[] };

  it('leads back to its source, and is made again from it', async () => {
    provenance = await json('ada', ['provenance', `${shifted.id}.0`]);
    expect(provenance).toMatchObject({
      modelVersion: { address: 'models:/tumour/1' },
      job: { id: job.id },
      commit: job.commit,
      datasets: [{ snapshotId }],
      missing: [],
    });
    expect((await run('ada', ['provenance', `${shifted.id}.0`])).out).toMatch(
      /^people\tada \(registered, ran.*vera \(approved\)/m,
    );
    const verdicts = await Promise.all([job.id, 'models:/tumour/1', shifted.id].map((what) => run('ada', ['reproduce', what])));
    for (const { code, out, err } of verdicts) expect([code, out.split('\t')[0]], err).toEqual([0, 'verified']);
    expect((await json('admin', ['verify'])).valid).toBe(true);
    expect((await run('ada', ['verify'])).code).toBe(4);
  });

  it('has the same source in a copy of the installation elsewhere', async () => {
    const archive = join(folder, 'monday.tar');
    const there = join(folder, 'elsewhere');
    expect((await run('admin', ['backup', archive], { env: { PLINTH_HOME: join(folder, 'nothing') } })).code).toBe(1);
    expect((await run('admin', ['backup', archive], { env: { PLINTH_HOME: home } })).code).toBe(0);
    expect((await run('admin', ['backup', 'verify', archive], { env: { PLINTH_HOME: there } })).code).toBe(0);
    expect(await stop(server.child)).toBe(0);
    expect((await run('ada', ['provenance', shifted.id])).code).toBe(5);
    expect((await run('admin', ['restore', archive], { env: { PLINTH_HOME: there } })).code).toBe(0);
    expect(existsSync(there)).toBe(true);
    const copy = await serve(there);
    const { token } = await json('ada', ['login', copy.url, '--email', 'ada@example.org'], 'the password of ada').then(
      () => copy,
    );
    expect(token).toMatch(/^pln_/);
    expect(await json('ada', ['provenance', `${shifted.id}.0`])).toEqual(provenance);
    expect(await stop(copy.child)).toBe(0);
  });
});
