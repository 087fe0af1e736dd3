import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { currentBootId, identityOf, isAlive } from '../../platform/index.ts';
import type { Attempt } from '../executor.ts';
import { attemptsOf, until } from '../executor-contract.ts';
import { attemptPaths, readAttemptRecord } from './attempt-files.ts';
import { groupFolders } from './cgroups.ts';
import { makeLocalExecutor } from './local-executor.ts';
import { parseProcessIdentity } from './process-identity.ts';

const mebibyte = 1024 * 1024;
const base = mkdtempSync(join(tmpdir(), 'plinth-local-faults-'));
chmodSync(base, 0o711);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const attemptsFolder = join(base, 'attempts');
const stateFolder = join(base, 'state');
mkdirSync(join(stateFolder, 'shared'), { recursive: true });
writeFileSync(join(stateFolder, 'secret.key'), 'the key');
writeFileSync(join(stateFolder, 'shared', 'data'), 'for all');
const options = { folder: attemptsFolder, hiddenPaths: [stateFolder], logCapBytes: 4 * mebibyte, logTailBytes: mebibyte };
const t = attemptsOf(() => ({ attemptsFolder, makeExecutor: () => makeLocalExecutor(options) }));

const processOf = (attempt: Attempt, file: string) =>
  Number(readFileSync(join(attemptPaths(attempt.folder).control, file), 'utf8').split(' ')[0]);

describe('the death of the server', () => {
  it('right after a submit leaves the command running, and the next server finds it', async () => {
    const attempt = t.shell('echo ran >> runs; sleep 1; exit 6');
    const server = startServer([attempt]);
    await until(() => existsSync(attemptPaths(attempt.folder).start), 'the attempt started');
    server.kill('SIGKILL');
    const handle = t.handle(attempt);
    expect(await t.executor().list()).toEqual([handle]);
    expect(await t.executor().observe(handle)).toMatchObject({ state: 'running' });
    expect(await t.executor().submit(attempt)).toEqual(handle);
    expect(await t.end(handle)).toMatchObject({ exitCode: 6 });
    expect(readFileSync(join(attempt.workingFolder, 'runs'), 'utf8')).toBe('ran\n');
  });

  it('at any moment of many submits lets none run twice and none be forgotten', async () => {
    for (let round = 0; round < 5; round++) {
      const attempts = Array.from({ length: 6 }, () => t.shell('echo ran >> runs; exit 2'));
      const server = startServer(attempts);
      await new Promise<void>((done) => server.stdout.once('data', () => done()));
      await new Promise((done) => setTimeout(done, round * 20));
      server.kill('SIGKILL');
      for (const attempt of attempts) await t.submit(attempt);
      for (const attempt of attempts) {
        expect(await t.end(t.handle(attempt))).toMatchObject({ exitCode: 2 });
        expect(readFileSync(join(attempt.workingFolder, 'runs'), 'utf8')).toBe('ran\n');
      }
    }
  });

  it('between the record and the start leaves an attempt pending, which a cancel keeps from ever starting', async () => {
    const attempt = t.shell('echo ran >> runs');
    await t.run(attempt);
    rmSync(attemptPaths(attempt.folder).exit);
    rmSync(attemptPaths(attempt.folder).start);
    const handle = t.handle(attempt);
    expect(await t.executor().observe(handle)).toEqual({ state: 'pending' });
    await t.executor().cancel(handle, 5);
    expect(await t.executor().observe(handle)).toMatchObject({
      state: 'exited',
      cancelled: true,
      exitCode: null,
      signal: null,
      startedAt: null,
    });
    await t.executor().submit(attempt);
    expect(await t.executor().observe(handle)).toMatchObject({ cancelled: true, startedAt: null });
    expect(readFileSync(join(attempt.workingFolder, 'runs'), 'utf8')).toBe('ran\n');
  });
});

