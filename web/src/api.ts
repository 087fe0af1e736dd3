import { ApiProblem, createClient, type Input, type Operations, type Output } from '@plinth/sdk';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { base } from './base.ts';

/** The page's own origin, with the session cookie: the UI is a client like any other. */
export const client = createClient({ url: base });

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});

type Rest<K extends keyof Operations> = Record<never, never> extends Input<K> ? [input?: Input<K>] : [input: Input<K>];

const identities = [
  'project',
  'job',
  'run',
  'environment',
  'dataset',
  'snapshot',
  'workspace',
  'path',
  'key',
  'name',
  'version',
  'approval',
  'prediction',
  'reproduction',
  'deployment',
  'monitor',
  'alert',
  'notificationChannel',
  'subject',
  'resource',
  'node',
];

/** Old rows may stand while a filter changes; one job must never stand under the address of another. */
export const sameThing = (before: unknown, now: object): boolean =>
  identities.every((name) => (before as Record<string, unknown>)?.[name] === (now as Record<string, unknown>)[name]);

/** One operation as live data: it is asked again when an event touches it. */
export function useCall<K extends keyof Operations>(operation: K, ...rest: Rest<K>) {
  return useCallIf(true, operation, ...rest);
}

/** The same, once what it needs is known: until then nothing is asked. */
export function useCallIf<K extends keyof Operations>(ready: boolean, operation: K, ...rest: Rest<K>) {
  const input = rest[0] ?? {};
  return useQuery<Output<K>, ApiProblem>({
    enabled: ready,
    queryKey: [operation, input],
    queryFn: ({ signal }) => client.call(operation, ...([input, { signal }] as unknown as Rest<K>)),
    placeholderData: (before, query) => (sameThing(query?.queryKey[1], input) ? before : undefined),
  });
}

/** The same, asked again and again while something moves whose numbers are no events: `true` for what is watched, or after so many milliseconds. */
export function useMoving<K extends keyof Operations>(
  operation: K,
  input: Input<K>,
  isMoving: (data: Output<K>) => boolean | number,
) {
  return useQuery<Output<K>, ApiProblem>({
    queryKey: [operation, input],
    queryFn: ({ signal }) => client.call(operation, ...([input, { signal }] as unknown as Rest<K>)),
    placeholderData: (before, query) => (sameThing(query?.queryKey[1], input as object) ? before : undefined),
    refetchInterval: (query) => {
      const moving = query.state.data !== undefined && isMoving(query.state.data);
      return moving === true ? 1_500 : moving;
    },
  });
}

export const call: typeof client.call = client.call;
