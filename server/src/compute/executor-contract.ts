import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt, AttemptHandle, Executor, ExitedObservation, Observation } from './executor.ts';
import { isOver } from './executor.ts';

/** One place for attempts and the executors over it: each call makes a new executor object, as a restarted server does. */
export interface ExecutorUnderTest {
  attemptsFolder: string;
  makeExecutor(): Executor;
}

const mebibyte = 1024 * 1024;
/** After a cancel nothing may be left once the grace and this are over. */
const cancelMarginSeconds = 10;

/** The rules of the port as tests. Call it inside a `describe` of the implementation's own test file. */
export function executorContract(makeUnderTest: () => ExecutorUnderTest): void {
  const t = attemptsOf(makeUnderTest);

  describe('refusals', () => {
    it('an empty command, a foreign folder and a bad variable name are refused before anything starts', async () => {
      const good = t.attempt(['true']);
      await expect(t.executor().submit({ ...good, command: [] })).rejects.toMatchObject({ code: 'attempt-invalid' });
      await expect(t.executor().submit({ ...good, folder: '/elsewhere/attempt' })).rejects.toMatchObject({
        code: 'attempt-invalid',
      });
      await expect(t.executor().submit({ ...good, environment: { 'A B': '1' } })).rejects.toMatchObject({
        code: 'attempt-invalid',
      });
      expect(await t.executor().list()).toEqual([]);
    });

    it('a folder that another attempt holds is refused', async () => {
      const first = t.attempt(['true']);
      await t.run(first);
      await expect(t.executor().submit({ ...first, fence: first.fence + 1 })).rejects.toMatchObject({
        code: 'attempt-folder-taken',
      });
    });

    it('an unknown handle is refused and a running attempt cannot be forgotten', async () => {
      const executor = t.executor();
      await expect(executor.observe({ id: 'nobody', fence: 1, folder: join(t.folder(), 'nobody') })).rejects.toMatchObject({
        code: 'attempt-unknown',
      });
      const handle = await t.submit(t.shell('sleep 60'));
      await t.untilRunning(handle);
      await expect(executor.forget(handle)).rejects.toMatchObject({ code: 'attempt-still-runs' });
    });
  });

  describe('how a command ended', () => {
    it('an exit code is told from a signal, also when the code looks like one', async () => {
      expect(await t.run(t.shell('exit 0'))).toMatchObject({
        exitCode: 0,
        signal: null,
        timedOut: false,
        cancelled: false,
        startError: null,
      });
      expect(await t.run(t.shell('exit 3'))).toMatchObject({ exitCode: 3, signal: null });
      expect(await t.run(t.shell('exit 137'))).toMatchObject({ exitCode: 137, signal: null, outOfMemory: false });
      expect(await t.run(t.shell('kill -KILL $$'))).toMatchObject({ exitCode: null, signal: 9, outOfMemory: false });
      expect(await t.run(t.shell('kill -SEGV $$'))).toMatchObject({ exitCode: null, signal: 11 });
    });

    it('a program that does not exist ends with 127 and its name in the log', async () => {
      const attempt = t.attempt(['no-such-program']);
      expect(await t.run(attempt)).toMatchObject({ exitCode: 127 });
      expect(await t.log(attempt)).toContain('no-such-program');
    });

    it('times and use are reported', async () => {
      const before = Date.now() - 1000;
      const end = await t.run(t.attempt(['python3', '-c', 'import time\nwhile time.process_time() < 0.5: pass']));
      expect(end.exitCode).toBe(0);
      expect(end.usage.cpuSeconds).toBeGreaterThan(0.4);
      expect(end.usage.cpuSeconds).toBeLessThan(3);
      expect(end.startedAt?.getTime()).toBeGreaterThan(before);
      expect(end.finishedAt.getTime()).toBeGreaterThanOrEqual(end.startedAt?.getTime() ?? Number.POSITIVE_INFINITY);
    });

    it('a time limit ends the command and is named', async () => {
      const end = await t.run(t.shell('trap "" TERM; while :; do sleep 1; done', { resources: { wallSeconds: 1 } }), 30);
      expect(end).toMatchObject({ timedOut: true, cancelled: false, signal: 9 });
    });

    it('a background process does not outlive the command, nor one that left its session and wiped its environment', async () => {
      const loop = 'while :; do echo x >> alive; sleep 0.05; done';
      for (const way of ['sh -c', 'setsid sh -c', 'setsid env -i /bin/sh -c']) {
        const attempt = t.shell(`${way} '${loop}' & sleep 0.2`);
        await t.run(attempt);
        await t.expectQuiet(join(attempt.workingFolder, 'alive'));
      }
    });
  });

  describe('what a command sees', () => {
    it('its environment holds what it was given and nothing of the server', async () => {
      process.env.PLINTH_SECRET_KEY = 'the-server-secret';
      const attempt = t.attempt(['env', '-0'], { environment: { GREETING: "it's\n$HOME `x` \\ é", PLINTH_TOKEN: 'pln_1' } });
      await t.run(attempt);
      delete process.env.PLINTH_SECRET_KEY;
      const variables = new Map(
        (await t.log(attempt))
          .split('\0')
          .filter(Boolean)
          .map((each) => [each.split('=')[0], each.slice(each.indexOf('=') + 1)]),
      );
      expect([...variables.keys()].sort()).toEqual(
        ['GREETING', 'HOME', 'LANG', 'LOGNAME', 'PATH', 'PLINTH_ATTEMPT', 'PLINTH_TOKEN', 'PWD', 'TMPDIR', 'USER'].sort(),
      );
      expect(variables.get('GREETING')).toBe("it's\n$HOME `x` \\ é");
      expect(variables.get('PWD')).toBe(attempt.workingFolder);
    });

    it('arguments arrive as sent and it starts in its working folder, where it may write', async () => {
      const text = 'a \'b\' "c" $(date) \\ \n*';
      const attempt = t.attempt(['sh', '-c', 'printf %s "$1" > argument; pwd', 'sh', text]);
      expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(attempt.workingFolder, 'argument'), 'utf8')).toBe(text);
      expect(await t.log(attempt)).toBe(`${attempt.workingFolder}\n`);
    });

    it('home and temporary folder can be written, and interrupts are not ignored', async () => {
      const script = 'import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)';
      const attempt = t.shell(`echo x > "$HOME/a" && echo x > "$TMPDIR/b" && python3 -c '${script}'`);
      expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
      expect(await t.log(attempt)).toBe('True\n');
    });

    it('it reaches the loopback address of the server', async () => {
      const server = createServer((_request, response) => response.end('hello'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const attempt = t.attempt([
        'python3',
        '-c',
        `import urllib.request; print(urllib.request.urlopen("${url}").read().decode())`,
      ]);
      expect(await t.run(attempt)).toMatchObject({ exitCode: 0 });
      server.close();
      expect(await t.log(attempt)).toBe('hello\n');
    });
  });

  describe('the log', () => {
    it('holds both streams byte for byte, in the order written, and is whole at the end', async () => {
      const script = 'import os\nfor i in range(2000):\n  os.write(1 + i % 2, bytes([i % 256]) * 100 + b"\\n")';
      const attempt = t.attempt(['python3', '-c', script]);
      await t.run(attempt);
      const { path, sizeBytes } = await t.executor().logs(t.handle(attempt));
      const expected = Buffer.concat(
        Array.from({ length: 2000 }, (_, i) => Buffer.concat([Buffer.alloc(100, i % 256), Buffer.from('\n')])),
      );
      expect(sizeBytes).toBe(expected.length);
      expect(readFileSync(path).equals(expected)).toBe(true);
    });

    it('can be read while the command runs', async () => {
      const attempt = t.shell('echo first; sleep 60');
      const handle = await t.submit(attempt);
      await until(async () => (await t.executor().logs(handle)).sizeBytes === 6, 'the first line is in the log');
    });
  });

  describe('submit', () => {
    it('many submits of one attempt run it once and give one handle', async () => {
      const attempt = t.shell('echo ran >> runs; sleep 0.2');
      const executors = [t.executor(), t.executor()];
      const handles = await Promise.all(Array.from({ length: 6 }, (_, i) => executors[i % 2]!.submit(attempt)));
      expect(new Set(handles.map((each) => JSON.stringify(each))).size).toBe(1);
      await t.end(handles[0]!);
      await t.executor().submit(attempt);
      expect(await t.executor().observe(handles[0]!)).toMatchObject({ state: 'exited', exitCode: 0 });
      expect(readFileSync(join(attempt.workingFolder, 'runs'), 'utf8')).toBe('ran\n');
    });

    it('a new executor finds, observes and forgets what an earlier one started', async () => {
      const attempt = t.shell('sleep 0.3; exit 7');
      const handle = await t.submit(attempt);
      const later = t.executor();
      expect(await later.list()).toEqual([handle]);
      expect(await t.end(handle, 30, later)).toMatchObject({ exitCode: 7 });
      await later.forget(handle);
      expect(await later.list()).toEqual([]);
    });

    it('an end is noticed within 100 ms of being recorded', async () => {
      const attempt = t.shell('sleep 0.5');
      const executor = t.executor();
      const handle = await executor.submit(attempt);
      const states: string[] = [];
      const lateness = await new Promise<number>((done) => {
        executor.watch(handle, (observation) => {
          states.push(observation.state);
          if (observation.state === 'exited') done(Date.now() - observation.finishedAt.getTime());
        });
        keepAlive(() => states.includes('exited'));
      });
      expect(states.slice(-2)).toEqual(['running', 'exited']);
      expect(lateness).toBeLessThan(100);
    });
  });

  describe('cancel', () => {
    it('a command that ends itself when asked keeps its own exit code', async () => {
      const attempt = t.attempt(['python3', '-c', pythonThatEndsItself]);
      const handle = await t.submit(attempt);
      await until(async () => (await t.log(attempt)).includes('ready'), 'the command is ready');
      await t.executor().cancel(handle, 20);
      expect(await t.end(handle, 10)).toMatchObject({ exitCode: 5, cancelled: true, timedOut: false });
    });

    it('a tree that ignores TERM, forks twice and leaves its session is gone within the grace and ten seconds', async () => {
      const attempt = t.attempt(['python3', '-c', pythonThatHides]);
      const handle = await t.submit(attempt);
      const alive = join(attempt.workingFolder, 'alive');
      await until(() => sizeOf(alive) > 0, 'the hidden process runs');
      await t.executor().cancel(handle, 1);
      const end = await t.end(handle, 1 + cancelMarginSeconds);
      expect(end).toMatchObject({ cancelled: true, signal: 9, exitCode: null });
      await t.expectQuiet(alive);
    });

    it('cancelling again, or after the end, changes nothing', async () => {
      const attempt = t.shell('exit 4');
      const first = await t.run(attempt);
      await t.executor().cancel(t.handle(attempt), 0);
      expect(await t.executor().observe(t.handle(attempt))).toEqual(first);
    });
  });

  describe('limits', () => {
    it('memory over the limit is ended', async () => {
      const { limits } = await t.executor().capabilities();
      const limit = 96 * mebibyte;
      const end = await t.run(t.attempt(['python3', '-c', 'x = bytearray(400 << 20)'], { resources: { memoryBytes: limit } }));
      expect(end.memoryLimitBytes).toBe(limit);
      // An rlimit makes the allocation fail inside the command, which ends with its own error: nothing tells that from another failure.
      if (limits === 'rlimit') expect(end).toMatchObject({ exitCode: 1, outOfMemory: false });
      else {
        expect(end).toMatchObject({ signal: 9, outOfMemory: true });
        expect(end.usage.peakMemoryBytes).toBeGreaterThan(limit * 0.9);
        expect(end.usage.peakMemoryBytes).toBeLessThanOrEqual(limit);
      }
    });

    it('a fork loop stops at its limit and can still be cancelled', async () => {
      const { limits } = await t.executor().capabilities();
      const attempt = t.attempt(['python3', '-c', pythonThatForks], { resources: { maximumProcesses: 20 } });
      const handle = await t.submit(attempt);
      await until(async () => (await t.log(attempt)).includes('stopped at'), 'the fork loop stopped');
      const count = Number(/stopped at (\d+)/.exec(await t.log(attempt))?.[1]);
      // An rlimit counts by user, and not at all for root.
      if (limits !== 'rlimit') expect(count).toBeLessThanOrEqual(20);
      await t.executor().cancel(handle, 0);
      await t.end(handle, cancelMarginSeconds);
    });

    it('a share of a processor is kept to', async () => {
      const { limits } = await t.executor().capabilities();
      const script = 'import time\nend = time.monotonic() + 3\nwhile time.monotonic() < end: pass\nprint(time.process_time())';
      const attempt = t.attempt(['python3', '-c', script], { resources: { cpuCores: 0.25 } });
      await t.run(attempt);
      // 0.75 seconds in 3, with the quota's steps and the interpreter's start; rlimits know no share.
      if (limits !== 'rlimit') expect(Number(await t.log(attempt))).toBeLessThan(1.1);
    });
  });
}

