import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Feed } from '../activity/feed.tsx';
import { useCall, useCallIf } from '../api.ts';
import { ownReason, workReason } from '../names.ts';
import { Avatar } from '../shell/avatar.tsx';
import { useAddress } from '../ui/address.ts';
import { duration, money } from '../ui/format.ts';
import { Button, Empty, Icon, Loaded, PageHead, Panel, Short, StatusMark, Time } from '../ui/kit.tsx';
import { EditProject } from './project-edit.tsx';
import { useSlug } from './project-frame.tsx';
import { AddGoal, Goals } from './project-goals.tsx';
import { Arc, MoveStage } from './project-stage.tsx';
import { RunLines } from './runs/run-lines.tsx';

const Markdown = lazy(() => import('../ui/markdown.tsx'));

/** One look at a project: where it stands, whether it gets where it wants, and what was done last. */
export function Overview() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const project = useCall('getProject', { project: slug });
  const changes = useCall('listStageChanges', { project: slug, limit: 1000 });
  return (
    <Loaded query={project} rows={8} page>
      {(data) => {
        const reason = [...(changes.data?.items ?? [])].reverse().find((one) => one.toStatus === data.status)?.reason;
        const stuck = ['blocked', 'on-hold'].includes(data.status);
        return (
          <>
            <PageHead
              title={data.name}
              about={data.description || <span className="faint">No description yet.</span>}
              code={{ path: `/projects/${slug}`, cli: `npx plinth project show ${slug}` }}
            >
              <Button icon="settings" reason={ownReason(data.myRole)} onClick={() => change({ new: 'edit' })}>
                Edit
              </Button>
              <Button icon="goal" reason={ownReason(data.myRole)} onClick={() => change({ new: 'stage' })}>
                Move stage
              </Button>
              {workReason(data.myRole) ? (
                <Button tone="primary" icon="play" reason={workReason(data.myRole)}>
                  Run a job
                </Button>
              ) : (
                <Link className="button primary" to={`/projects/${slug}/jobs` as '/'} search={{ new: 'job' } as never}>
                  <Icon name="play" /> Run a job
                </Link>
              )}
            </PageHead>
            {stuck && (
              <p className={`notice ${data.status === 'blocked' ? 'bad' : 'warn'}`} role="status">
                <StatusMark state={data.status} />
                <span>{reason || 'Nobody wrote down why.'}</span>
              </p>
            )}
            <Arc stage={data.stage} changes={changes.data?.items ?? []} />
            <div className="columns">
              <div className="stack wide-gap">
                <Panel
                  title="Goals"
                  aside={
                    <Button tone="quiet" icon="add" reason={ownReason(data.myRole)} onClick={() => change({ new: 'goal' })}>
                      Add a goal
                    </Button>
                  }
                >
                  <Goals slug={slug} />
                </Panel>
                <LatestRuns slug={slug} />
                <Panel title="Activity" aside={<Link to={`/projects/${slug}/activity` as '/'}>All</Link>}>
                  <Feed project={data.id} limit={8} />
                </Panel>
                <Readme slug={slug} />
              </div>
              <div className="stack wide-gap">
                <Facts slug={slug} />
                <LatestJobs slug={slug} />
                <Members slug={slug} />
              </div>
            </div>
            <MoveStage project={data} open={(address.new ?? '') === 'stage'} close={() => change({ new: null }, 'replace')} />
            <EditProject project={data} open={address.new === 'edit'} close={() => change({ new: null }, 'replace')} />
            <AddGoal slug={slug} open={(address.new ?? '') === 'goal'} close={() => change({ new: null }, 'replace')} />
          </>
        );
      }}
    </Loaded>
  );
}

