import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Avatar } from '../../shell/avatar.tsx';
import { duration, number } from '../../ui/format.ts';
import { Panel, Short, Time } from '../../ui/kit.tsx';
import { versionPath } from '../models/addresses.ts';
import { Missing, Node, Stage } from './stage.tsx';

type Source = Output<'getVersionProvenance'>;

/** Where a version came from, from its sources on the left to where it answers on the right; a link that is missing says why. What follows the version is given by the page. */
export function SourcePath({ source, children }: { source: Source; children?: ReactNode }) {
  // The last column stands before its contents are there.
  const isFour = children !== undefined;
  const reason = (field: string): string | undefined => source.missing.find((one) => one.field === field)?.reason;
  return (
    <Panel title="Where it came from" aside={<Whole missing={source.missing.length} />}>
      <ol className={`path ${isFour ? 'four' : 'three'}`}>
        <Stage title="Made from">
          <Data source={source} reason={reason('datasets')} />
          <Code source={source} reason={reason('commit')} />
          <Environment source={source} reason={reason('environment')} />
        </Stage>
        <Stage title="Made by" joined>
          <Job source={source} reason={reason('job')} />
          <Run source={source} reason={reason('run')} />
        </Stage>
        <Stage title="Version and approval" joined>
          <Version source={source} reason={reason('modelVersion')} />
          <Approvals source={source} />
        </Stage>
        {isFour && (
          <Stage title="Where it answers" joined>
            {children}
          </Stage>
        )}
      </ol>
      <People people={source.people} />
    </Panel>
  );
}

const Whole = ({ missing }: { missing: number }) => (
  <span className={`status ${missing === 0 ? 'ok' : 'warn'}`}>
    <i aria-hidden="true">{missing === 0 ? '✓' : '▲'}</i>
    {missing === 0 ? 'every link is recorded' : `${missing} ${missing === 1 ? 'link is' : 'links are'} not recorded`}
  </span>
);

interface Part {
  source: Source;
  reason: string | undefined;
}

function Data({ source, reason }: Part) {
  if (source.datasets.length === 0) return <Missing icon="datasets" kind="Data" reason={reason} />;
  return source.datasets.map((one) => (
    <Node
      key={one.snapshotId}
      icon="datasets"
      kind="Data"
      digest={one.digest}
      title={
        <Link to={`/datasets/${one.datasetId}` as '/'} search={{ snapshot: one.snapshotId } as never}>
          {one.datasetName ?? one.name}
          {one.number !== null && ` #${one.number}`}
        </Link>
      }
    >
      {one.rowCount === null ? null : `${number(one.rowCount)} rows`}
    </Node>
  ));
}

function Code({ source, reason }: Part) {
  const { commit, code, modelVersion, patch } = source;
  if (!commit) return <Missing icon="code" kind="Code" reason={reason} />;
  const message = code?.message ?? 'the commit';
  return (
    <Node
      icon="code"
      kind="Code"
      digest={commit}
      title={
        modelVersion ? (
          <Link to={`/projects/${modelVersion.projectSlug}/code` as '/'} search={{ revision: commit } as never}>
            {message}
          </Link>
        ) : (
          message
        )
      }
    >
      {code && (
        <>
          {code.author}, <Time at={code.at} />
        </>
      )}
      {patch && (
        <>
          {' '}
          with a patch <Short value={patch} what="digest of the patch" length={8} />
        </>
      )}
    </Node>
  );
}

function Environment({ source: { environment }, reason }: Part) {
  if (!environment) return <Missing icon="environments" kind="Environment" reason={reason} />;
  return (
    <Node
      icon="environments"
      kind="Environment"
      digest={environment.lockDigest}
      title={
        <Link to={`/environments/${environment.environmentId}` as '/'}>
          {environment.name} #{environment.number}
        </Link>
      }
    >
      {environment.python && `Python ${environment.python}`}
    </Node>
  );
}

function Job({ source: { job, people }, reason }: Part) {
  if (!job) return <Missing icon="jobs" kind="Job" reason={reason} />;
  const who = people.find((one) => one.parts.includes('ran'))?.name;
  return (
    <Node icon="jobs" kind="Job" state={job.state} title={<Link to={`/jobs/${job.id}` as '/'}>{job.name}</Link>}>
      {who && `${who}, `}
      <Time at={job.startedAt} />
      {job.startedAt && job.finishedAt && `, in ${duration(job.startedAt, job.finishedAt)}`}
    </Node>
  );
}

function Run({ source: { run }, reason }: Part) {
  if (!run) return <Missing icon="experiments" kind="Run" reason={reason} />;
  return (
    <Node icon="experiments" kind="Run" state={run.status} title={<Link to={`/runs/${run.id}` as '/'}>{run.name}</Link>}>
      <Time at={run.startedAt} />
    </Node>
  );
}

function Version({ source: { modelVersion, people }, reason }: Part) {
  if (!modelVersion) return <Missing icon="models" kind="Version" reason={reason} />;
  const who = people.find((one) => one.parts.includes('registered'))?.name;
  return (
    <Node
      icon="models"
      kind="Version"
      digest={modelVersion.digest}
      title={
        <Link to={versionPath(modelVersion.projectSlug, modelVersion.name, modelVersion.number) as '/'}>
          {modelVersion.name} version {modelVersion.number}
        </Link>
      }
    >
      {who && `${who}, `}
      <Time at={modelVersion.createdAt} />
    </Node>
  );
}

function Approvals({ source: { approvals } }: { source: Source }) {
  if (approvals.length === 0)
    return <Missing icon="audit" kind="Approval" state="none" reason="Nobody was asked to approve it for a protected channel." />;
  return approvals.map((one) => (
    <Node
      key={one.id}
      icon="audit"
      kind="Approval"
      state={one.state}
      title={
        <Link to={`/approvals/${one.id}` as '/'}>
          for {one.channel}
          {one.decidedBy && ` by ${one.decidedBy}`}
        </Link>
      }
    >
      {one.comment ? <q>{one.comment}</q> : one.decidedBy === null && `asked by ${one.requestedBy}`}
    </Node>
  ));
}

/** What the parts of the record are as deeds of a person. */
const deeds: Record<string, string> = {
  registered: 'registered it',
  ran: 'ran the job',
  wrote: 'wrote it',
  asked: 'asked for approval',
  approved: 'approved it',
  rejected: 'rejected it',
  called: 'called it',
  deployed: 'deployed it',
};

/** Who did what, each person once. */
function People({ people }: { people: Source['people'] }) {
  const parts = Map.groupBy(people, (one) => one.id);
  if (parts.size === 0) return null;
  return (
    <ul className="path-people" aria-label="People">
      {[...parts].map(([id, entries]) => (
        <li key={id}>
          <Avatar name={entries[0]!.name} />
          <span>
            <strong>{entries[0]!.name}</strong>{' '}
            <span className="soft">{entries.flatMap((one) => one.parts.map((part) => deeds[part] ?? part)).join(', ')}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