const pythonThatEndsItself = `
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print('ready', flush=True)
time.sleep(60)
`;

const pythonThatHides = `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            with open('alive', 'a') as f: f.write('x')
            time.sleep(0.05)
    os._exit(0)
time.sleep(600)
`;

const pythonThatForks = `
import os, time
count = 1
try:
    while count < 200:
        if os.fork() == 0:
            time.sleep(600)
        count += 1
except OSError:
    pass
print('stopped at', count, flush=True)
time.sleep(600)
`;

/** Makes attempts and ends what a test leaves running. */
export function attemptsOf(makeUnderTest: () => ExecutorUnderTest) {
  let count = 0;
  const made: AttemptHandle[] = [];
  const folder = () => makeUnderTest().attemptsFolder;
  const executor = () => makeUnderTest().makeExecutor();

  const attempt = (command: string[], more: Partial<Attempt> = {}): Attempt => {
    const id = `attempt-${++count}`;
    const own = join(folder(), id);
    const plain = { id, fence: 1, command, environment: {}, workingFolder: join(own, 'work'), folder: own, uid: 20_001 };
    return { ...plain, resources: {}, readOnlyPaths: [], writablePaths: [], ...more };
  };
  const shell = (script: string, more: Partial<Attempt> = {}) => attempt(['sh', '-c', script], more);
  const handle = ({ id, fence, folder: own }: Attempt): AttemptHandle => ({ id, fence, folder: own });
  const submit = async (each: Attempt) => {
    made.push(handle(each));
    return executor().submit(each);
  };
  const end = async (each: AttemptHandle, seconds = 30, by = executor()): Promise<ExitedObservation> => {
    const observation = await ended(by, each, seconds);
    if (observation.state !== 'exited') throw new Error(`attempt ${each.id} is ${JSON.stringify(observation)}`);
    return observation;
  };
  const run = async (each: Attempt, seconds = 30) => end(await submit(each), seconds);
  const log = async (each: Attempt) => {
    const { path, sizeBytes } = await executor().logs(handle(each));
    return sizeBytes === 0 ? '' : readFileSync(path, 'utf8');
  };
  const untilRunning = (each: AttemptHandle) =>
    until(async () => (await executor().observe(each)).state === 'running', 'the attempt runs');
  /** No process writes to the file any more: emptied, it stays empty for longer than the writer's pause. */
  const expectQuiet = async (file: string) => {
    writeFileSync(file, '');
    await pause(400);
    expect(sizeOf(file)).toBe(0);
  };

  afterEach(async () => {
    const by = executor();
    for (const each of await by.list()) {
      await by.cancel(each, 0);
      await ended(by, each, 30);
      await by.forget(each);
    }
    made.length = 0;
  });
  return { folder, executor, attempt, shell, handle, submit, end, run, log, untilRunning, expectQuiet };
}

async function ended(executor: Executor, handle: AttemptHandle, seconds: number): Promise<Observation> {
  let observation = await executor.observe(handle);
  await until(
    async () => {
      observation = await executor.observe(handle);
      return isOver(observation);
    },
    `attempt ${handle.id} is over`,
    seconds,
  );
  return observation;
}

export async function until(fact: () => boolean | Promise<boolean>, name: string, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${seconds} seconds: ${name}.`);
    await pause(10);
  }
}

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

function sizeOf(path: string): number {
  try {
    return readFileSync(path).length;
  } catch {
    return 0;
  }
}

/** A watch alone does not keep the process going. */
function keepAlive(isOverNow: () => boolean): void {
  const timer = setInterval(() => isOverNow() && clearInterval(timer), 20);
}
