import type { ApiProblem, Input, Operations, Output } from '@plinth/sdk';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, sameThing } from '../api.ts';

type Paged = {
  [K in keyof Operations]: Output<K> extends { items: { id: string }[]; nextCursor: string | null } ? K : never;
}[keyof Operations];
type Row<K extends Paged> = Output<K> extends { items: (infer T)[] } ? T : never;

export interface Pages<T> {
  data: T[] | undefined;
  error: ApiProblem | null;
  isPending: boolean;
  isFetching: boolean;
  refetch(): unknown;
  /** Whether the server has more rows. */
  hasMore: boolean;
  loadMore(): void;
  /** Rows that came since the list was read; they are shown when the reader asks. */
  newCount: number;
  showNew(): void;
  /** Every row of the filter, page after page, for export; at most `most`. */
  all(most: number): Promise<T[]>;
}

/** As many rows as the API gives in one answer. */
const largestPage = 1_000;

interface PagesOptions<T> {
  size?: number;
  /** Rows that change without an event. */
  isMoving?: (row: T) => boolean;
  /** Milliseconds after which it is looked for new rows, where those are no events. */
  every?: number;
}

/**
 * A list read a page at a time. What is on screen keeps its place: known rows change in it, new ones wait until the reader asks for them.
 * Only the first page is asked again when something happens, so that a long list costs no more than a short one.
 */
export function usePages<K extends Paged>(
  operation: K,
  input: Omit<Input<K>, 'cursor' | 'limit'>,
  { size = 100, isMoving, every }: PagesOptions<Row<K>> = {},
): Pages<Row<K>> {
  type Answer = { items: Row<K>[]; nextCursor: string | null };
  const ask = (cursor: string | null, signal?: AbortSignal, limit = size): Promise<Answer> =>
    client.call(operation, ...([{ ...input, limit, ...(cursor ? { cursor } : {}) }, { signal }] as never)) as never;
  const pages = useInfiniteQuery<Answer, ApiProblem>({
    queryKey: ['pages', operation, input],
    queryFn: ({ pageParam, signal }) => ask(pageParam as string | null, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    meta: { still: true },
    placeholderData: (before, query) => (sameThing(query?.queryKey[2], input) ? before : undefined),
    staleTime: 0,
  });
  const head = useQuery<Answer, ApiProblem>({
    queryKey: ['head', operation, input],
    queryFn: ({ signal }) => ask(null, signal),
    enabled: pages.data !== undefined,
    staleTime: 1_000,
    // Numbers that are logged all the time are no events; rows that move are asked for.
    refetchInterval: (query) => (isMoving && query.state.data?.items.some(isMoving) ? 2_000 : (every ?? false)),
  });
  const rows = useMemo(() => {
    if (!pages.data) return undefined;
    const held = pages.data.pages.flatMap((one) => one.items);
    const now = new Map((head.data?.items ?? []).map((row) => [(row as { id: string }).id, row]));
    const seen = new Set<string>();
    // A list that is wholly in its first page also loses what is gone.
    const whole = head.data && head.data.nextCursor === null && pages.data.pages.length === 1;
    return held
      .filter((row) => {
        const { id } = row as { id: string };
        if (seen.has(id) || (whole && !now.has(id))) return false;
        seen.add(id);
        return true;
      })
      .map((row) => now.get((row as { id: string }).id) ?? row);
  }, [pages.data, head.data]);
  const shown = new Set((rows ?? []).map((row) => (row as { id: string }).id));
  const fresh = head.data && head.dataUpdatedAt > pages.dataUpdatedAt ? head.data.items : [];
  // What stands after all known rows of a list that goes on is not new, only not read yet.
  const lastKnown = fresh.findLastIndex((row) => shown.has((row as { id: string }).id));
  const candidates = pages.hasNextPage ? fresh.slice(0, lastKnown + 1) : fresh;
  const newCount = candidates.filter((row) => !shown.has((row as { id: string }).id)).length;
  return {
    // An empty list has no place to keep: its first rows come by themselves.
    data: rows?.length === 0 && head.data ? head.data.items : rows,
    error: pages.error,
    isPending: pages.isPending,
    isFetching: pages.isFetching,
    refetch: () => pages.refetch(),
    hasMore: pages.hasNextPage,
    loadMore: () => {
      if (!pages.isFetching) void pages.fetchNextPage();
    },
    newCount: rows?.length === 0 ? 0 : newCount,
    showNew: () => void pages.refetch(),
    all: async (most) => {
      const found: Row<K>[] = [];
      let cursor: string | null = null;
      do {
        const answer: Answer = await ask(cursor, undefined, largestPage);
        found.push(...answer.items);
        cursor = answer.nextCursor;
      } while (cursor && found.length < most);
      return found;
    },
  };
}
