/**
 * `npm run bench`: every bar that can be measured today, beside the named peer in one run. Prints a table with ratios, says how it was measured and
 * whether the bars stand, and keeps all figures under bench/results/. Words as arguments run only those parts: `npm run bench -- start gateway`.
 *
 * Exit code 1 when our own side failed. A bar that is not met is told and is no failure: on a busy machine it says more about the machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchArtifacts } from './artifacts.ts';
import { type Measured, tableOf } from './compare.ts';
import { benchGateway } from './gateway.ts';
import { mlflowVersion, PeerProblem } from './peer.ts';
import { benchStart } from './start.ts';
import { benchTracking } from './tracking.ts';
import { benchGrowth, benchReads } from './tracking-reads.ts';

const parts: Record<string, () => Promise<Measured>> = {
  start: benchStart,
  tracking: benchTracking,
  reads: benchReads,
  artifacts: benchArtifacts,
  gateway: benchGateway,
  growth: benchGrowth,
};
/** Takes many minutes and has no peer: run by its name alone. */
const byNameOnly = ['growth'];
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(parts, name));
if (unknown) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

const load = (): number => Math.round(loadavg()[0]! * 10) / 10;
const machine = {
  processors: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
  gigabytes: Math.round(totalmem() / 1024 ** 3),
};
const run = {
  at: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim(),
  machine,
  loadBefore: load(),
  measured: {} as Record<string, Measured & { loadAfter: number }>,
};
console.log(
  `${machine.processors} processors (${machine.model}), ${machine.gigabytes} GB, load ${run.loadBefore} before; MLflow ${mlflowVersion} as the peer.`,
);
console.log('Absolute figures are those of this machine at this time; the ratios are what can be compared.');

const faults: string[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 ? !asked.includes(name) : byNameOnly.includes(name)) continue;
  try {
    const measured = await measure();
    run.measured[name] = { ...measured, loadAfter: load() };
    faults.push(...measured.faults);
    console.log(`\n${measured.title} (load ${load()})\n${measured.method}\n\n${tableOf(measured.comparisons).join('\n')}`);
    for (const fault of measured.faults) console.log(`FAILED: ${fault}`);
  } catch (error) {
    if (error instanceof PeerProblem) {
      console.log(`\n${name}: nothing to compare with, as the peer did not come up: ${error.message}`);
      continue;
    }
    faults.push(`${name}: ${(error as Error).message}`);
    console.log(`\nFAILED: ${name}: ${(error as Error).stack}`);
  }
}

const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const path = join(folder, `${run.at.replaceAll(':', '-')}.json`);
writeFileSync(path, `${JSON.stringify(run, null, 2)}\n`);
console.log(`\nAll figures: ${path}`);
process.exit(faults.length > 0 ? 1 : 0);
