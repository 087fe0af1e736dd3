import type { Output } from '@plinth/sdk';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { client } from '../../api.ts';
import type { Point } from '../../ui/charts/series.ts';

export type Courses = ReadonlyMap<string, ReadonlyMap<string, readonly Point[]>>;

/** How many runs one call takes. */
const mostRuns = 100;

/** The courses of some metrics of many runs, by metric and run; a few calls whatever the number of rows. */
export function useCourses(
  project: string,
  keys: readonly string[],
  runs: readonly string[],
  points: number,
  moving = false,
): {
  courses: Courses;
  isPending: boolean;
  error: unknown;
} {
  const parts = useMemo(() => {
    const slices = Array.from({ length: Math.ceil(runs.length / mostRuns) }, (_, index) =>
      runs.slice(index * mostRuns, (index + 1) * mostRuns),
    );
    return keys.flatMap((key) => slices.map((slice) => ({ key, runs: slice.join(',') })));
  }, [keys, runs]);
  const combine = useCallback(
    (answers: readonly { data: Output<'listMetricHistories'> | undefined; isPending: boolean; error: unknown }[]) => {
      const courses = new Map<string, Map<string, readonly Point[]>>();
      answers.forEach(({ data }, index) => {
        const { key } = parts[index]!;
        const byRun = courses.get(key) ?? new Map<string, readonly Point[]>();
        courses.set(key, byRun);
        for (const one of data?.items ?? []) byRun.set(one.runId, one.points);
      });
      return { courses, isPending: answers.some((one) => one.isPending), error: answers.find((one) => one.error)?.error ?? null };
    },
    [parts],
  );
  return useQueries({
    queries: parts.map((part) => ({
      queryKey: ['listMetricHistories', { project, ...part, points }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.call('listMetricHistories', { project, ...part, points }, { signal }),
      refetchInterval: moving ? 2_000 : (false as const),
      staleTime: 5_000,
    })),
    combine,
  });
}
