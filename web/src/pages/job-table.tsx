import type { Output } from '@plinth/sdk';
import { Link, useNavigate } from '@tanstack/react-router';
import { useProjects } from '../names.ts';
import { duration, money } from '../ui/format.ts';
import { Empty, StatusMark, Table, Time } from '../ui/kit.tsx';
import { useUrl } from '../url.ts';

type Job = Output<'listJobs'>['items'][number];
const states = ['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled', 'timed-out', 'oom-killed', 'lost'] as const;

export const alive = (job: { state: string }): boolean => ['queued', 'starting', 'running'].includes(job.state);

/** Jobs with filters that stand in the address. */
export function JobTable({ jobs, everywhere = false, me }: { jobs: readonly Job[]; everywhere?: boolean; me: string }) {
  const navigate = useNavigate();
  const { value, change } = useUrl();
  const projects = useProjects();
  const word = value('search').toLowerCase();
  const state = value('state');
  const mine = value('mine') === 'yes';
  const fitting = jobs.filter(
    (job) =>
      (!state || (state === 'alive' ? alive(job) : job.state === state)) &&
      (!mine || job.createdBy === me) &&
      (!word || `${job.name} ${job.createdByName} ${job.environment}`.toLowerCase().includes(word)),
  );
  return (
    <>
      <div className="filters">
        <input
          type="search"
          aria-label="Search jobs"
          placeholder="Search by name, person or environment"
          value={value('search')}
          onChange={(event) => change({ search: event.target.value }, 'replace')}
        />
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
        <span className="faint tabular">
          {fitting.length} of {jobs.length}
        </span>
      </div>
      {fitting.length === 0 ? (
        <Empty title="No job fits these filters." />
      ) : (
        <Table
          label="Jobs"
          rows={fitting}
          open={(job) => void navigate({ to: `/jobs/${job.id}` as '/' })}
          columns={[
            { title: 'State', cell: (job) => <StatusMark state={job.state} /> },
            {
              title: 'Name',
              cell: (job) => (
                <Link className="row-name" to={`/jobs/${job.id}` as '/'} title={job.name}>
                  {job.name}
                </Link>
              ),
            },
            ...(everywhere
              ? [
                  {
                    title: 'Project',
                    cell: (job: Job) => {
                      const project = projects.get(job.projectId);
                      return project ? <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link> : '–';
                    },
                  },
                ]
              : []),
            { title: 'By', cell: (job) => job.createdByName },
            { title: 'Queued', cell: (job) => <Time at={job.createdAt} /> },
            { title: 'Took', cell: (job) => duration(job.startedAt, job.finishedAt), numeric: true },
            { title: 'Cost', cell: (job) => money(job.cost), numeric: true },
            {
              title: 'Runs',
              numeric: true,
              cell: (job) =>
                job.runIds.length === 1 ? <Link to={`/runs/${job.runIds[0]}` as '/'}>1</Link> : job.runIds.length || '–',
            },
            { title: 'Environment', cell: (job) => job.environment },
            { title: 'Tier', cell: (job) => job.hardwareTier },
          ]}
        />
      )}
    </>
  );
}