describe('the death of the supervisor', () => {
  it('makes the attempt lost, with its processes and cgroups gone', async () => {
    const attempt = t.attempt(['sh', '-c', 'setsid sh -c "while :; do echo x >> alive; sleep 0.05; done" & sleep 600'], {
      resources: { wallSeconds: 3600 },
    });
    const handle = await t.submit(attempt);
    await until(() => existsSync(join(attempt.workingFolder, 'alive')), 'the command runs');
    const clock = processOf(attempt, 'clock');
    process.kill(processOf(attempt, 'start'), 'SIGKILL');
    await until(async () => (await t.executor().observe(handle)).state === 'lost', 'the attempt is lost');
    await t.expectQuiet(join(attempt.workingFolder, 'alive'));
    const { groups } = readAttemptRecord(attempt.folder)!;
    if (groups) for (const folder of groupFolders(groups)) expect(existsSync(folder)).toBe(false);
    await until(() => !isAlive(identityOf(clock) ?? { pid: clock, startTime: '', bootId: '' }), 'the clock is gone');
    expect(await t.executor().observe(handle)).toMatchObject({ state: 'lost' });
  });

  it('is noticed by a watch', async () => {
    const handle = await t.submit(t.shell('sleep 600'));
    await t.untilRunning(handle);
    const states: string[] = [];
    const stop = t.executor().watch(handle, (observation) => states.push(observation.state));
    process.kill(Number(readFileSync(attemptPaths(handle.folder).start, 'utf8').split(' ')[0]), 'SIGKILL');
    await until(() => states.at(-1) === 'lost', 'the watch said lost');
    stop();
  });

  it('is not hidden by another process with its number, nor by one of an earlier boot', async () => {
    const own = identityOf(process.pid)!;
    const records = [`${own.pid} 12345 ${own.bootId}\n`, `${own.pid} ${own.startTime} 00000000-0000-0000-0000-000000000000\n`];
    const reasons: string[] = [];
    for (const record of records) {
      const attempt = t.shell('true');
      await t.run(attempt);
      rmSync(attemptPaths(attempt.folder).exit);
      writeFileSync(attemptPaths(attempt.folder).start, record);
      const observation = await t.executor().observe(t.handle(attempt));
      expect(observation.state).toBe('lost');
      if (observation.state === 'lost') reasons.push(observation.reason);
    }
    expect(reasons[0]).toContain('supervisor');
    expect(reasons[1]).toContain('restarted');
    expect(isAlive(own)).toBe(true);
    expect(parseProcessIdentity(`${own.pid} ${own.startTime} ${currentBootId()}\n`)).toEqual(own);
  });
});

describe('the log of a flood', () => {
  it('is capped with a notice and its tail is kept', async () => {
    const attempt = t.attempt(['python3', '-c', 'for i in range(1000000): print(f"{i:09}")\nprint("the end")']);
    expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
    const { path, sizeBytes } = await t.executor().logs(t.handle(attempt));
    expect(sizeBytes).toBeLessThan(options.logCapBytes + 1000);
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('000000000\n000000001\n')).toBe(true);
    expect(text).toContain('[plinth] The log is full.');
    expect(text.endsWith('000999999\nthe end\n')).toBe(true);
  });

  it('of many small writes holds every one of them', async () => {
    const attempt = t.attempt(['python3', '-c', 'import os\nfor i in range(20000): os.write(1, b"%05d\\n" % i)']);
    await t.run(attempt);
    expect(await t.log(attempt)).toBe(Array.from({ length: 20_000 }, (_, i) => `${String(i).padStart(5, '0')}\n`).join(''));
  });
});

