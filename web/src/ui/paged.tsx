import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Loaded } from './loaded.tsx';
import type { Pages } from './pages.ts';

/** A list of one's own making, a page at a time: what came since waits above it, what is left stands below it. Nothing is cut without a word. */
export function Paged<T>({
  pages,
  empty,
  rows = 4,
  children,
}: {
  pages: Pages<T>;
  empty: ReactNode;
  /** Lines of the place that is held while it loads. */
  rows?: number;
  children: (items: T[]) => ReactNode;
}) {
  return (
    <Loaded query={pages} rows={rows}>
      {(items) =>
        items.length === 0 ? (
          empty
        ) : (
          <>
            {pages.newCount > 0 && (
              <Button className="pill self-start" icon="up" onClick={pages.showNew}>
                {pages.newCount} new
              </Button>
            )}
            {children(items)}
            {pages.hasMore && (
              <Button className="self-start" onClick={pages.loadMore} disabled={pages.isFetching}>
                {pages.isFetching ? 'Loading…' : 'Load more'}
              </Button>
            )}
          </>
        )
      }
    </Loaded>
  );
}
