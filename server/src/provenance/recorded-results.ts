import { type Artifact, artifactsUnder } from '../artifacts/index.ts';
import { ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { dataOf, historyOf, type RunData, type RunRow, runsOfJob } from '../tracking/index.ts';
import { isMachineMetric, type RecordedRun } from './compare-results.ts';
import { excludedKinds, payloadIdentity, withoutAddresses } from './model-payload.ts';

const mostPoints = 1_000_000;

/** The tag by which a run says, before anybody asks, how far its metrics may differ: JSON such as {"accuracy": 0.01, "*": 1e-6}. */
export const toleranceTag = 'plinth.tolerance';

/** What a job recorded, ready to be compared, and what was left out of it by nature. */
export async function recordedResults(ctx: Context, jobId: string): Promise<{ runs: RecordedRun[]; excluded: string[] }> {
  const excluded = new Set(['ids, times and tags of runs']);
  const rows = await runsOfJob(ctx, jobId);
  const data = await dataOf(
    ctx,
    rows.map((row) => row.id),
  );
  const runs: RecordedRun[] = [];
  for (const row of rows) runs.push(await recordedRun(ctx, row, data.get(row.id)!, excluded));
  return { runs, excluded: [...excluded].sort() };
}

async function recordedRun(ctx: Context, row: RunRow, data: RunData, excluded: Set<string>): Promise<RecordedRun> {
  const metrics = new Map<string, { step: number; value: number }[]>();
  for (const { key } of data.metrics) {
    if (isMachineMetric(key)) {
      excluded.add('metrics of the machine (system/…)');
      continue;
    }
    const points = await historyOf(ctx, row.id, key, mostPoints);
    metrics.set(
      key,
      points.map(({ step, value }) => ({ step, value })),
    );
  }
  const ownIds = [row.id, ...data.models.map((model) => model.id)];
  const models = [];
  for (const model of data.models)
    models.push({
      name: model.name,
      files: await identities(ctx, await artifactsUnder(ctx, ref('logged-model', model.id), ''), ownIds, excluded),
    });
  return {
    name: row.name,
    status: row.status,
    params: new Map(
      data.params.map(({ key, value }) => {
        const steady = withoutAddresses(value);
        if (steady !== value) excluded.add(excludedKinds.addresses);
        return [key, steady];
      }),
    ),
    metrics,
    inputs: data.datasets.map((one) => `${one.name} ${one.digest} ${one.tags['mlflow.data.context'] ?? ''}`),
    files: await identities(ctx, await artifactsUnder(ctx, ref('run', row.id), ''), ownIds, excluded),
    models,
    tolerance: toleranceOf(data.tags.find((tag) => tag.key === toleranceTag)?.value),
  };
}

async function identities(
  ctx: Context,
  files: readonly Artifact[],
  ownIds: readonly string[],
  excluded: Set<string>,
): Promise<Map<string, string>> {
  const result = new Map<string, string>();
  for (const file of files) {
    const { identity, excluded: left } = await payloadIdentity(ctx, file, ownIds);
    for (const kind of left) excluded.add(kind);
    result.set(file.path, identity);
  }
  return result;
}

/** Anything but an object of numbers from 0 up to 1 tolerates nothing. */
function toleranceOf(text: string | undefined): Record<string, number> {
  try {
    const value = JSON.parse(text ?? '{}') as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0 && entry[1] <= 1,
      ),
    );
  } catch {
    return {};
  }
}
