import { type Context, type Platform, systemContext, transaction } from '../platform/index.ts';
import { upsertModelMetrics } from './logged-model-store.ts';
import { insertKeys, insertMetrics, type MetricGroup } from './metric-store.ts';
import { type Batch, type KeyValue, type ModelMetric, paramChanged, runDeleted, runGone } from './tracking.ts';
import { insertParams, lockRuns, paramsOf, upsertTags } from './tracking-store.ts';

/** What one call logs; the right was asked for. */
export interface Submission {
  runId: string;
  experimentId: string;
  batch: Batch;
}

interface Waiting {
  submission: Submission;
  done(fault: unknown): void;
}

const lanes = 2;
const mostCalls = 64;
const mostPoints = 20_000;

/**
 * Group commit: calls that come while a transaction is under way share the next one, so that many clients with a point each cost one commit,
 * not one each. A call is answered after the commit that holds it, and one that is refused is refused alone. Calls of a run go by one lane, so
 * that lanes never wait for each other.
 */
class WriteQueue {
  readonly #platform: Platform;
  readonly #waiting: Waiting[][] = Array.from({ length: lanes }, () => []);
  readonly #busy: boolean[] = Array.from({ length: lanes }, () => false);

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  write(submission: Submission): Promise<void> {
    const lane = laneOf(submission.runId);
    return new Promise((resolve, reject) => {
      this.#waiting[lane]!.push({ submission, done: (fault) => (fault ? reject(fault) : resolve()) });
      if (!this.#busy[lane]) void this.#run(lane);
    });
  }

  async #run(lane: number): Promise<void> {
    this.#busy[lane] = true;
    for (let group = this.#take(lane); group.length > 0; group = this.#take(lane)) await this.#commit(group);
    this.#busy[lane] = false;
  }

  #take(lane: number): Waiting[] {
    const waiting = this.#waiting[lane]!;
    let calls = 0;
    for (let points = 0; calls < Math.min(waiting.length, mostCalls) && points < mostPoints; calls++)
      points += waiting[calls]!.submission.batch.metrics.length;
    return waiting.splice(0, calls);
  }

  async #commit(group: Waiting[]): Promise<void> {
    try {
      const submissions = group.map((one) => one.submission);
      const faults = await transaction(systemContext(this.#platform, 'log-batch'), (tx) => writeAll(tx, submissions));
      for (const [index, one] of group.entries()) one.done(faults[index]);
    } catch (error) {
      // What one call broke must not fail the others: each is tried alone and has its own answer.
      if (group.length === 1) group[0]!.done(error);
      else for (const one of group) await this.#commit([one]);
    }
  }
}

const queues = new WeakMap<Platform, WriteQueue>();

export function queueOf(platform: Platform): WriteQueue {
  const queue = queues.get(platform) ?? new WriteQueue(platform);
  queues.set(platform, queue);
  return queue;
}

const laneOf = (runId: string): number => [...runId].reduce((sum, character) => sum + character.charCodeAt(0), 0) % lanes;

/** Writes what can be written of some calls, in their order. @returns the fault of each that was refused, at its place */
async function writeAll(tx: Context, submissions: readonly Submission[]): Promise<unknown[]> {
  const runs = await lockRuns(tx, [...new Set(submissions.map((one) => one.runId))]);
  const params = await paramsOf(
    tx,
    submissions.flatMap(({ runId, batch }) => batch.params.map(({ key }) => ({ runId, key }))),
  );
  const fresh: (KeyValue & { runId: string; experimentId: string })[] = [];
  const tags = new Map<string, KeyValue & { runId: string }>();
  const metrics = new Map<string, MetricGroup>();
  const ofModels = new Map<string, ModelMetric>();
  const faults = submissions.map(({ runId, experimentId, batch }) => {
    const fault = faultOf(runId, batch, runs, params);
    if (fault) return fault;
    for (const { key, value } of batch.params) {
      if (params.has(placeOf(runId, key))) continue;
      params.set(placeOf(runId, key), value);
      fresh.push({ runId, experimentId, key, value });
    }
    for (const tag of batch.tags) tags.set(placeOf(runId, tag.key), { runId, ...tag });
    for (const metric of batch.metrics) {
      if (metric.about) {
        const one = { runId, ...metric, ...metric.about };
        const about = `${one.modelId} ${runId} ${JSON.stringify([one.key, one.datasetName, one.datasetDigest])}`;
        const before = ofModels.get(about);
        if (!before || one.step > before.step || (one.step === before.step && one.time >= before.time)) ofModels.set(about, one);
      }
      const place = placeOf(runId, metric.key);
      const group = metrics.get(place);
      if (group) group.metrics.push(metric);
      else metrics.set(place, { runId, experimentId, key: metric.key, metrics: [metric] });
    }
    return null;
  });
  await insertParams(tx, fresh);
  await insertKeys(tx, 'param', fresh);
  await upsertTags(tx, [...tags.values()]);
  await insertMetrics(
    tx,
    [...metrics].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group),
  );
  await upsertModelMetrics(tx, [...ofModels.values()]);
  return faults;
}

/** Ids have no spaces, so that a run and a key are one text. */
const placeOf = (runId: string, key: string): string => `${runId} ${key}`;

function faultOf(
  runId: string,
  batch: Batch,
  runs: ReadonlyMap<string, 'active' | 'deleted'>,
  params: ReadonlyMap<string, string>,
): Error | null {
  const lifecycle = runs.get(runId);
  if (!lifecycle) return runGone(runId);
  if (lifecycle === 'deleted') return runDeleted(runId);
  for (const { key, value } of batch.params) {
    const before = params.get(placeOf(runId, key));
    if (before !== undefined && before !== value) return paramChanged(key, before, value);
  }
  return null;
}
