import type { Copy } from './copy.ts';
import { logBatch } from './log-batch.ts';
import type { Metric, Run } from './shapes.ts';

const metricsAtOnce = 1_000;

/** Brings every point of every metric, then reads them back and compares. Points of a call that was cut off are not sent twice. */
export async function copyHistories(
  copy: Copy,
  told: string,
  run: Run,
  id: string,
  before: Run | undefined,
): Promise<{ points: number; isWhole: boolean }> {
  const { report, source, there, target } = copy;
  const at: Run = { info: { run_id: id, experiment_id: '' } };
  let points = 0;
  let isWhole = true;
  for (const { key } of run.data?.metrics ?? []) {
    const known = new Set<string>();
    if (before?.data?.metrics?.some((metric) => metric.key === key))
      for await (const metrics of there.history(at, key)) for (const metric of metrics) known.add(pointOf(metric));
    const sent = new Tally();
    let refused = 0;
    for await (const metrics of source.history(run, key)) {
      const lacking = metrics.filter((metric) => !known.has(pointOf(metric)));
      report.there('metric points', metrics.length - lacking.length);
      const plain = lacking.map(({ value, timestamp, step = 0 }) => ({ key, value, timestamp, step }));
      const refusedHere = new Set<Metric>();
      const taken = await logBatch(target, id, 'metrics', plain, metricsAtOnce, (metric, why) => {
        refusedHere.add(metric);
        report.missing('metric points', `${told}, metric "${key}" at step ${metric.step}`, why);
      });
      report.brought('metric points', taken);
      refused += refusedHere.size;
      for (const metric of metrics) sent.add(metric);
    }
    points += sent.count;
    const found = new Tally();
    for await (const metrics of there.history(at, key)) for (const metric of metrics) found.add(metric);
    if (refused > 0 || found.equals(sent)) {
      isWhole &&= refused === 0;
      continue;
    }
    isWhole = false;
    const lost = Math.max(1, sent.count - found.count);
    const why = `${found.count} points are at the target where ${sent.count} were sent, or they are others`;
    report.missing('metric points', `${told}, metric "${key}"`, why, lost);
  }
  return { points, isWhole };
}

/** MLflow's database has no infinity and keeps the largest number in its place. */
function canonical(value: Metric['value']): string {
  const number = Number(value);
  return String(Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number);
}

const pointOf = ({ value, timestamp, step = 0 }: Metric): string => `${step} ${timestamp} ${canonical(value)}`;

/** How many points, and which, whatever their order: a sum over a hash of each. */
class Tally {
  count = 0;
  #sum = 0;

  add(metric: Metric): void {
    let hash = 0x811c9dc5;
    for (const char of pointOf(metric)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    this.count += 1;
    this.#sum = (this.#sum + (hash >>> 0)) % Number.MAX_SAFE_INTEGER;
  }

  equals(other: Tally): boolean {
    return this.count === other.count && this.#sum === other.#sum;
  }
}
