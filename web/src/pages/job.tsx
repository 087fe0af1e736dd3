import type { Output } from '@plinth/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall, useCallIf } from '../api.ts';
import { workReason } from '../names.ts';
import { bytes, number, perHour } from '../ui/format.ts';
import { Button, CodeBlock, Icon, Loaded, PageHead, Panel, Problem, Short, StatusMark, Time } from '../ui/kit.tsx';
import { LogViewer } from '../ui/log-viewer.tsx';
import { AccessLink } from './access/access-link.tsx';
import { Cost, Phases } from './job-phases.tsx';
import { Reproductions } from './provenance/reproductions.tsx';
import { RunLines } from './runs/run-lines.tsx';
import { isolationWords, sizeText } from './tier-text.ts';

type JobData = Output<'getJob'>;

export function Job() {
  const { job: id } = useParams({ strict: false }) as { job: string };
  const job = useCall('getJob', { job: id });
  return (
    <Loaded query={job} rows={10} page>
      {(data) => <Page job={data} />}
    </Loaded>
  );
}

function Page({ job }: { job: JobData }) {
  const navigate = useNavigate();
  const project = useCall('getProject', { project: job.projectId });
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(false);
  const over = job.finishedAt !== null;
  const reason = project.data ? workReason(project.data.myRole) : null;
  const slug = project.data?.slug;
  return (
    <>
      <PageHead
        title={job.name}
        about={
          <span className="facts-line">
            <StatusMark state={job.state} />
            <span>
              by {job.createdByName}, <Time at={job.createdAt} />
            </span>
            {job.attempt > 1 && <span>attempt {job.attempt}</span>}
            <AccessLink kind="job" id={job.id} projectId={job.projectId} />
            {job.rerunOf && (
              <span>
                again of <Link to={`/jobs/${job.rerunOf}` as '/'}>an earlier job</Link>
              </span>
            )}
          </span>
        }
        code={{ path: `/jobs/${job.id}`, cli: `npx plinth job show ${job.id}\nnpx plinth logs ${job.id} -f` }}
      >
        <Button
          icon="stop"
          reason={over ? 'It has ended already' : asked ? 'It is being ended' : reason}
          tip="Ends it with all its processes"
          onClick={() => {
            setAsked(true);
            call('cancelJob', { job: job.id }).catch((fault) => {
              setAsked(false);
              setError(fault);
            });
          }}
        >
          Cancel
        </Button>
        <Button
          icon="copy"
          reason={reason}
          tip="A new job that begins with what this one had"
          onClick={() => void navigate({ to: `/projects/${slug}/jobs` as '/', search: { new: 'job', from: job.id } as never })}
        >
          Clone
        </Button>
        <Button
          tone="primary"
          icon="retry"
          reason={reason}
          tip="The same command, commit, patch, environment revision and inputs"
          onClick={() =>
            void call('rerunJob', { job: job.id }).then((next) => navigate({ to: `/jobs/${next.id}` as '/' }), setError)
          }
        >
          Run again
        </Button>
      </PageHead>
      {error !== null && <Problem error={error} />}
      <Why job={job} />
      <Phases job={job} />
      <LogViewer path={`/api/v1/jobs/${job.id}/logs`} over={over} />
      <div className="columns even">
        <Given job={job} slug={slug} />
        <div className="stack wide-gap">
          <Runs job={job} />
          <How job={job} />
          <Reproductions
            subject={`job:${job.id}`}
            start={() => call('reproduceJob', { job: job.id })}
            reason={reason ?? (over ? null : 'It is not over yet')}
            code={`npx plinth reproduce ${job.id}`}
          />
        </div>
      </div>
    </>
  );
}

/** The sentence that a reader looks for first: why it waits, or why it ended as it did. */
function Why({ job }: { job: JobData }) {
  const waiting = job.state === 'queued';
  if (waiting)
    return (
      <p className="notice" role="status">
        <Icon name="clock" />
        <span>
          {job.stateReason ?? 'It waits for its turn: queued work starts in the order in which it came.'} Waiting is free.
        </span>
      </p>
    );
  if (!job.stateReason) return null;
  const bad = ['failed', 'oom-killed', 'lost'].includes(job.state);
  return (
    <p className={`notice ${bad ? 'bad' : job.state === 'timed-out' ? 'warn' : ''}`} role="status">
      <StatusMark state={job.state} />
      <span>{job.stateReason}</span>
    </p>
  );
}

