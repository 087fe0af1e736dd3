import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { here } from '../../base.ts';
import { Button, Field, FormDialog, faultOf, Icon, Panel, StatusMark, toast } from '../../ui/kit.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { versionPath } from '../models/addresses.ts';
import { TrafficSplit } from './traffic-split.tsx';

type Channel = DeploymentData['channels'][number];

/** What serves on each channel, by how many processes, and how the plain address is split over them. */
export function Channels({ deployment: one, cannotWrite }: { deployment: DeploymentData; cannotWrite: string | null }) {
  const [scaling, setScaling] = useState<Channel | null>(null);
  return (
    <Panel title="Channels">
      <TrafficSplit deployment={one} cannotWrite={cannotWrite} />
      <ul className="channels" aria-label="Channels">
        {[...one.channels].reverse().map((channel) => (
          <ChannelCard
            key={channel.name}
            deployment={one}
            channel={channel}
            cannotWrite={cannotWrite}
            scale={() => setScaling(channel)}
          />
        ))}
      </ul>
      {scaling && <Scale deployment={one.name} channel={scaling} close={() => setScaling(null)} />}
    </Panel>
  );
}

function ChannelCard({
  deployment: one,
  channel,
  cannotWrite,
  scale,
}: {
  deployment: DeploymentData;
  channel: Channel;
  cannotWrite: string | null;
  scale: () => void;
}) {
  const { serving, candidate, replicas } = channel;
  return (
    <li className="card">
      <div className="row tight">
        <h3>{channel.name}</h3>
        {channel.protected && (
          <span className="chip protected" title="Versions enter it through an approval only">
            <Icon name="audit" /> protected
          </span>
        )}
        <span className="grow" />
        <StatusMark state={channel.state} />
      </div>
      {serving ? (
        <span className="row tight">
          <Link className="lead" to={versionPath(one.projectSlug, serving.model.name, serving.model.version) as '/'}>
            {serving.model.name} version {serving.model.version}
          </Link>
          <span className="faint">revision {serving.number}</span>
        </span>
      ) : (
        <span className="faint">nothing serves here yet</span>
      )}
      {channel.followsAlias && <span className="soft">Follows the alias @{channel.followsAlias}.</span>}
      {candidate && (
        <span className="soft">
          Version {candidate.model.version} starts beside it: {candidate.stateReason ?? candidate.state}
        </span>
      )}
      {channel.stateReason && <span>{channel.stateReason}</span>}
      <div className="row tight">
        <span className="soft">
          {replicas.ready} of {replicas.wanted} {replicas.wanted === 1 ? 'replica' : 'replicas'} ready
        </span>
        <Button tone="quiet" reason={cannotWrite} aria-label={`Scale ${channel.name}`} onClick={scale}>
          Scale
        </Button>
      </div>
    </li>
  );
}

function Scale({ deployment, channel, close }: { deployment: string; channel: Channel; close: () => void }) {
  return (
    <FormDialog
      title={`Replicas of ${channel.name}`}
      action="Scale"
      open
      close={close}
      submit={async (form) => {
        const replicas = Number(form.get('replicas'));
        await call('scaleDeployment', { deployment, channel: channel.name, body: { replicas } });
        toast(`${channel.name} gets ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}.`);
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <Field
          label="Replicas"
          error={faultOf(error, 'replicas')}
          hint="Processes that answer side by side. Those that run stay; others are started, or finish what they have and end."
        >
          <input name="replicas" type="number" min={1} max={32} defaultValue={channel.replicas.wanted} required />
        </Field>
      )}
    </FormDialog>
  );
}

/** The processes that answer, with their logs. */
export function Replicas({ deployment: one }: { deployment: DeploymentData }) {
  if (one.replicas.length === 0) return null;
  return (
    <Panel title="Replicas">
      <ul className="rows" aria-label="Replicas">
        {one.replicas.map((replica) => (
          <li key={replica.id}>
            <StatusMark state={replica.state} />
            <span className="clip grow">
              replica {replica.slot}
              {replica.host && ` on ${replica.host}`} {replica.stateReason && <span className="soft">{replica.stateReason}</span>}
            </span>
            {replica.crashes > 0 && (
              <span className="soft">
                {replica.crashes} {replica.crashes === 1 ? 'crash' : 'crashes in a row'}
              </span>
            )}
            <a href={here(replica.logUrl)}>log</a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
