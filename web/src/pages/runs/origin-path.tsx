import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../../api.ts';
import { duration, money } from '../../ui/format.ts';
import { Icon, type IconName, Short, StatusMark } from '../../ui/kit.tsx';
import type { Run } from './run-columns.tsx';

/** Where a run came from, as one reads it: data, code, environment, job, run. Each step leads to its page. */
export function OriginPath({ run }: { run: Run }) {
  const from = run.provenance;
  return (
    <section aria-label="Where it came from" className="stack">
      <h2>Where it came from</h2>
      <ol className="origin">
        {from.snapshots.map((one) => (
          <DataStep key={one.snapshotId} {...one} />
        ))}
        {from.snapshots.length === 0 && (
          <Step icon="table" kind="Data">
            <span className="faint">{from.missing.includes('data') ? 'not recorded' : 'no snapshot'}</span>
          </Step>
        )}
        {from.commit ? (
          <CodeStep project={run.projectId} commit={from.commit} patch={from.patchSha256} />
        ) : (
          <Step icon="code" kind="Code">
            <span className="faint">not recorded</span>
          </Step>
        )}
        {from.environmentRevisionId ? (
          <EnvironmentStep revision={from.environmentRevisionId} digest={from.environmentDigest} />
        ) : (
          <Step icon="columns" kind="Environment">
            {from.environmentDigest ? (
              <Short value={from.environmentDigest} what="digest of the environment" />
            ) : (
              <span className="faint">not recorded</span>
            )}
          </Step>
        )}
        {from.jobId ? (
          <JobStep job={from.jobId} />
        ) : (
          <Step icon="right" kind={from.origin === 'workspace' ? 'Workspace' : 'Job'}>
            <span className="faint">{from.origin === 'workspace' ? 'logged in a workspace' : 'not recorded'}</span>
          </Step>
        )}
        <Step icon="chart" kind="This run" isLast>
          <strong className="clip">{run.name}</strong>
          <StatusMark state={run.status} />
        </Step>
      </ol>
      {from.origin === 'outside' && (
        <p className="soft">
          <StatusMark state="outside" /> It was logged from outside Plinth, so {from.missing.join(', ')} could not be recorded.
          Run it as a job and they are.
        </p>
      )}
    </section>
  );
}

function Step({ icon, kind, isLast = false, children }: { icon: IconName; kind: string; isLast?: boolean; children: ReactNode }) {
  return (
    <li className={isLast ? 'last' : undefined}>
      <span className="caption">
        <Icon name={icon} /> {kind}
      </span>
      {children}
    </li>
  );
}

function DataStep({ name, snapshotId, datasetId }: { name: string; snapshotId: string; datasetId: string }) {
  const dataset = useCall('getDataset', { dataset: datasetId });
  const snapshot = useCall('getSnapshot', { snapshot: snapshotId });
  return (
    <Step icon="table" kind={`Data · ${name}`}>
      <Link to={`/datasets/${datasetId}` as '/'} search={{ snapshot: snapshotId } as never} className="clip">
        {dataset.data ? `${dataset.data.name} #${snapshot.data?.number ?? ''}` : snapshotId}
      </Link>
      {snapshot.data && <Short value={snapshot.data.digest} what="digest of the data" />}
    </Step>
  );
}

function CodeStep({ project, commit, patch }: { project: string; commit: string; patch: string | null }) {
  const commits = useCall('listCommits', { project, revision: commit, limit: 1 });
  const subject = commits.data?.items[0]?.subject;
  return (
    <Step icon="code" kind={patch ? 'Code · with a patch' : 'Code'}>
      <span className="clip" title={subject}>
        {subject ?? 'commit'}
      </span>
      <span className="row" style={{ gap: 4 }}>
        <Short value={commit} what="commit" length={8} />
        {patch && <Short value={patch} what="digest of the patch" length={8} />}
      </span>
    </Step>
  );
}

function EnvironmentStep({ revision: id, digest }: { revision: string; digest: string | null }) {
  const revision = useCall('getEnvironmentRevision', { revision: id });
  return (
    <Step icon="columns" kind="Environment">
      {revision.data ? (
        <EnvironmentName environment={revision.data.environmentId} number={revision.data.number} />
      ) : (
        <span>{id}</span>
      )}
      {digest && <Short value={digest} what="digest of the environment" />}
    </Step>
  );
}

function EnvironmentName({ environment: id, number }: { environment: string; number: number }) {
  const environment = useCall('getEnvironment', { environment: id });
  return (
    <Link to={`/environments/${id}` as '/'} search={{ revision: String(number) } as never} className="clip">
      {environment.data?.name ?? 'environment'} #{number}
    </Link>
  );
}

function JobStep({ job: id }: { job: string }) {
  const job = useCall('getJob', { job: id });
  return (
    <Step icon="right" kind="Job">
      <Link to={`/jobs/${id}` as '/'} className="clip mono" title={id}>
        {job.data?.name ?? id}
      </Link>
      {job.data && (
        <span className="caption tabular">
          {duration(job.data.startedAt, job.data.finishedAt)} · {money(job.data.cost)}
        </span>
      )}
    </Step>
  );
}