function Given({ job, slug }: { job: JobData; slug: string | undefined }) {
  const command = Array.isArray(job.command) ? job.command.join(' ') : job.command;
  return (
    <Panel title="What it was given">
      <CodeBlock>{command}</CodeBlock>
      <dl className="facts spaced">
        <dt>Commit</dt>
        <dd>
          {job.commit ? (
            <span className="row tight">
              <Short value={job.commit} what="the commit" />
              {slug && (
                <Link to={`/projects/${slug}/code` as '/'} search={{ revision: job.commit } as never}>
                  Files
                </Link>
              )}
            </span>
          ) : (
            <span className="faint">none: the repository was empty</span>
          )}
        </dd>
        <dt>Patch</dt>
        <dd>
          {job.patchSha256 ? (
            <Short value={job.patchSha256} what="the digest of the patch" />
          ) : (
            <span className="faint">none: exactly the commit</span>
          )}
        </dd>
        <dt>Environment</dt>
        <dd>
          <span className="row tight">
            <Revision job={job} />
            {job.environmentDigest && <Short value={job.environmentDigest} what="the environment’s digest" />}
          </span>
        </dd>
        <dt>Inputs</dt>
        <dd>
          {job.inputs.length === 0 ? (
            <span className="faint">none</span>
          ) : (
            job.inputs.map((input) => (
              <div key={input.name} className="row tight">
                <span className="mono">{input.name}</span>
                <Link to={`/datasets/${input.datasetId}` as '/'}>
                  <InputName dataset={input.datasetId} snapshot={input.snapshotId} />
                </Link>
              </div>
            ))
          )}
        </dd>
        <dt>Variables</dt>
        <dd>
          {Object.keys(job.variables).length === 0 ? (
            <span className="faint">none</span>
          ) : (
            Object.entries(job.variables).map(([name, value]) => (
              <div key={name} className="mono">
                {name}={value}
              </div>
            ))
          )}
        </dd>
        <dt>Time limit</dt>
        <dd>{job.timeoutSeconds === null ? <span className="faint">none</span> : `${number(job.timeoutSeconds)} s`}</dd>
        <dt>Retries</dt>
        <dd>{job.retries === 0 ? <span className="faint">none</span> : job.retries}</dd>
      </dl>
    </Panel>
  );
}

function Revision({ job }: { job: JobData }) {
  const revision = useCallIf(job.environmentRevisionId !== null, 'getEnvironmentRevision', {
    revision: job.environmentRevisionId ?? '',
  });
  if (!revision.data) return <span>{job.environment}</span>;
  return (
    <Link to={`/environments/${revision.data.environmentId}` as '/'}>
      {job.environment}, revision {revision.data.number}
    </Link>
  );
}

function InputName({ dataset, snapshot }: { dataset: string; snapshot: string }) {
  const named = useCall('getDataset', { dataset });
  const one = useCall('getSnapshot', { snapshot });
  return (
    <>
      {named.data?.name ?? 'a dataset'}, snapshot {one.data?.number ?? '…'}
    </>
  );
}

function Runs({ job }: { job: JobData }) {
  const filter = `attributes.run_id IN (${job.runIds.map((id) => `'${id}'`).join(', ')})`;
  const runs = useCallIf(job.runIds.length > 0, 'listRuns', { project: job.projectId, filter, limit: 100 });
  return (
    <Panel title="Its runs">
      {job.runIds.length === 0 ? (
        <p className="faint">{job.finishedAt ? 'It logged none.' : 'None yet: what it logs to MLflow shows here by itself.'}</p>
      ) : (
        <Loaded query={runs}>{(data) => <RunLines runs={data.items} project={job.projectId} metrics={1} />}</Loaded>
      )}
    </Panel>
  );
}

function How({ job }: { job: JobData }) {
  const workload = useCall('getWorkload', { workload: job.workloadId });
  const tier = workload.data?.tier;
  return (
    <Panel title="How it ran">
      <dl className="facts">
        <dt>Cost</dt>
        <dd>
          <Cost job={job} /> <span className="faint">at {perHour(job.pricePerHour, job.cost.currency)}</span>
        </dd>
        <dt>Tier</dt>
        <dd>
          {job.hardwareTier}
          {tier && <span className="faint">, {sizeText(tier)}</span>}
        </dd>
        <dt>Processor time</dt>
        <dd className="tabular">{job.usage.cpuSeconds === undefined ? '–' : `${job.usage.cpuSeconds.toFixed(2)} s`}</dd>
        <dt>Peak memory</dt>
        <dd className="tabular">
          {bytes(job.usage.peakMemoryBytes)}
          {job.usage.peakMemoryBytes !== undefined && tier?.memoryBytes
            ? ` of ${bytes(tier.memoryBytes)} (${Math.round((job.usage.peakMemoryBytes / tier.memoryBytes) * 100)} %)`
            : ''}
        </dd>
        <dt>Exit code</dt>
        <dd>{job.exitCode ?? '–'}</dd>
        <dt>Isolation</dt>
        <dd>
          {job.isolation ? (
            <>
              {job.isolation} <span className="faint">{isolationWords[job.isolation]}</span>
            </>
          ) : (
            '–'
          )}
        </dd>
        <dt>Host</dt>
        <dd>{job.host ?? '–'}</dd>
        <dt>Id</dt>
        <dd>
          <Short value={job.id} what="the job’s id" length={14} />
        </dd>
      </dl>
    </Panel>
  );
}
