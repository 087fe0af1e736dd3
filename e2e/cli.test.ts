import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

const main = join(import.meta.dirname, '../cli/src/main.ts');
let t: TestPlinth;
let folder: string;

beforeAll(async () => {
  t = await plinth({ projects: 2, env: { PLINTH_EGRESS_ALLOW: '127.0.0.1' } });
  folder = mkdtempSync(join(tmpdir(), 'plinth-cli-'));
});
afterAll(async () => {
  await t?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  code: number | null;
  out: string;
  err: string;
}

interface How {
  who?: 'owner' | 'contributor' | 'viewer' | 'member';
  env?: Record<string, string>;
  input?: string;
  /** On a terminal 60 columns wide: output and messages come as one. */
  terminal?: boolean;
  onErr?: (text: string) => void;
}

/** What somebody sees who types it. */
function type(words: string[], how: How = {}): Promise<Told> {
  const command = [process.execPath, main, ...words];
  const line = `stty cols 60 rows 20; exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`;
  const [program, ...args] = how.terminal ? ['script', '-qec', line, '/dev/null'] : command;
  const child = spawn(program!, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH!,
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      SHELL: '/bin/sh',
      TERM: 'xterm',
      PLINTH_URL: t.url,
      PLINTH_TOKEN: t.as(how.who ?? 'owner').token,
      ...how.env,
    },
  });
  const told: Told = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
    how.onErr?.(told.err);
  });
  // A terminal that gets no input stays open; a pipe ends.
  if (!how.terminal) child.stdin.end(how.input ?? '');
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...told, code })));
}

/** Ids and times differ from run to run; the rest is golden. */
const golden = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\b([a-z]{3,4})_[0-9A-Za-z]{10,}/g, '<$1>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d+ (s|min) ago/g, '<ago>')
    .replaceAll(/:\d{4,5}\b/g, ':<port>')
    .replaceAll(/ +$/gm, '');

describe('exit codes', () => {
  it.each([
    [0, ['whoami'], {}],
    [2, ['validate', '/dev/null/none'], {}],
    [2, ['job', 'cancel'], {}],
    [2, ['no-such-noun'], {}],
    [2, ['job', 'list', '--limit', 'many'], {}],
    [2, ['project', 'list', '--filter', 'nonsense'], {}],
    [2, ['dataset', 'list'], {}],
    [2, ['project', 'delete', 'project-2'], {}],
    [2, ['login'], {}],
    [2, ['reproduce', 'nonsense'], {}],
    [3, ['reproduce', 'job_none'], {}],
    [3, ['job', 'show', 'job_none'], {}],
    [3, ['env', 'show', 'none', '-p', 'project-1'], {}],
    [3, ['context', 'use', 'nowhere'], {}],
    [4, ['whoami'], { env: { PLINTH_TOKEN: 'pln_wrong' } }],
    [4, ['project', 'stage', 'data', '-p', 'project-1'], { who: 'viewer' }],
    [5, ['whoami'], { env: { PLINTH_URL: 'http://127.0.0.1:9' } }],
  ] as [number, string[], How][])('%i for plinth %j', async (code, words, how) => {
    const told = await type(words, how);
    expect(told.code, told.err).toBe(code);
    if (code !== 0) expect(told.out).toBe('');
    if (code !== 0) expect(told.err.trim()).not.toBe('');
  });

  it('130 when somebody interrupts it', async () => {
    const held = createServer(() => {});
    await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
    const { port } = held.address() as { port: number };
    const connected = new Promise<void>((resolve) => held.once('connection', () => resolve()));
    const child = spawn(process.execPath, [main, 'whoami'], {
      env: { ...process.env, PLINTH_URL: `http://127.0.0.1:${port}`, PLINTH_TOKEN: 'x', HOME: folder },
    });
    await connected;
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    held.close();
  });

  it('of the job itself when it is waited for', async () => {
    const told = await type([
      'run',
      '-p',
      'project-1',
      '--environment',
      'base',
      '--wait',
      '--no-patch',
      '--',
      'sh',
      '-c',
      'echo out; exit 7',
    ]);
    expect([told.code, told.out]).toEqual([7, 'out\n']);
    expect(told.err).toMatch(/^job_\w+ http/);
  });
});

