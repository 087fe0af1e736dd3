import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { identityOf } from '../process-identity.ts';
import { takeStateLock } from './state-lock.ts';

describe('the lock of a state folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'plinth-lock-')), 'lock');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  test('a second taker is told who holds it', () => {
    expect(takeStateLock(folder)).toHaveProperty('release');
    expect(takeStateLock(folder)).toEqual({ heldBy: process.pid });
  });

  test('a released lock can be taken, again and again, and leaves one file', () => {
    for (let round = 0; round < 3; round += 1) {
      const lock = takeStateLock(folder);
      if ('heldBy' in lock) throw new Error('not free');
      lock.release();
    }
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('a dead holder, a reused pid, another boot and a torn file do not hold it', () => {
    const self = identityOf(process.pid)!;
    for (const stale of [
      JSON.stringify({ ...self, pid: 2 ** 22 + 1 }),
      JSON.stringify({ ...self, startTime: '1' }),
      JSON.stringify({ ...self, bootId: 'earlier' }),
      '{"pid":',
    ]) {
      writeFileSync(join(folder, '7'), stale);
      expect(takeStateLock(folder), stale).toHaveProperty('release');
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    }
  });

  test('of many processes that find it stale at once, one gets it', async () => {
    writeFileSync(join(folder, '1'), '');
    const module = new URL('./state-lock.ts', import.meta.url).href;
    // Each says what it got and then lives until its input ends, so that no loser finds a winner gone.
    const script = `import { takeStateLock } from '${module}'; console.log('heldBy' in takeStateLock(process.argv[1]) ? 'no' : 'yes'); process.stdin.resume();`;
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '-e', script, folder]));
    const answers = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()));
    for (const child of children) child.stdin.end();
    await Promise.all(children.map((child) => once(child, 'close')));
    expect(answers.filter((answer) => answer === 'yes')).toHaveLength(1);
  });
});
