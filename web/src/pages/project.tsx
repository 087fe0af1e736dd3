import { Link, useLocation, useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { money, number } from '../ui/format.ts';
import { Empty, Field, FormDialog, Loaded, PageHead, StatusMark, Time } from '../ui/kit.tsx';
import { ActivityFeed } from './project-lists.tsx';

const Markdown = lazy(() => import('../ui/markdown.tsx'));
export const stages = ['ideation', 'data', 'exploration', 'modelling', 'validation', 'production', 'monitoring'] as const;
const statuses = ['proposed', 'active', 'blocked', 'on-hold', 'complete', 'archived'] as const;
const tabs = [
  ['', 'Overview'],
  ['jobs', 'Jobs'],
  ['experiments', 'Experiments'],
  ['datasets', 'Datasets'],
  ['environments', 'Environments'],
  ['workspaces', 'Workspaces'],
  ['code', 'Code'],
  ['members', 'Members'],
  ['activity', 'Activity'],
] as const;

/** Head and tabs of every page of a project. */
export function ProjectFrame({
  code,
  children,
  action,
}: {
  code: { path: string; cli: string };
  children: ReactNode;
  action?: ReactNode;
}) {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const project = useCall('getProject', { project: slug });
  const { pathname } = useLocation();
  return (
    <Loaded query={project}>
      {(data) => (
        <>
          <PageHead
            title={data.name}
            about={
              <>
                <StatusMark state={data.status} /> · {data.stage} · {data.ownerName}
              </>
            }
            code={code}
          >
            {action}
          </PageHead>
          <nav className="tabs" aria-label="Project">
            {tabs.map(([path, label]) => {
              const to = `/projects/${slug}${path ? `/${path}` : ''}`;
              return (
                <Link
                  key={label}
                  to={to as '/'}
                  activeOptions={{ exact: true }}
                  aria-current={pathname.replace(/\/$/, '') === to ? 'page' : undefined}
                >
                  {label}
                </Link>
              );
            })}
          </nav>
          {children}
        </>
      )}
    </Loaded>
  );
}

export function Overview() {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const project = useCall('getProject', { project: slug });
  const goals = useCall('listGoals', { project: slug });
  const arc = useCall('listStageChanges', { project: slug });
  const jobs = useCall('listProjectJobs', { project: slug, limit: 5 });
  const runs = useCall('listRuns', { project: slug, limit: 5 });
  const members = useCall('listMembers', { project: slug });
  const readme = useCall('getRepoFile', { project: slug, path: 'README.md' });
  const [moving, setMoving] = useState(false);
  const at = stages.indexOf((project.data?.stage ?? 'ideation') as (typeof stages)[number]);
  return (
    <ProjectFrame
      code={{ path: `/projects/${slug}`, cli: `npx plinth project show ${slug}` }}
      action={
        <button
          type="button"
          onClick={() => setMoving(true)}
          disabled={!['owner', 'admin'].includes(project.data?.myRole ?? '')}
          title="Owners move a project in its arc"
        >
          Move stage
        </button>
      }
    >
      <ol className="arc" aria-label="Stages">
        {stages.map((stage, index) => (
          <li
            key={stage}
            className={index < at ? 'past' : index === at ? 'now' : ''}
            aria-current={index === at ? 'step' : undefined}
            title={arc.data?.items.find((change) => change.toStage === stage)?.changedAt ?? ''}
          >
            {stage}
          </li>
        ))}
      </ol>
      <div className="columns">
        <div className="stack" style={{ gap: 20 }}>
          <section className="card">
            <h2>Goals</h2>
            <Loaded query={goals}>
              {(data) =>
                data.items.length === 0 ? (
                  <p className="faint">No goal yet. A goal with a metric shows whether the work gets there.</p>
                ) : (
                  <ul className="feed">
                    {data.items.map((goal) => {
                      const best = (runs.data?.items ?? []).flatMap((run) =>
                        run.metrics.filter((metric) => metric.key === goal.metric).map((metric) => Number(metric.value)),
                      );
                      const value =
                        best.length > 0 ? (goal.direction === 'maximize' ? Math.max(...best) : Math.min(...best)) : null;
                      return (
                        <li key={goal.id}>
                          <span>
                            <StatusMark state={goal.state} /> <strong>{goal.title}</strong>{' '}
                            {goal.metric && (
                              <span className="soft">
                                {goal.metric} {goal.direction === 'maximize' ? '≥' : '≤'} {number(goal.target)}
                              </span>
                            )}
                          </span>
                          {value !== null && <span className="number">now {number(value)}</span>}
                        </li>
                      );
                    })}
                  </ul>
                )
              }
            </Loaded>
          </section>
          <section className="card">
            <h2>Latest runs</h2>
            <Loaded query={runs}>
              {(data) =>
                data.items.length === 0 ? (
                  <Empty title="No run yet." code={`npx plinth run -p ${slug} -- python train.py`} />
                ) : (
                  <ul className="feed">
                    {data.items.map((run) => (
                      <li key={run.id}>
                        <span>
                          <StatusMark state={run.status} /> <Link to={`/runs/${run.id}` as '/'}>{run.name}</Link>{' '}
                          <span className="soft">
                            {run.metrics
                              .slice(0, 2)
                              .map((metric) => `${metric.key} ${number(metric.value)}`)
                              .join(' · ')}
                          </span>
                        </span>
                        <Time at={run.startedAt} />
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </section>
          {readme.data?.text && (
            <section className="card">
              <Suspense fallback={null}>
                <Markdown>{readme.data.text}</Markdown>
              </Suspense>
            </section>
          )}
        </div>
        <div className="stack" style={{ gap: 20 }}>
          <section className="card">
            <h2>Latest jobs</h2>
            <Loaded query={jobs}>
              {(data) =>
                data.items.length === 0 ? (
                  <p className="faint">No job yet.</p>
                ) : (
                  <ul className="feed">
                    {data.items.map((job) => (
                      <li key={job.id}>
                        <span style={{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
                          <StatusMark state={job.state} /> <Link to={`/jobs/${job.id}` as '/'}>{job.name}</Link>
                        </span>
                        <span className="faint">{money(job.cost)}</span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </section>
          <section className="card">
            <h2>People</h2>
            <Loaded query={members}>
              {(data) => (
                <ul className="feed">
                  {data.items.map((member) => (
                    <li key={member.subjectId}>
                      {member.name} <span className="faint">{member.role}</span>
                    </li>
                  ))}
                </ul>
              )}
            </Loaded>
          </section>
          <section className="card">
            <h2>Activity</h2>
            {project.data && <ActivityFeed projectId={project.data.id} limit={8} />}
          </section>
        </div>
      </div>
      <FormDialog
        title="Move in the arc"
        action="Move"
        open={moving}
        close={() => setMoving(false)}
        submit={async (form) => {
          await call('changeStage', {
            project: slug,
            body: {
              stage: form.get('stage') as 'data',
              status: form.get('status') as 'active',
              reason: String(form.get('reason') ?? ''),
            },
          });
          void queries.invalidateQueries();
        }}
      >
        {() => (
          <>
            <Field label="Stage">
              <select name="stage" defaultValue={project.data?.stage}>
                {stages.map((stage) => (
                  <option key={stage}>{stage}</option>
                ))}
              </select>
            </Field>
            <Field label="Status">
              <select name="status" defaultValue={project.data?.status}>
                {statuses.map((status) => (
                  <option key={status}>{status}</option>
                ))}
              </select>
            </Field>
            <Field label="Why">
              <textarea name="reason" maxLength={2000} />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}
