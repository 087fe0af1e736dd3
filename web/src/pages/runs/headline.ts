import { useCall } from '../../api.ts';
import type { Run } from './run-columns.tsx';

type Metric = Run['metrics'][number];

/** Whether a metric has a course: more than one point, and not all at the first step. */
export const hasCourse = (metric: Metric): boolean => metric.count > 1 && metric.step > 0;

/** Metrics in the order in which one wants to read them: the goal's, those of a test, other results, courses, parts of something. */
export function byWeight(metrics: readonly Metric[], goals: ReadonlySet<string | null>): Metric[] {
  const rank = (metric: Metric): number =>
    goals.has(metric.key)
      ? 0
      : metric.key.includes('/')
        ? 5
        : /^test/i.test(metric.key)
          ? 1
          : /^(val|eval)/i.test(metric.key)
            ? 2
            : hasCourse(metric)
              ? 4
              : 3;
  return [...metrics].sort((a, b) => rank(a) - rank(b));
}

/** The metrics that a project's goals are about. */
export function useGoalKeys(project: string): ReadonlySet<string | null> {
  const goals = useCall('listGoals', { project });
  return new Set((goals.data?.items ?? []).map((goal) => goal.metric));
}
