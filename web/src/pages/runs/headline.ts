import { useCall } from '../../api.ts';
import type { Run } from './run-columns.tsx';

type Metric = Run['metrics'][number];
/** What is read here of a metric; a version has only its newest value. */
export type Result = { key: string; value: number | string } & Partial<Pick<Metric, 'count' | 'step'>>;

/** Whether a metric has a course: more than one point, and not all at the first step. */
export const hasCourse = ({ count = 1, step = 0 }: Pick<Result, 'count' | 'step'>): boolean => count > 1 && step > 0;

/** Metrics in the order in which one wants to read them: the goal's, those of a test, other results, courses, parts of something. */
export function byWeight<M extends Result>(metrics: readonly M[], goals: ReadonlySet<string | null>): M[] {
  const rank = (metric: M): number =>
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
  const goals = useCall('listGoals', { project, limit: 1000 });
  return new Set((goals.data?.items ?? []).map((goal) => goal.metric));
}
