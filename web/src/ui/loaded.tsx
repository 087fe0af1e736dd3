import { ApiProblem } from '@plinth/sdk';
import { type ReactNode, useEffect, useState } from 'react';
import { PageHead } from './page-head.tsx';
import { Problem } from './problem.tsx';

interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

/** Data once it is there; its place held quietly after a moment; the problem where it failed. */
export function Loaded<T>({
  query,
  children,
  rows = 3,
  page = false,
}: {
  query: Query<T>;
  /** What is loaded is the page itself: where it fails, the page says so under a heading of its own. */
  page?: boolean;
  children: (data: T) => ReactNode;
  /** Lines of the place holder, so that what comes does not push the page around. */
  rows?: number;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) {
    const problem = <Problem error={query.error} retry={() => void query.refetch()} />;
    if (!page) return problem;
    const status = query.error instanceof ApiProblem ? query.error.status : 0;
    return (
      <>
        <PageHead
          title={status === 404 ? 'Nothing here' : status === 403 ? 'Not for you' : 'It could not be shown'}
          about={status === 404 ? 'It is not there, or it is not shown to you.' : undefined}
        />
        {problem}
      </>
    );
  }
  return <Skeleton rows={rows} />;
}

/** Nothing for 150 ms, then grey bars where the lines will be. */
export function Skeleton({ rows = 3, height = 16 }: { rows?: number; height?: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) return null;
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <i key={index} style={{ height, width: `${100 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