function Facts({ slug }: { slug: string }) {
  const project = useCall('getProject', { project: slug });
  const { id, defaultEnvironmentId } = project.data ?? { id: '', defaultEnvironmentId: null };
  const environment = useCallIf(defaultEnvironmentId !== null, 'getEnvironment', { environment: defaultEnvironmentId ?? '' });
  const datasets = useCall('listDatasets', { project: slug, limit: 5 });
  const month = useCallIf(id !== '', 'listCosts', { project: id });
  const ever = useCallIf(id !== '', 'listCosts', { project: id, from: '2000-01-01T00:00:00Z' });
  const data = project.data;
  if (!data) return null;
  return (
    <Panel title="Facts">
      <dl className="facts">
        <dt>Owner</dt>
        <dd>{data.ownerName}</dd>
        {data.folderId && (
          <>
            <dt>Folder</dt>
            <dd>
              <Link to={`/folders/${data.folderId}` as '/'}>{data.folderName}</Link>
            </dd>
          </>
        )}
        <dt>Status</dt>
        <dd>
          <StatusMark state={data.status} />
        </dd>
        <dt>Cost</dt>
        <dd className="tabular">
          {spent(month.data?.totals)} this month, {spent(ever.data?.totals)} in all
        </dd>
        <dt>Environment</dt>
        <dd>
          {environment.data ? (
            <span className="row tight">
              <Link to={`/environments/${environment.data.id}` as '/'}>{environment.data.name}</Link>
              {environment.data.newestRevision && <StatusMark state={environment.data.newestRevision.state} />}
            </span>
          ) : (
            <span className="faint">none by default</span>
          )}
        </dd>
        <dt>Data</dt>
        <dd>
          {(datasets.data?.items ?? []).length === 0 ? (
            <span className="faint">none yet</span>
          ) : (
            datasets.data!.items.map((dataset) => (
              <div key={dataset.id}>
                <Link to={`/datasets/${dataset.id}` as '/'}>{dataset.name}</Link>{' '}
                <span className="faint">
                  {dataset.newestSnapshot ? `snapshot ${dataset.newestSnapshot.number}` : 'no snapshot'}
                </span>
              </div>
            ))
          )}
        </dd>
        <dt>Began</dt>
        <dd>
          <Time at={data.createdAt} />
          {data.template && (
            <span className="faint" title={data.template}>
              {' '}
              from {data.template.split('@')[0]}
            </span>
          )}
        </dd>
        <dt>Id</dt>
        <dd>
          <Short value={data.id} what="the project’s id" length={14} />
        </dd>
      </dl>
    </Panel>
  );
}

const spent = (totals: { amount: number; currency: string }[] | undefined): string =>
  totals === undefined ? '–' : totals.length === 0 ? money({ amount: 0, currency: 'EUR' }) : totals.map(money).join(' + ');

function LatestRuns({ slug }: { slug: string }) {
  const runs = useCall('listRuns', { project: slug, limit: 6 });
  return (
    <Panel title="Latest runs" aside={<Link to={`/projects/${slug}/experiments` as '/'}>All</Link>}>
      <Loaded query={runs}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No run yet: whatever logs to MLflow shows here."
              code={`npx plinth run -p ${slug} -- python train.py`}
            />
          ) : (
            <RunLines runs={data.items} project={slug} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function LatestJobs({ slug }: { slug: string }) {
  const jobs = useCall('listProjectJobs', { project: slug, limit: 6 });
  return (
    <Panel title="Latest jobs" aside={<Link to={`/projects/${slug}/jobs` as '/'}>All</Link>}>
      <Loaded query={jobs}>
        {(data) =>
          data.items.length === 0 ? (
            <p className="faint">No job yet.</p>
          ) : (
            <ul className="lines" style={{ '--more': 1 } as object}>
              {data.items.map((job) => (
                <li key={job.id}>
                  <StatusMark state={job.state} />
                  <Link className="clip" to={`/jobs/${job.id}` as '/'} title={job.name}>
                    {job.name}
                  </Link>
                  <span className="number faint" title={money(job.cost)}>
                    {duration(job.startedAt, job.finishedAt)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Members({ slug }: { slug: string }) {
  const members = useCall('listMembers', { project: slug, limit: 1000 });
  return (
    <Panel title="Members" aside={<Link to={`/projects/${slug}/members` as '/'}>All</Link>}>
      <Loaded query={members}>
        {(data) => (
          <ul className="rows">
            {data.items.slice(0, 8).map((member) => (
              <li key={member.subjectId}>
                <Avatar name={member.name} />
                <span className="clip grow">{member.name}</span>
                <span className="faint">{member.role}</span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function Readme({ slug }: { slug: string }) {
  const tree = useCall('listRepoTree', { project: slug });
  const there = (tree.data?.items ?? []).some((entry) => entry.path === 'README.md');
  const readme = useCallIf(there, 'getRepoFile', { project: slug, path: 'README.md' });
  if (!there || !readme.data?.text) return null;
  return (
    <section className="card" aria-label="README">
      <Suspense fallback={null}>
        <Markdown>{readme.data.text}</Markdown>
      </Suspense>
    </section>
  );
}