describe('places', () => {
  it('long paths with spaces and quotes work, also under a folder that only the server may pass', async () => {
    const closed = join(base, 'closed', "it's a place", 'x'.repeat(100));
    mkdirSync(closed, { recursive: true });
    chmodSync(join(base, 'closed'), 0o700);
    const executor = makeLocalExecutor({ folder: closed });
    const folder = join(closed, 'attempt');
    const attempt = {
      ...t.shell('python3 -c "print(1 + 1)" > "$HOME/sum" && cat "$HOME/sum"'),
      folder,
      workingFolder: join(folder, 'work'),
    };
    const handle = await executor.submit(attempt);
    expect(await t.end(handle, 30, executor)).toMatchObject({ exitCode: 0 });
    expect(readFileSync((await executor.logs(handle)).path, 'utf8')).toBe('2\n');
    await executor.forget(handle);
    expect(readdirSync(closed)).toEqual([]);
  });

  it('a working folder is handed to the user of the attempt, whose files others may not write', async () => {
    const { isolation } = await t.executor().capabilities();
    const attempt = t.shell('id -u > who; cat given');
    mkdirSync(attempt.workingFolder, { recursive: true });
    writeFileSync(join(attempt.workingFolder, 'given'), 'given\n', { mode: 0o600 });
    await t.run(attempt);
    expect(await t.log(attempt)).toBe('given\n');
    const asked = process.geteuid?.() === 0 && isolation !== 'none' ? attempt.uid : statSync(attempt.folder).uid;
    expect(statSync(join(attempt.workingFolder, 'who')).uid).toBe(asked);
  });

  it('a private tree shows what is named, read-only or writable, and neither the server nor another attempt', async () => {
    const { isolation } = await t.executor().capabilities();
    // A machine without namespaces cannot do this, and says so in its capabilities.
    if (isolation !== 'namespaces') return;
    const shared = join(stateFolder, 'shared');
    const cache = join(base, 'cache');
    mkdirSync(cache, { recursive: true });
    const other = t.shell('echo secret > mine; sleep 600', { uid: 20_002, environment: { TOKEN: 'of-another' } });
    await t.untilRunning(await t.submit(other));
    await until(() => existsSync(join(other.workingFolder, 'mine')), 'the other attempt wrote');
    const attempt = t.attempt(
      [
        'python3',
        '-c',
        pythonThatLooks,
        join(stateFolder, 'secret.key'),
        join(other.workingFolder, 'mine'),
        attemptPaths(t.folder()).control,
      ],
      { readOnlyPaths: [shared], writablePaths: [cache] },
    );
    attempt.environment = { SHARED: shared, CACHE: cache };
    expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await t.log(attempt))).toEqual({
      missing: [true, true, true],
      shared: 'for all',
      sharedWritable: false,
      systemWritable: false,
      processes: 2,
      capabilities: 0,
    });
    expect(readFileSync(join(cache, 'made'), 'utf8')).toBe('here');
  });

  it('without a user of its own a command is root without rights and still sees only its tree', async () => {
    const attempt = t.attempt(['python3', '-c', pythonThatTriesRoot], { uid: undefined });
    expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
    const { isolation } = await t.executor().capabilities();
    if (isolation === 'namespaces') expect(JSON.parse(await t.log(attempt))).toEqual({ written: [] });
  });
});

const pythonThatLooks = `
import json, os, sys
def writable(path):
    try:
        open(path, 'w').close(); return True
    except OSError: return False
shared = os.environ['SHARED']
open(os.path.join(os.environ['CACHE'], 'made'), 'w').write('here')
status = open('/proc/self/status').read()
print(json.dumps({
    'missing': [not os.path.exists(path) for path in sys.argv[1:]],
    'shared': open(shared + '/data').read(),
    'sharedWritable': writable(shared + '/new'),
    'systemWritable': writable('/usr/new') or writable('/etc/new'),
    'processes': len([name for name in os.listdir('/proc') if name.isdigit()]),
    'capabilities': int(status.split('CapEff:')[1].split()[0], 16) | int(status.split('CapBnd:')[1].split()[0], 16),
}))
`;

const pythonThatTriesRoot = `
import json
written = []
for path in ['/etc/plinth-test', '/usr/plinth-test', '/root/plinth-test', '/plinth-test', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger']:
    try:
        open(path, 'a').close(); written.append(path)
    except OSError: pass
print(json.dumps({'written': written}))
`;

/** Another Node process that submits the attempts at once and then waits to be killed. */
function startServer(attempts: Attempt[]) {
  const program = `
    import { makeLocalExecutor } from ${JSON.stringify(join(import.meta.dirname, 'local-executor.ts'))};
    setInterval(() => {}, 1000);
    const executor = makeLocalExecutor(${JSON.stringify(options)});
    await executor.capabilities();
    console.log('ready');
    for (const attempt of ${JSON.stringify(attempts)}) await executor.submit(attempt);
  `;
  return spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}
