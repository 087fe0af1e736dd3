import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { call, queries, useCall } from '../api.ts';
import { allOf, holds, quoted } from '../filter-text.ts';
import { useProjects } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { duration, money, secondsBetween } from '../ui/format.ts';
import { Button, Empty, StatusMark, Time, toast } from '../ui/kit.tsx';
import type { Pages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { SearchBox } from '../ui/table/search-box.tsx';

export type Job = Output<'listJobs'>['items'][number];
const states = ['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out', 'oom-killed', 'lost'] as const;

export const alive = (job: { state: string }): boolean => ['queued', 'starting', 'running'].includes(job.state);

/** What the list asks of the server, from the address. */
export function useJobFilter(): { filter?: string; sort?: string } {
  const me = useCall('getMe');
  const [address] = useAddress();
  const { state = '' } = address;
  const [, column, direction] = /^(state|name|createdAt|environment) (asc|desc)$/.exec(address.sort ?? '') ?? [];
  return {
    ...allOf(
      state === 'alive' ? "state in ('queued', 'starting', 'running')" : state && `state = ${quoted(state)}`,
      address.mine === 'yes' && me.data && `createdBy = ${quoted(me.data.id)}`,
      holds('name', address.search ?? ''),
    ),
    ...(column ? { sort: direction === 'desc' ? `-${column}` : column } : {}),
  };
}

/** Jobs with filters that stand in the address. */
export function JobTable({ pages, place, empty }: { pages: Pages<Job>; place: string; empty: ReactNode }) {
  const [address, change] = useAddress();
  const projects = useProjects();
  const everywhere = place === 'jobs';
  const state = address.state ?? '';
  const mine = address.mine === 'yes';
  const columns = useMemo(() => columnsOf(everywhere, projects), [everywhere, projects]);
  const act = async (jobs: Job[], operation: 'cancelJob' | 'rerunJob', done: string): Promise<void> => {
    const outcomes = await Promise.allSettled(jobs.map((job) => call(operation, { job: job.id })));
    const refused = outcomes.filter((one) => one.status === 'rejected');
    toast(refused.length === 0 ? done : `${refused.length} of ${jobs.length}: ${(refused[0]!.reason as Error).message}`);
    void queries.invalidateQueries();
  };
  return (
    <div className="full-width">
      <DataTable
        label="Jobs"
        place={place}
        pages={pages}
        columns={columns}
        href={(job) => `/jobs/${job.id}`}
        nameOf={(job) => job.name}
        toolbar={
          <>
            <SearchBox label="Search jobs" hint="Name" name="search" />
            <select aria-label="State" value={state} onChange={(event) => change({ state: event.target.value })}>
              <option value="">Any state</option>
              <option value="alive">Waiting or running</option>
              {states.map((one) => (
                <option key={one} value={one}>
                  {one.replaceAll('-', ' ')}
                </option>
              ))}
            </select>
            <label className="check">
              <input type="checkbox" checked={mine} onChange={(event) => change({ mine: event.target.checked ? 'yes' : null })} />
              Mine
            </label>
          </>
        }
        bulk={(jobs, clear) => (
          <>
            <Button
              icon="stop"
              reason={jobs.some(alive) ? null : 'All of them have ended'}
              onClick={() => void act(jobs.filter(alive), 'cancelJob', 'They are being ended.').then(clear)}
            >
              Cancel
            </Button>
            <Button icon="retry" onClick={() => void act(jobs, 'rerunJob', 'They are queued again.').then(clear)}>
              Run again
            </Button>
          </>
        )}
        empty={address.search || state || mine ? <Empty title="No job fits these filters." /> : empty}
      />
    </div>
  );
}

function columnsOf(everywhere: boolean, projects: Map<string, { slug: string; name: string }>): DataColumn<Job>[] {
  const seconds = (job: Job): number | null => secondsBetween(job.startedAt, job.finishedAt);
  return [
    {
      id: 'state',
      title: 'State',
      width: 120,
      sortable: true,
      cell: (job) => <StatusMark state={job.state} />,
      value: (job) => job.state,
    },
    {
      id: 'name',
      title: 'Name',
      width: 200,
      sortable: true,
      grow: true,
      cell: (job) => (
        <Link className="row-name" to={`/jobs/${job.id}` as '/'} title={job.name}>
          {job.name}
        </Link>
      ),
      value: (job) => job.name,
    },
    ...(everywhere
      ? [
          {
            id: 'project',
            title: 'Project',
            width: 160,
            cell: (job: Job) => {
              const project = projects.get(job.projectId);
              return project ? <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link> : '–';
            },
            value: (job: Job) => projects.get(job.projectId)?.name ?? job.projectId,
          },
        ]
      : []),
    { id: 'by', title: 'By', width: 120, cell: (job) => job.createdByName, value: (job) => job.createdByName },
    {
      id: 'createdAt',
      title: 'Queued',
      width: 110,
      sortable: true,
      cell: (job) => <Time at={job.createdAt} />,
      value: (job) => job.createdAt,
    },
    {
      id: 'took',
      title: 'Took',
      width: 112,
      numeric: true,
      cell: (job) => duration(job.startedAt, job.finishedAt),
      value: seconds,
    },
    {
      id: 'cost',
      title: 'Cost',
      width: 96,
      numeric: true,
      cell: (job) => money(job.cost),
      value: (job) => job.cost.amount,
    },
    {
      id: 'runs',
      title: 'Runs',
      width: 60,
      numeric: true,
      cell: (job) => (job.runIds.length === 1 ? <Link to={`/runs/${job.runIds[0]}` as '/'}>1</Link> : job.runIds.length || '–'),
      value: (job) => job.runIds.length || null,
    },
    {
      id: 'environment',
      title: 'Environment',
      width: 140,
      sortable: true,
      cell: (job) => job.environment,
      value: (job) => job.environment,
    },
    {
      id: 'tier',
      title: 'Tier',
      width: 80,
      optional: everywhere,
      cell: (job) => job.hardwareTier,
      value: (job) => job.hardwareTier,
    },
    { id: 'commit', title: 'Commit', optional: true, cell: (job) => job.commit?.slice(0, 10) ?? '–', value: (job) => job.commit },
    {
      id: 'exit',
      title: 'Exit code',
      optional: true,
      numeric: true,
      cell: (job) => job.exitCode ?? '–',
      value: (job) => job.exitCode,
    },
    { id: 'host', title: 'Host', optional: true, cell: (job) => job.host ?? '–', value: (job) => job.host },
  ];
}
