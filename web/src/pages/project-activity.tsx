import { useInfiniteQuery } from '@tanstack/react-query';
import { Sentences } from '../activity/feed.tsx';
import type { Happening } from '../activity/telling.ts';
import { client, useCall } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Loaded, Panel } from '../ui/kit.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';

/** Kinds of things that people think in, as the objects of the record. */
const kinds: Record<string, readonly string[]> = {
  jobs: ['job'],
  runs: ['run', 'experiment', 'logged-model'],
  models: ['model', 'version', 'approval'],
  deployments: ['deployment', 'monitor', 'alert'],
  data: ['dataset', 'snapshot'],
  environments: ['environment', 'environment-revision'],
  workspaces: ['workspace'],
  code: ['repo'],
  'project and people': ['project', 'goal', 'service-account'],
};

/** What happened in a project; who and what narrow it, and stand in the address. */
export function Activity() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const members = useCall('listMembers', { project: slug, limit: 1000 });
  const { what = '', who = '' } = address;
  const types = kinds[what];
  const narrowed = {
    ...(who ? { actor: who } : {}),
    ...(types ? { filter: `object.type IN (${types.map((type) => `'${type}'`).join(', ')})` } : {}),
  };
  const asked = { project: slug, ...narrowed };
  const events = useInfiniteQuery({
    queryKey: ['listProjectActivity', 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      client.call('listProjectActivity', { ...asked, limit: 150, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  const happenings = events.data?.pages.flatMap((page) => page.items as Happening[]);
  return (
    <ProjectFrame
      about="What people did here, newest first. The audit log is written from the same events."
      code={{
        path: `/projects/${slug}/activity?${new URLSearchParams({ ...narrowed, limit: '150' })}`,
        cli: `npx plinth activity -p ${slug}`,
      }}
    >
      <div className="filters">
        <select aria-label="What" value={what} onChange={(event) => change({ what: event.target.value })}>
          <option value="">Everything</option>
          {Object.keys(kinds).map((kind) => (
            <option key={kind} value={kind}>
              {kind[0]!.toUpperCase() + kind.slice(1)}
            </option>
          ))}
        </select>
        <select aria-label="Who" value={who} onChange={(event) => change({ who: event.target.value })}>
          <option value="">Anybody</option>
          {(members.data?.items ?? [])
            .filter((member) => member.kind !== 'group')
            .map((member) => (
              <option key={member.subjectId} value={member.subjectId}>
                {member.name}
              </option>
            ))}
        </select>
      </div>
      <Loaded query={{ ...events, data: happenings }} rows={10}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="activity" title={what || who ? 'Nothing fits these filters.' : 'Nothing happened yet.'} />
          ) : (
            <Panel title="What happened">
              <Sentences happenings={all} named={false} />
              {events.hasNextPage && (
                <Button tone="quiet" disabled={events.isFetching} onClick={() => void events.fetchNextPage()}>
                  {events.isFetchingNextPage ? 'Loading…' : 'Earlier'}
                </Button>
              )}
            </Panel>
          )
        }
      </Loaded>
    </ProjectFrame>
  );
}
