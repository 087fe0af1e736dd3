import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useMoving } from '../api.ts';
import { Button, CodeBlock, Loaded, PageHead, Panel, Snippets, StatusMark, Time, toast } from '../ui/kit.tsx';
import { Channels, Replicas } from './deployments/channels.tsx';
import { HealthTiles } from './deployments/health-tiles.tsx';
import { NewDeployment } from './deployments/new-deployment.tsx';
import { RecentPredictions } from './deployments/recent-predictions.tsx';
import { Revisions } from './deployments/revisions.tsx';
import { TrafficCourse } from './deployments/traffic-course.tsx';
import { TryIt } from './deployments/try-it.tsx';
import { DeploymentMonitors } from './monitors/monitor-list.tsx';
import { useWorkReason } from './project-link.tsx';

export type DeploymentData = Output<'getDeployment'>;

/** What it answers is no event: it is asked for as long as somebody looks. */
const pace = 5_000;

/** One service: whether it answers, what serves on which channel, and a form to try it. */
export function Deployment() {
  const { deployment: name } = useParams({ strict: false }) as { deployment: string };
  const deployment = useMoving(
    'getDeployment',
    { deployment: name },
    (one) => ['pending', 'building', 'starting'].includes(one.state) || pace,
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
      <h2 className="unseen">Health of the last hour</h2>
      <HealthTiles health={one.health} />
      <TrafficCourse deployment={one.name} />
      <Channels deployment={one} cannotWrite={cannotWrite} />
      <div className="columns">
        <TryIt deployment={one} />
        <div className="stack wide-gap">
          <DeploymentMonitors deployment={one.name} />
          <Panel title="Call it">
            <p className="soft">
              Programs need a token: <Link to="/account/tokens">make a token</Link>.
            </p>
            <CodeBlock>{one.endpoint.invocations}</CodeBlock>
            <Snippets snippets={{ curl: one.snippets.curl, Python: one.snippets.python, CLI: one.snippets.cli }} />
          </Panel>
          <Replicas deployment={one} />
        </div>
      </div>
      <RecentPredictions deployment={one.name} project={one.projectSlug} />
      <Revisions deployment={one} cannotWrite={cannotWrite} />
      {deploying && (
        <NewDeployment project={one.projectSlug} name={one.name} model="models:/" close={() => setDeploying(false)} />
      )}
    </>
  );
}
