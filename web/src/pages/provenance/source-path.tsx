import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon, type IconName, Panel, Short, StatusMark, Time } from '../../ui/kit.tsx';
import { versionPath } from '../models/addresses.ts';

type Source = Output<'getVersionProvenance'>;

/** Where a version came from as one reads it, from the data on; a link that is missing says why. What follows the version is given by the page. */
export function SourcePath({ source, children }: { source: Source; children?: ReactNode }) {
  const reason = (field: string): string | undefined => source.missing.find((one) => one.field === field)?.reason;
  const who = (part: string): string | undefined => source.people.find((one) => one.parts.includes(part))?.name;
  const { code, environment, job, run, modelVersion } = source;
  return (
    <Panel title="Where it came from">
      <ol className="trail">
        {source.datasets.map((one) => (
          <Step key={one.snapshotId} icon="datasets" kind="Data" digest={one.digest}>
            <Link to={`/datasets/${one.datasetId}` as '/'} search={{ snapshot: one.snapshotId } as never}>
              {one.name}
            </Link>
          </Step>
        ))}
        {source.datasets.length === 0 && <Missing icon="datasets" kind="Data" reason={reason('datasets')} />}
        {source.commit ? (
          <Step icon="code" kind="Code" digest={source.commit} who={code?.author} at={code?.at}>
            {modelVersion ? (
              <Link to={`/projects/${modelVersion.projectSlug}/code` as '/'} search={{ revision: source.commit } as never}>
                {code?.message ?? 'the commit'}
              </Link>
            ) : (
              (code?.message ?? 'the commit')
            )}
            {source.patch && (
              <span className="row tight">
                <span className="faint">with a patch</span> <Short value={source.patch} what="digest of the patch" length={8} />
              </span>
            )}
          </Step>
        ) : (
          <Missing icon="code" kind="Code" reason={reason('commit')} />
        )}
        {environment ? (
          <Step icon="environments" kind="Environment" digest={environment.lockDigest}>
            <span>
              {environment.name} #{environment.number}
              {environment.python && <span className="faint"> Python {environment.python}</span>}
            </span>
          </Step>
        ) : (
          <Missing icon="environments" kind="Environment" reason={reason('environment')} />
        )}
        {job ? (
          <Step icon="jobs" kind="Job" who={who('ran')} at={job.startedAt}>
            <span className="row tight">
              <Link to={`/jobs/${job.id}` as '/'}>{job.name}</Link> <StatusMark state={job.state} />
            </span>
          </Step>
        ) : (
          <Missing icon="jobs" kind="Job" reason={reason('job')} />
        )}
        {run ? (
          <Step icon="experiments" kind="Run" at={run.startedAt}>
            <span className="row tight">
              <Link to={`/runs/${run.id}` as '/'}>{run.name}</Link> <StatusMark state={run.status} />
            </span>
          </Step>
        ) : (
          <Missing icon="experiments" kind="Run" reason={reason('run')} />
        )}
        {modelVersion ? (
          <Step icon="models" kind="Version" digest={modelVersion.digest} who={who('registered')} at={modelVersion.createdAt}>
            <Link to={versionPath(modelVersion.projectSlug, modelVersion.name, modelVersion.number) as '/'}>
              {modelVersion.name} version {modelVersion.number}
            </Link>
          </Step>
        ) : (
          <Missing icon="models" kind="Version" reason={reason('modelVersion')} />
        )}
        {source.approvals.map((one) => (
          <Step key={one.id} icon="audit" kind="Approval" who={one.decidedBy ?? `asked by ${one.requestedBy}`} at={one.decidedAt}>
            <span className="row tight">
              <Link to={`/approvals/${one.id}` as '/'}>for {one.channel}</Link> <StatusMark state={one.state} />
            </span>
            {one.comment && <span className="soft">“{one.comment}”</span>}
          </Step>
        ))}
        {source.approvals.length === 0 && (
          <Missing icon="audit" kind="Approval" state="none" reason="Nobody was asked to approve it for a protected channel." />
        )}
        {children}
      </ol>
    </Panel>
  );
}

/** One step of the way: what, its digest, who and when. */
export function Step({
  icon,
  kind,
  digest,
  who,
  at,
  children,
}: {
  icon: IconName;
  kind: string;
  digest?: string | null | undefined;
  who?: string | undefined;
  at?: string | null | undefined;
  children: ReactNode;
}) {
  return (
    <li>
      <span className="trail-mark">
        <Icon name={icon} />
      </span>
      <span className="soft">{kind}</span>
      <span className="trail-what">{children}</span>
      <span className="trail-digest">
        {digest && <Short value={digest} what={`digest of the ${kind.toLowerCase()}`} length={12} />}
      </span>
      <span className="faint trail-who">
        {who}
        {who && at && ', '}
        {at && <Time at={at} />}
      </span>
    </li>
  );
}

/** A link that is not there, and why. */
export function Missing({
  icon,
  kind,
  reason,
  state = 'not-recorded',
}: {
  icon: IconName;
  kind: string;
  reason: string | undefined;
  /** `none` where there is nothing to record. */
  state?: 'not-recorded' | 'none';
}) {
  return (
    <li className="missing">
      <span className="trail-mark">
        <Icon name={icon} />
      </span>
      <span className="soft">{kind}</span>
      <span className="trail-what">
        <StatusMark state={state} />
        <span className="soft">{reason ?? 'Nothing records it.'}</span>
      </span>
    </li>
  );
}
