import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { Feed } from '../activity/feed.tsx';
import { useCall } from '../api.ts';
import { useProjects } from '../names.ts';
import { duration, money } from '../ui/format.ts';
import { Icon, Loaded, PageHead, Panel, StatusMark, Time } from '../ui/kit.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Cost, useNow } from './job-phases.tsx';
import { alive } from './job-table.tsx';
import { GoalBar, goalState, share } from './project-goals.tsx';
import { monthName } from './spending.tsx';
import { WaitingApprovals } from './waiting-approvals.tsx';

/** For the reader: what of theirs runs, where they were, what changed, what it cost. */
export function Home() {
  const me = useCall('getMe');
  const projects = useCall('listProjects', { limit: 6 });
  const jobs = useCall('listJobs', { limit: 100 });
  const workspaces = useCall('listWorkspaces', { limit: 100 });
  const costs = useCall('listCosts', { by: 'project' });
  const all = useProjects();
  // A number from a page of rows says so when there are more rows than the page holds.
  const count = all.size === 0 ? '–' : all.size === 1_000 ? '1,000+' : String(all.size);
  const mine = me.data?.id ?? '';
  const running = (jobs.data?.items ?? []).filter((job) => job.createdBy === mine && alive(job));
  const sessions = (workspaces.data?.items ?? []).filter(
    (one) => one.ownerId === mine && ['starting', 'running', 'stopping'].includes(one.state),
  );
  const failed = (jobs.data?.items ?? []).filter(
    (job) =>
      job.createdBy === mine && ['failed', 'oom-killed', 'lost', 'timed-out'].includes(job.state) && recent(job.finishedAt),
  );
  return (
    <>
      <PageHead
        title={`For you, ${me.data?.name.split(' ')[0] ?? ''}`}
        about="What runs, what changed, and what it cost."
        code={{ path: '/jobs?limit=100', cli: 'npx plinth job list\nnpx plinth activity' }}
      />
      <FirstSteps />
      <div className="tiles fit">
        <Tile
          label="Your work that runs"
          value={String(running.length + sessions.length)}
          to="/jobs"
          search={{ mine: 'yes', state: 'alive' }}
        />
        <Tile label="Failed in the last day" value={String(failed.length)} to="/jobs" search={{ mine: 'yes', state: 'failed' }} />
        <Tile label={`Spent in ${monthName()}`} value={totals(costs.data)} to="/compute" hash="spent" />
        <Tile label="Projects" value={count} to="/projects" />
      </div>
      <div className="columns">
        <div className="stack wide-gap">
          <WaitingApprovals />
          <Panel title="Running now">
            <Loaded query={jobs}>
              {() =>
                running.length + sessions.length === 0 ? (
                  <p className="faint">Nothing of yours runs or waits. Start something in a project, or by npx plinth run.</p>
                ) : (
                  <ul className="rows">
                    {running.map((job) => (
                      <RunningJob key={job.id} job={job} />
                    ))}
                    {sessions.map((session) => (
                      <li key={session.id}>
                        <StatusMark state={session.state} />
                        <span className="clip grow">
                          <Link to={`/workspaces/${session.id}` as '/'}>{session.name}</Link>
                        </span>
                        <span className="faint">{session.tool}</span>
                        <span className="faint when">
                          <Time at={session.lastStartedAt} />
                        </span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Panel>
          <Panel title="What changed">
            <Feed limit={14} />
          </Panel>
        </div>
        <div className="stack wide-gap">
          <RecentProjects projects={projects.data?.items ?? []} />
          <Panel title={`Money in ${monthName()}`} aside={<span className="tabular">{totals(costs.data)}</span>}>
            <Loaded query={costs}>
              {(data) =>
                data.items.length === 0 ? (
                  <p className="faint">Nothing was spent this month.</p>
                ) : (
                  <ul className="rows">
                    {data.items.slice(0, 6).map((item) => (
                      <li key={`${item.key}${item.currency}`}>
                        <span className="clip grow">
                          {all.has(item.key ?? '') ? (
                            <Link to={`/projects/${all.get(item.key ?? '')!.slug}/jobs` as '/'}>{item.name}</Link>
                          ) : (
                            (item.name ?? 'Work outside of projects')
                          )}
                        </span>
                        <span className="number">{money(item)}</span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Panel>
        </div>
      </div>
    </>
  );
}

function RunningJob({ job }: { job: Output<'listJobs'>['items'][number] }) {
  const projects = useProjects();
  const now = useNow(true);
  const part = job.timeoutSeconds && job.startedAt ? (now - Date.parse(job.startedAt)) / 1000 / job.timeoutSeconds : null;
  return (
    <li>
      <StatusMark state={job.state} />
      <span className="clip grow">
        <Link to={`/jobs/${job.id}` as '/'}>{job.name}</Link> <span className="faint">{projects.get(job.projectId)?.name}</span>
        {job.state === 'queued' && job.stateReason && <span className="soft"> · {job.stateReason}</span>}
      </span>
      {part !== null && (
        <span className="goal-bar" role="img" aria-label={`${Math.round(part * 100)} % of its time limit`}>
          <i style={{ width: `${Math.min(100, part * 100)}%` }} />
        </span>
      )}
      <span className="number">{duration(job.startedAt ?? job.createdAt, null, now)}</span>
      <Cost job={job} />
    </li>
  );
}

function RecentProjects({ projects }: { projects: Output<'listProjects'>['items'] }) {
  const goals = useCall('listGoalProgress', { limit: 1000 });
  return (
    <Panel title="Recent projects" aside={<Link to="/projects">All</Link>}>
      {projects.length === 0 ? (
        <p className="faint">You have no project yet.</p>
      ) : (
        <ul className="rows">
          {projects.map((project) => {
            const goal = goals.data?.items.find((one) => one.projectId === project.id && one.metric !== null);
            return (
              <li key={project.id}>
                <Icon name="projects" />
                <span className="clip grow">
                  <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link>
                </span>
                {goal && share(goal) !== null && (
                  <span className="row tight" title={`${goal.title}: ${goalState(goal)}`}>
                    <GoalBar goal={goal} />
                  </span>
                )}
                <span className="faint">{project.stage}</span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

function Tile({
  label,
  value,
  to,
  search,
  hash,
}: {
  label: string;
  value: string;
  to: string;
  search?: Record<string, string>;
  hash?: string;
}) {
  return (
    <Link className="card tile" to={to as '/'} {...(search ? { search: search as never } : {})} {...(hash ? { hash } : {})}>
      <span className="soft">{label}</span>
      <span className="key">{value}</span>
    </Link>
  );
}

const recent = (time: string | null): boolean => time !== null && Date.now() - Date.parse(time) < 86_400_000;

const totals = (costs: Output<'listCosts'> | undefined): string =>
  !costs ? '–' : costs.totals.length === 0 ? money({ amount: 0, currency: 'EUR' }) : costs.totals.map(money).join(' + ');
