import { type Context, invalidField } from '../../platform/index.ts';
import { checkKey, coursesOf, datasetsUsedIn, historyPage, openRun } from '../../tracking/index.ts';
import { type Endpoint, readableExperiments, runId } from './endpoints.ts';
import { integer, type Message, presentMetric, projectInForce, text, texts } from './messages.ts';

const mostRuns = 100;
const mostPoints = 2_500;

/** One metric of several runs, thinned for a chart: first, last, and the lowest and highest of each stretch. */
async function coursesFor(ctx: Context, message: Message, fallback: number, maximum: number): Promise<Message> {
  const project = await projectInForce(ctx);
  const ids = [...new Set(texts(message.run_ids ?? message.run_id, 'run_ids', mostRuns))];
  if (ids.length === 0) throw invalidField('run_ids', "Missing value for required parameter 'run_ids'");
  for (const id of ids) await openRun(ctx, id, 'run.read', project);
  const points = integer(message.max_results, 'max_results', fallback);
  if (points < 1 || points > maximum) throw invalidField('max_results', `must be from 1 to ${maximum}`);
  const [from, to] = [message.start_step, message.end_step].map((step, index) =>
    step === undefined ? undefined : integer(step, index === 0 ? 'start_step' : 'end_step'),
  );
  if ((from === undefined) !== (to === undefined)) throw invalidField('end_step', 'and start_step are given both or neither');
  if (from !== undefined && to !== undefined && from > to)
    throw invalidField('end_step', `must not be less than start_step, ${from}`);
  const key = checkKey(message.metric_key, 'metric_key');
  const courses = await coursesOf(ctx, ids, { key, points, from, to }, project);
  const metrics = ids.flatMap((id) => (courses.get(id)?.points ?? []).map((point) => ({ ...presentMetric(point), run_id: id })));
  return metrics.length > 0 ? { metrics } : {};
}

/** Histories of metrics, whole and thinned, and what data the runs used. */
export const metricEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: 'metrics/get-history',
    permission: 'run.read',
    async handle(ctx, message) {
      const run = await openRun(ctx, runId(message), 'run.read', await projectInForce(ctx));
      const limit = integer(message.max_results, 'max_results', 25_000);
      if (limit < 1 || limit > 1_000_000) throw invalidField('max_results', 'must be from 1 to 1000000');
      const { points, nextCursor } = await historyPage(ctx, run.id, checkKey(message.metric_key, 'metric_key'), {
        limit,
        cursor: text(message, 'page_token'),
        pointer: 'page_token',
      });
      return {
        ...(points.length > 0 ? { metrics: points.map(presentMetric) } : {}),
        ...(nextCursor ? { next_page_token: nextCursor } : {}),
      };
    },
  },
  {
    method: 'GET',
    path: 'metrics/get-history-bulk-interval',
    permission: 'run.read',
    handle: (ctx, message) => coursesFor(ctx, message, mostPoints, mostPoints),
  },
  {
    method: 'GET',
    path: 'metrics/get-history-bulk',
    permission: 'run.read',
    handle: (ctx, message) => coursesFor(ctx, message, 25_000, 25_000),
  },
  {
    method: 'POST',
    path: 'experiments/search-datasets',
    permission: 'run.read',
    async handle(ctx, message) {
      const project = await projectInForce(ctx);
      ctx.decided.add('run.read');
      if (texts(message.experiment_ids, 'experiment_ids', 20).length === 0)
        throw invalidField('experiment_ids', "Missing value for required parameter 'experiment_ids'");
      const used = await datasetsUsedIn(ctx, await readableExperiments(ctx, message, project), 1_000);
      return {
        ...(used.length > 0
          ? {
              dataset_summaries: used.map(({ experimentId, name, digest, context }) => ({
                experiment_id: experimentId,
                name,
                digest,
                ...(context ? { context } : {}),
              })),
            }
          : {}),
      };
    },
  },
];
