import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExecutorCapabilities } from '../executor.ts';
import { executorContract } from '../executor-contract.ts';
import { makeLocalExecutor } from './local-executor.ts';

describe('local executor with all that this machine gives', () => {
  executorContract(place({}));
});

// What a lesser machine gives, by giving up here what this one has more.
describe('local executor with users only', () => executorContract(place({ isolation: 'user' })));
describe('local executor with namespaces and rlimits', () => executorContract(place({ limits: 'rlimit' })));
describe('local executor with nothing but rlimits', () => executorContract(place({ isolation: 'none', limits: 'rlimit' })));

it('says what is in force', async () => {
  const { limits, isolation, detail } = await place({})().makeExecutor().capabilities();
  expect(['cgroup2', 'cgroup1', 'rlimit']).toContain(limits);
  expect(['namespaces', 'user', 'none']).toContain(isolation);
  expect(detail.length).toBeGreaterThan(1);
});

function place(atMost: { limits?: ExecutorCapabilities['limits']; isolation?: ExecutorCapabilities['isolation'] }) {
  const attemptsFolder = mkdtempSync(join(tmpdir(), 'plinth-local-executor-'));
  afterAll(() => rmSync(attemptsFolder, { recursive: true, force: true }));
  // Others pass through the folder, as the run folder of a server allows.
  chmodSync(attemptsFolder, 0o711);
  return () => ({ attemptsFolder, makeExecutor: () => makeLocalExecutor({ folder: attemptsFolder, atMost }) });
}
