// Runs the tests and ends with the line that people and machines read: N passed, N failed, N skipped.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkout, childEnvironment, findNode, LaunchError, runInForeground, say } from './launcher.mjs';

/** Kinds that need more time or other servers than `npm test` has; each has its own command. */
const kindsApart = ['external', 'long', 'kubernetes', 'slurm'];

/** The plain tests, narrowed by `args`, which are vitest's. */
export async function runTests(args) {
  return runVitest([...kindsApart.flatMap((kind) => ['--exclude', `**/*.${kind}.test.ts`]), ...args]);
}

/** Only the files named `*.<kind>.test.ts`, besides others whose paths begin with one of `alsoPaths`. */
export async function runTestsOfKind(kind, args, alsoPaths = []) {
  // A test that was moved away would be left out without a word.
  const empty = alsoPaths.find((path) => !holdsTests(path));
  if (empty) throw new LaunchError(`no test is at ${empty}; correct the list in scripts/plinth-launch.mjs`);
  return runVitest([`.${kind}.test.ts`, ...alsoPaths, ...args]);
}

function holdsTests(path) {
  if (path.endsWith('.test.ts')) return existsSync(join(checkout, path));
  try {
    return readdirSync(join(checkout, path), { recursive: true }).some((name) => name.endsWith('.test.ts'));
  } catch {
    return false;
  }
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-test-report-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const env = childEnvironment({ NODE_ENV: 'test' });
    const code = await runInForeground(findNode(), [vitest, 'run', ...reporters, ...args], { env, endGroup: true });
    const counts = countsOf(report);
    // Something went wrong outside of any test: a start that failed, an error nobody caught.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    if (counts.passed + counts.failed === 0) say('plinth: no test has run, which counts as a failure');
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    if (code !== 0) return code;
    return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countsOf(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let results = [];
  try {
    results = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return counts;
  }
  for (const file of results) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    // A file that could not be loaded has no tests to fail.
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) counts.failed += 1;
  }
  return counts;
}
