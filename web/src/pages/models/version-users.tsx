import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { Panel, StatusMark, Time } from '../../ui/kit.tsx';
import { deploymentPath } from '../deployments/addresses.ts';
import { Missing, Node } from '../provenance/stage.tsx';
import { partsOf, sayVersion, versionPath } from './addresses.ts';

type Card = Output<'getModelCard'>;
type Thing = Card['usedBy']['things'][number];

const deploymentOf = (thing: Thing): string | null => (thing.ref.startsWith('deployment:') ? thing.ref.slice(11) : null);

/** Last steps of the way of a version: the deployments that serve or served it. */
export function UsedSteps({ card, project }: { card: Card; project: string }) {
  const deployments = card.usedBy.things.filter(deploymentOf);
  if (deployments.length === 0)
    return (
      <Missing icon="deployments" kind="Deployment" state="none" reason="It was not deployed, so no prediction comes from it." />
    );
  return deployments.map((thing) => (
    <UsedStep key={thing.ref} id={deploymentOf(thing)!} version={card.versionId} project={project} />
  ));
}

function UsedStep({ id, version, project }: { id: string; version: string; project: string }) {
  const { data } = useCall('getDeployment', { deployment: id });
  const serving = (data?.channels ?? []).filter((one) => one.serving?.model.versionId === version);
  return (
    <Node
      icon="deployments"
      kind="Deployment"
      {...(data ? { state: data.state } : {})}
      title={data ? <Link to={deploymentPath(project, data.name) as '/'}>{data.name}</Link> : <span className="mono">{id}</span>}
    >
      {data && (serving.length > 0 ? `serves ${serving.map((one) => one.name).join(' and ')}` : 'serves another version now')}
    </Node>
  );
}

function DeploymentLink({ id, project }: { id: string; project: string }) {
  const deployment = useCall('getDeployment', { deployment: id });
  if (!deployment.data) return <span className="mono">{id}</span>;
  return (
    <span className="row tight">
      <Link to={deploymentPath(project, deployment.data.name) as '/'}>{deployment.data.name}</Link>
      <StatusMark state={deployment.data.state} />
    </span>
  );
}

/** Who took a version, and by which way. */
export function VersionUsers({ card, project }: { card: Card; project: string }) {
  const { things, loads } = card.usedBy;
  // Approvals and reproductions have their own places on the page.
  const others = things.filter((thing) => !/^(approval|reproduction):/.test(thing.ref));
  return (
    <Panel title="Used by">
      {others.length === 0 && loads.length === 0 && (
        <p className="faint">Nobody yet: no deployment serves it and nobody has loaded its files.</p>
      )}
      <ul className="feed">
        {others.map((thing) => (
          <li key={thing.ref}>
            <span className="thing">
              <span className="soft">{thing.ref.split(':')[0]!.replaceAll('-', ' ')}</span>
              <ThingLink thing={thing} project={project} />
            </span>
            <Time at={thing.at} />
          </li>
        ))}
        {loads.map((load) => (
          <li key={`${load.by} ${load.way}`}>
            <span>
              {load.byName} <span className="soft">{load.way.replaceAll('-', ' ')}</span>{' '}
              <span className="faint">{load.count === 1 ? 'once' : `${load.count.toLocaleString('en')} times`}</span>
            </span>
            <Time at={load.lastAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ThingLink({ thing, project }: { thing: Thing; project: string }) {
  const [kind, id = ''] = thing.ref.split(':');
  if (kind === 'deployment') return <DeploymentLink id={id} project={project} />;
  if (thing.name) {
    const { name, number } = partsOf(thing.name);
    return <Link to={versionPath(project, name, number) as '/'}>{sayVersion(thing.name)}, made from it</Link>;
  }
  if (kind === 'run' || kind === 'job')
    return (
      <Link to={`/${kind}s/${id}` as '/'} className="mono">
        {id}
      </Link>
    );
  return <span className="mono">{id}</span>;
}