describe('what is printed', () => {
  it('is a table on a terminal, cut to its width, with messages for people', async () => {
    const told = await type(['project', 'list', '--sort', 'name'], { terminal: true });
    expect(golden(told.out)).toBe(
      [
        '\u001b[2mSLUG       NAME       STAGE     STATUS  OWNER  CHANGED\u001b[22m',
        'project-1  Project 1  ideation  active  Owner  <ago>',
        'project-2  Project 2  ideation  active  Owner  <ago>',
        '',
      ].join('\n'),
    );
    const plain = await type(['project', 'list', '--filter', "name = 'x'"], { terminal: true, env: { NO_COLOR: '1' } });
    expect(plain.out).toContain('No project yet. Make one with');
    const narrow = await type(['member', 'list', '-p', 'project-1'], { terminal: true, env: { NO_COLOR: '1' } });
    const lines = narrow.out.trimEnd().split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(60);
    expect(lines[0]!.includes('\u001b')).toBe(false);
    expect(lines[1]!.endsWith('…')).toBe(true);
  });

  it('is plain, whole and tab-separated in a pipe, without header and colour', async () => {
    const told = await type(['project', 'list', '--sort', '-name']);
    expect(golden(told.out)).toBe(
      'project-2\tProject 2\tideation\tactive\tOwner\t<time>\nproject-1\tProject 1\tideation\tactive\tOwner\t<time>\n',
    );
    expect(told.err).toBe('');
    expect((await type(['project', 'list', '--filter', "name = 'x'"])).out).toBe('');
    const one = await type(['project', 'show', 'project-1']);
    expect(golden(one.out)).toContain('id\t<prj>\nslug\tproject-1\nname\tProject 1\n');
  });

  it('is JSON when asked for, whole or some fields, also when it is nothing', async () => {
    expect(JSON.parse((await type(['project', 'list', '--sort', 'name', '--json', 'slug,stage'])).out)).toEqual([
      { slug: 'project-1', stage: 'ideation' },
      { slug: 'project-2', stage: 'ideation' },
    ]);
    expect((await type(['job', 'list', '--filter', "state = 'lost'", '--json'])).out).toBe('[]\n');
    expect(JSON.parse((await type(['api', 'GET', '/me'])).out)).toMatchObject({ email: 'owner@example.org' });
  });

  it('never waits for an answer where nobody can give one', async () => {
    const refused = await type(['project', 'delete', 'project-2']);
    expect(refused.err).toContain('add --yes');
    expect((await type(['project', 'show', 'project-2', '--json', 'slug'])).out).toContain('project-2');
    await t.as('owner').post('/projects', { name: 'Gone' });
    expect((await type(['project', 'delete', 'gone', '--yes'])).code).toBe(0);
    expect((await type(['project', 'show', 'gone'])).code).toBe(3);
  });

  it('is asked for page by page', async () => {
    for (let index = 0; index < 3; index++) await t.as('owner').post('/projects/project-2/datasets', { name: `d${index}` });
    const rows = async (...more: string[]) =>
      (await type(['dataset', 'list', '-p', 'project-2', ...more])).out.split('\n').filter(Boolean).length;
    expect(await rows('--limit', '2')).toBe(2);
    expect(await rows('--all')).toBe(3);
  });
});

