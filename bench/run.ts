/**
 * `npm run bench`: what is measured, beside the named peer in one run. Prints tables and ratios and writes them under bench/results/. Absolute
 * figures are those of the machine; ratios are what can be compared. A word as argument runs only what it names: tracking, artifacts, gateway.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchArtifacts } from './artifacts.ts';
import { benchGateway } from './gateway.ts';
import { benchTracking } from './tracking.ts';

const only = process.argv[2];
const ratio = (ours: number, theirs: number): string => (theirs === 0 ? '-' : `${(ours / theirs).toFixed(1)} x`);
const results: Record<string, unknown> = {
  at: new Date().toISOString(),
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim(),
  machine: { processors: cpus().length, model: cpus()[0]?.model, memoryBytes: totalmem() },
};

if (!only || only === 'tracking') {
  const rows = await benchTracking();
  const [ours, theirs] = rows;
  console.log('\nTracking server: start on an empty store, memory at rest, log-batch of 1,000 points from 4 clients');
  console.table(rows);
  if (ours && theirs)
    console.log(
      `plinth beside mlflow server: start ${ratio(theirs.secondsToReady, ours.secondsToReady)} faster, memory ${ratio(theirs.residentMegabytes, ours.residentMegabytes)} less, log-batch ${ratio(ours.metricsPerSecond, theirs.metricsPerSecond)}`,
    );
  results.tracking = rows;
}
if (!only || only === 'artifacts') {
  const rows = await benchArtifacts();
  console.log(
    '\nArtifact proxy: one file of 1 GB by a plain HTTP client; ours synced to the disk, checked against its digest on the way out',
  );
  console.table(rows);
  for (const direction of ['up', 'down']) {
    const [ours, theirs] = ['plinth', 'mlflow server'].map((server) =>
      rows.find((row) => row.direction === direction && row.server === server),
    );
    if (ours && theirs)
      console.log(
        `${direction}: ${ratio(ours.megabytesPerSecond, theirs.megabytesPerSecond)} the speed, ${ratio(theirs.processorSecondsPerGigabyte, ours.processorSecondsPerGigabyte)} less work`,
      );
  }
  results.artifacts = rows;
}
if (!only || only === 'gateway') {
  const rows = await benchGateway();
  console.log('\nModel server: one row a request, rights, schema and prediction log on');
  console.table(rows);
  for (const connections of [...new Set(rows.map((row) => row.connections))]) {
    const [ours, theirs] = ['plinth', 'mlflow models serve'].map((server) =>
      rows.find((row) => row.connections === connections && row.server === server),
    );
    if (ours && theirs)
      console.log(`${connections} connections: ${ratio(ours.requestsPerSecond, theirs.requestsPerSecond)} requests a second`);
  }
  results.gateway = rows;
}
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const path = join(folder, `${results.at as string}.json`.replaceAll(':', '-'));
writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
console.log(`\n${path}`);
