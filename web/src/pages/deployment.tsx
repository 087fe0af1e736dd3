import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall, useMoving } from '../api.ts';
import { figure, number } from '../ui/format.ts';
import { Button, CodeBlock, Loaded, PageHead, Panel, Snippets, StatusMark, Time, toast } from '../ui/kit.tsx';
import { NewDeployment } from './deployments/new-deployment.tsx';
import { RecentPredictions } from './deployments/recent-predictions.tsx';
import { Revisions } from './deployments/revisions.tsx';
import { TrafficCourse } from './deployments/traffic-course.tsx';
import { TrafficSplit } from './deployments/traffic-split.tsx';
import { TryIt } from './deployments/try-it.tsx';
import { versionPath } from './models/addresses.ts';
import { MonitorList } from './monitors.tsx';
import { useWorkReason } from './project-link.tsx';

export type DeploymentData = Output<'getDeployment'>;

/** One service: whether it answers, what serves on which channel, and a form to try it. */
export function Deployment() {
  const { deployment: name } = useParams({ strict: false }) as { deployment: string };
  const deployment = useMoving('getDeployment', { deployment: name }, (one) =>
    ['pending', 'building', 'starting'].includes(one.state),
  );
  return (
    <Loaded query={deployment} rows={8}>
      {(data) => <DeploymentPage deployment={data} />}
    </Loaded>
  );
}

function DeploymentPage({ deployment: one }: { deployment: DeploymentData }) {
  const [deploying, setDeploying] = useState(false);
  const cannotWrite = useWorkReason(one.projectSlug);
  const stopped = one.state === 'stopped';
  const turn = (): void =>
    void call(stopped ? 'startDeployment' : 'stopDeployment', { deployment: one.name }).then(
      () => {
        toast(stopped ? `${one.name} starts.` : `${one.name} stops; its address answers 503.`);
        void queries.invalidateQueries();
      },
      (fault: Error) => toast(fault.message),
    );
  return (
    <>
      <PageHead
        title={one.name}
        about={
          <span className="facts-line">
            <StatusMark state={one.state} />
            {one.stateReason && <span>{one.stateReason}</span>}
            <Link to={`/projects/${one.projectSlug}/deployments` as '/'}>{one.projectSlug}</Link>
            <span>
              made by {one.createdBy.name}, <Time at={one.createdAt} />
            </span>
          </span>
        }
        code={{ path: `/deployments/${one.name}`, cli: `npx plinth deployment show ${one.name}` }}
      >
        <Button icon={stopped ? 'play' : 'stop'} reason={cannotWrite} onClick={turn}>
          {stopped ? 'Start' : 'Stop'}
        </Button>
        <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setDeploying(true)}>
          Deploy a version
        </Button>
      </PageHead>
      <Panel title="Health of the last hour">
        <dl className="facts">
          <dt>Requests</dt>
          <dd>
            {number(one.health.requestCount)} <span className="soft">with {number(one.health.rowCount)} rows</span>
          </dd>
          <dt>Errors</dt>
          <dd>
            {number(one.health.serverErrorCount)} failed here, {number(one.health.clientErrorCount)} could not be predicted as
            sent
          </dd>
          <dt>Latency</dt>
          <dd>
            p50 {figure(one.health.p50Milliseconds)} ms, p95 {figure(one.health.p95Milliseconds)} ms
          </dd>
        </dl>
        <TrafficCourse deployment={one.name} />
      </Panel>
      <Channels deployment={one} />
      <TryIt deployment={one} />
      <Panel title="Call it">
        <p className="soft">
          Programs need a token: <Link to="/account/tokens">make a token</Link>.
        </p>
        <CodeBlock>{one.endpoint.invocations}</CodeBlock>
        <Snippets snippets={{ curl: one.snippets.curl, Python: one.snippets.python, CLI: one.snippets.cli }} />
      </Panel>
      <RecentPredictions deployment={one.name} />
      <Panel title="Monitors">
        <DeploymentMonitors deployment={one} />
      </Panel>
      <Revisions deployment={one} cannotWrite={cannotWrite} />
      {deploying && (
        <NewDeployment project={one.projectSlug} name={one.name} model="models:/" close={() => setDeploying(false)} />
      )}
    </>
  );
}

function DeploymentMonitors({ deployment }: { deployment: DeploymentData }) {
  const monitors = useCall('listMonitors', { deployment: deployment.name });
  return (
    <Loaded query={monitors} rows={2}>
      {({ items }) => <MonitorList monitors={items} project={deployment.projectSlug} />}
    </Loaded>
  );
}

function Channels({ deployment: one }: { deployment: DeploymentData }) {
  return (
    <Panel title="Channels">
      <ul className="questions" aria-label="Channels">
        {one.channels.map((channel) => (
          <li key={channel.name}>
            <div className="row tight">
              <StatusMark state={channel.state} />
              <strong>{channel.name}</strong>
              {channel.protected && <span className="soft">protected</span>}
              {channel.serving && (
                <Link to={versionPath(one.projectSlug, channel.serving.model.name, channel.serving.model.version) as '/'}>
                  {channel.serving.model.name} version {channel.serving.model.version}
                </Link>
              )}
              <span className="soft">
                {channel.replicas.ready} of {channel.replicas.wanted} replicas ready
              </span>
            </div>
            {channel.followsAlias && <span className="soft">Follows the alias {channel.followsAlias}.</span>}
            {channel.candidate && (
              <span className="soft">
                Version {channel.candidate.model.version} starts beside it:{' '}
                {channel.candidate.stateReason ?? channel.candidate.state}
              </span>
            )}
            {channel.stateReason && <span>{channel.stateReason}</span>}
          </li>
        ))}
      </ul>
      <TrafficSplit deployment={one} />
      {one.replicas.length > 0 && (
        <ul className="rows" aria-label="Replicas">
          {one.replicas.map((replica) => (
            <li key={replica.id}>
              <StatusMark state={replica.state} />
              <span className="clip grow">
                replica {replica.slot}
                {replica.host && ` on ${replica.host}`}{' '}
                {replica.stateReason && <span className="soft">{replica.stateReason}</span>}
              </span>
              {replica.crashes > 0 && <span className="soft">{replica.crashes} crashes in a row</span>}
              <a href={replica.logUrl}>log</a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