describe('signing in', () => {
  it('by the browser: a code is shown, a person approves, the token is kept for its owner only', async () => {
    const password = 'a password of Vera';
    await t.admin.post('/users', { email: 'vera@example.org', name: 'Vera', password });
    const signedIn = await t.as('nobody').post('/session', { email: 'vera@example.org', password });
    const browser = { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]!, origin: t.url };
    let decided = false;
    const approve = (text: string): void => {
      const code = /enter the code (\S+)/.exec(text)?.[1];
      if (!code || decided) return;
      decided = true;
      void t.as('nobody').post(`/session/device/${code}/decision`, { decision: 'approved' }, browser);
    };
    const told = await type(['login', t.url, '--browser'], { env: { PLINTH_TOKEN: '' }, onErr: approve });
    expect(told.code, told.err).toBe(0);
    expect(told.err).toContain('as Vera <vera@example.org>');
    const path = join(folder, 'config', 'plinth', 'contexts.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const env = { PLINTH_TOKEN: '', PLINTH_URL: '' };
    expect((await type(['whoami', '--json', 'email'], { env })).out).toBe('{"email":"vera@example.org"}\n');
    expect((await type(['context', 'list'], { env })).out).toContain(`\t${t.url}\t`);
    expect((await type(['logout'], { env })).code).toBe(0);
    expect((await type(['context', 'list'], { env })).out).toBe('');
  }, 30_000);

  it('by a token on standard input', async () => {
    const told = await type(['login', t.url, '--token-stdin'], { input: `${t.as('viewer').token}\n`, env: { PLINTH_TOKEN: '' } });
    expect([told.code, told.out]).toEqual([0, '']);
    expect((await type(['login', t.url, '--token-stdin'], { input: 'pln_wrong', env: { PLINTH_TOKEN: '' } })).code).toBe(4);
  });
});

describe('plinth.yaml', () => {
  const path = () => join(folder, 'plinth.yaml');

  it('is made by init, which keeps what is there', async () => {
    writeFileSync(path(), '# mine\njobs:\n  hello:\n    command: echo hello # said often\n');
    expect((await type(['init', 'project-1'])).code).toBe(0);
    expect(readFileSync(path(), 'utf8')).toBe(
      '# mine\nproject: project-1\njobs:\n  hello:\n    command: echo hello # said often\n',
    );
    expect((await type(['init', 'project-2'])).code).toBe(2);
  });

  it('names jobs that run with their data, environment and limits', async () => {
    writeFileSync(join(folder, 'rows.csv'), 'a,b\n1,2\n');
    expect((await type(['dataset', 'upload', 'rows', 'rows.csv', '-p', 'project-1'])).code).toBe(0);
    writeFileSync(
      path(),
      [
        'project: project-1',
        'environment: base',
        'data: { rows: rows@1 }',
        'jobs:',
        '  count:',
        '    command: wc -l < $PLINTH_INPUT_ROWS/rows.csv; echo "$GREETING"',
        '    inputs: [rows]',
        '    variables: { GREETING: hello there }',
        '    timeoutSeconds: 60',
      ].join('\n'),
    );
    const told = await type(['run', 'count', "it's", '--wait', '--no-patch']);
    expect([told.code, told.out]).toEqual([0, "2\nhello there it's\n"]);
    const { items } = (await t.as('owner').get('/projects/project-1/jobs')).body;
    expect(items[0]).toMatchObject({ name: 'count', environment: 'base', timeoutSeconds: 60, inputs: [{ name: 'rows' }] });
    expect((await type(['run', 'count', '--epochs', '20', '--no-patch'])).code).toBe(0);
    expect((await t.as('owner').get('/projects/project-1/jobs?limit=1')).body.items[0].command).toMatch(/ --epochs 20$/);
    expect((await type(['run', '--wiat', 'count'])).err).toContain('There is no option --wiat');
    const other = await type(['run', '--', 'list']);
    expect(other.err, 'a command that has the name of a verb').not.toContain('NAME');
    expect((await t.as('owner').get('/projects/project-1/jobs?limit=1')).body.items[0].command).toEqual(['list']);
  });

  it('is refused with the line and the field of each fault', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'project: p\nenvironmnt: y\njobs:\n  train:\n    command: 3\n    inputs: [rows]\n    teir: small\n');
    const told = await type(['validate', wrong]);
    expect([told.code, told.out]).toEqual([1, '']);
    expect(told.err.replaceAll(`${folder}/`, '')).toBe(
      [
        'wrong.yaml:2:1: environmnt: is not known here; check its spelling',
        'wrong.yaml:5:5: jobs.train.command: must be text or a list of texts',
        'wrong.yaml:7:5: jobs.train.teir: is not known here; check its spelling',
        '',
      ].join('\n'),
    );
    writeFileSync(wrong, 'jobs:\n  train:\n    command: x\n    inputs:\n      - rows\n');
    expect((await type(['validate', wrong])).err).toContain(':5:9: jobs.train.inputs.0: "rows" is not under data');
    writeFileSync(wrong, 'jobs: [');
    expect((await type(['validate', wrong, '--json', 'line'])).code).toBe(1);
  });

  it('has a schema that editors can read, which the template fits', async () => {
    const answer = await t.as('nobody').get('/docs/plinth-yaml.schema.json');
    expect(answer.status).toBe(200);
    expect(answer.body.properties).toHaveProperty('jobs');
    const template = join(import.meta.dirname, '../templates/python-scikit-learn/plinth.yaml');
    expect((await type(['validate', template])).code).toBe(0);
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => (await type(['__complete', '--', ...words])).out.split('\n').filter(Boolean);

  it('knows verbs, options and the names of what is there', async () => {
    expect(await complete('jo')).toEqual(['job']);
    expect(await complete('job', 'ca')).toEqual(['cancel']);
    expect(await complete('job', 'list', '--so')).toEqual(['--sort']);
    expect(await complete('project', 'show', 'project-')).toEqual(['project-1', 'project-2']);
    expect(await complete('-p', 'project-2')).toEqual(['project-2']);
    expect(await complete('-p', 'project-1', 'dataset', 'show', '')).toEqual(['rows']);
    expect(await complete('run', 'cou')).toEqual(['count']);
    expect(await complete('project', 'create', '')).toEqual([]);
  });

  it('works in bash, and is silent where the server does not answer', async () => {
    const { out } = await type(['completion', 'bash']);
    const line = `plinth() { ${process.execPath} ${main} "$@"; }; eval "$1"; COMP_WORDS=(plinth project show project-); COMP_CWORD=3; _plinth; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const child = spawn('bash', ['-c', line, 'bash', out], {
      env: { PATH: process.env.PATH!, HOME: folder, PLINTH_URL: t.url, PLINTH_TOKEN: t.as('owner').token },
      cwd: tmpdir(),
    });
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(told).toBe('project-1\nproject-2\n');
    const silent = await type(['__complete', '--', 'project', 'show', ''], { env: { PLINTH_URL: 'http://127.0.0.1:9' } });
    expect([silent.code, silent.out, silent.err]).toEqual([0, '', '']);
    expect((await type(['completion', 'tcsh'])).code).toBe(2);
  });
});

describe('runs', () => {
  it('are listed, compared and downloaded', async () => {
    const mlflow = (path: string, body: unknown) => t.as('contributor').post(`/mlflow/project-1/api/2.0/mlflow/${path}`, body);
    const runs: string[] = [];
    for (const [name, depth, auc] of [
      ['shallow', '2', 0.8],
      ['deep', '9', 0.9],
    ] as const) {
      const { run } = (await mlflow('runs/create', { experiment_id: '0', run_name: name, start_time: 1 })).body;
      runs.push(run.info.run_id);
      await mlflow('runs/log-parameter', { run_id: run.info.run_id, key: 'depth', value: depth });
      await mlflow('runs/log-parameter', { run_id: run.info.run_id, key: 'seed', value: '1' });
      await mlflow('runs/log-metric', { run_id: run.info.run_id, key: 'auc', value: auc, timestamp: 1 });
    }
    const artifact = `/mlflow/project-1/api/2.0/mlflow-artifacts/artifacts/0/${runs[1]}/artifacts/plots/roc.txt`;
    await t.as('contributor').put(artifact, 'curve', { 'content-type': 'application/octet-stream' });
    const list = await type(['run', 'list', '-p', 'project-1', '--sort', '-metrics.auc', '--filter', 'metrics.auc > 0']);
    expect(golden(list.out)).toBe('<run>\tdeep\trunning\tauc=0.9\t<time>\n<run>\tshallow\trunning\tauc=0.8\t<time>\n');
    const compared = await type(['run', 'compare', ...runs]);
    expect(compared.out).toBe('params.depth\t2\t9\nmetrics.auc\t0.8\t0.9\n');
    const shown = await type(['run', 'show', runs[1]!]);
    expect(shown.out).toContain('metrics.auc\t0.9\n');
    const loaded = await type(['run', 'download', runs[1]!, '-o', join(folder, 'loaded')]);
    expect([loaded.code, loaded.out]).toEqual([0, 'plots/roc.txt\n']);
    expect(readFileSync(join(folder, 'loaded/plots/roc.txt'), 'utf8')).toBe('curve');
    expect((await type(['run', 'download', runs[0]!])).code).toBe(3);
  });
});

describe('the doctor', () => {
  it('shows every setting with its origin, no secret, and tests what is set', async () => {
    const home = join(folder, 'state');
    const env = {
      PLINTH_HOME: home,
      PLINTH_PORT: new URL(t.url).port,
      PLINTH_SMTP_URL: 'smtp://somebody:a-secret@127.0.0.1:9',
      PLINTH_OIDC_ISSUER: `${t.url}/nowhere`,
      PLINTH_OIDC_CLIENT_ID: 'plinth',
      PLINTH_OIDC_CLIENT_SECRET: 'another-secret',
      HTTPS_PROXY: 'http://me:third-secret@127.0.0.1:9',
    };
    const { code, out } = await type(['doctor', '--json'], { env });
    const { settings, checks } = JSON.parse(out);
    expect(out).not.toMatch(/a-secret|another-secret|third-secret/);
    expect(settings).toContainEqual({ name: 'PLINTH_HOME', value: home, origin: 'environment' });
    expect(settings).toContainEqual({ name: 'PLINTH_HOST', value: '127.0.0.1', origin: 'default' });
    expect(settings).toContainEqual({ name: 'PLINTH_KUBECONFIG', value: null, origin: 'none' });
    const states = Object.fromEntries(checks.map((one: { name: string; state: string }) => [one.name, one.state]));
    expect(states).toMatchObject({ 'State folder': 'ok', Port: 'ok', 'Sign-in provider': 'failed', Mail: 'failed' });
    expect(code).toBe(1);
  });

  it('names every wrong setting at once', async () => {
    const told = await type(['doctor'], { env: { PLINTH_PORT: 'x', PLINTH_NOPE: '1', PLINTH_ROLE: 'king' } });
    expect(told.code).toBe(2);
    for (const name of ['PLINTH_PORT', 'PLINTH_NOPE', 'PLINTH_ROLE']) expect(told.err).toContain(name);
  });
});

describe('open', () => {
  it('prints the address of a page or of a thing by its id', async () => {
    expect((await type(['open', 'job_abc'])).out).toBe(`${t.url}/jobs/job_abc\n`);
    expect((await type(['open', 'projects/project-1/jobs'])).out).toBe(`${t.url}/projects/project-1/jobs\n`);
  });
});

describe('notification', () => {
  it('makes a channel, tries it, tells what became of it, and takes it away', async () => {
    const told: string[] = [];
    const receiver = createHttpServer((request, response) => {
      told.push(String(request.headers['webhook-signature']));
      response.writeHead(told.length === 1 ? 204 : 403).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as { port: number }).port}/hook`;
    const project = ['-p', 'project-1'];
    expect((await type(['notification', 'create', 'Ops', ...project])).code).toBe(2);
    expect((await type(['notification', 'create', 'Ops', '--webhook', url, ...project], { who: 'viewer' })).code).toBe(4);
    const made = await type(['notification', 'create', 'Ops', '--webhook', url, '--type', 'job.finished', '--json', ...project]);
    const { id, secret, types } = JSON.parse(made.out);
    expect({ types, secret }).toEqual({ types: ['job.finished'], secret: expect.stringMatching(/^whsec_/) });
    expect((await type(['notification', 'test', id])).code).toBe(0);
    expect((await type(['notification', 'test', id])).code).toBe(1);
    expect(told).toEqual([expect.stringMatching(/^v1,/), expect.stringMatching(/^v1,/)]);
    const list = await type(['notification', 'list', ...project]);
    expect(list.out.split('\t').slice(1, 3)).toEqual(['Ops', 'webhook']);
    expect((await type(['notification', 'deliveries', id])).out).toContain('The receiver answered 403.');
    expect((await type(['notification', 'types'])).out).toContain('alert.fired\t');
    expect((await type(['notification', 'delete', id, '--yes'])).code).toBe(0);
    expect((await type(['notification', 'show', id])).code).toBe(3);
    receiver.close();
  });
});
