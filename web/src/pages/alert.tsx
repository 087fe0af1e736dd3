import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../api.ts';
import { Button, exactTime, Loaded, PageHead, Panel, StatusMark, Time } from '../ui/kit.tsx';
import { Answer } from './alerts/answer.tsx';
import { Retraining } from './alerts/retraining.tsx';
import { sayAmount, titleOf } from './alerts/words.ts';
import { deploymentPath } from './deployments/addresses.ts';
import { partsOf, sayVersion, versionPath } from './models/addresses.ts';
import { Distribution } from './monitors/distribution.tsx';
import { Evidence } from './monitors/evidence.tsx';
import { Quality } from './monitors/quality.tsx';
import { Service } from './monitors/service.tsx';

type AlertData = Output<'getAlert'>;

/** One alert: what changed, how much, since when, and what one can do about it. */
export function Alert() {
  const { alert: id } = useParams({ strict: false }) as { alert: string };
  const alert = useCall('getAlert', { alert: id });
  return (
    <Loaded query={alert} rows={8}>
      {(data) => <AlertPage alert={data} />}
    </Loaded>
  );
}

function AlertPage({ alert }: { alert: AlertData }) {
  const monitor = useCall('getMonitor', { monitor: alert.monitorId });
  return (
    <>
      <PageHead
        title={titleOf(alert)}
        about={
          <span className="facts-line">
            <StatusMark state={alert.state} />
            <span>{sayAmount(alert)}</span>
            <span>
              {alert.deploymentName}, {alert.channel}, since about <Time at={alert.startEstimate ?? alert.createdAt} />
            </span>
          </span>
        }
        code={{ path: `/alerts/${alert.id}`, cli: `npx plinth alert show ${alert.id}` }}
      />
      <Answer alert={alert} />
      <div className="columns">
        <Panel title="What changed">
          {monitor.data && <Picture alert={alert} monitor={monitor.data} />}
          <Evidence evidence={alert.statistic} threshold={alert.threshold} />
        </Panel>
        <Panel title="Where and when">
          <Facts alert={alert} />
        </Panel>
      </div>
      {alert.kind === 'quality' && monitor.data && <Quality quality={monitor.data.quality} deployment={alert.deploymentName} />}
      {(alert.kind === 'errors' || alert.kind === 'latency') && monitor.data && <Service monitor={monitor.data} />}
      <Retraining alert={alert} />
      <Shown ids={alert.predictionIds} />
    </>
  );
}

/** What the alert speaks of, drawn from what the monitor holds now. */
function Picture({ alert, monitor }: { alert: AlertData; monitor: Output<'getMonitor'> }) {
  const about = alert.kind === 'drift' ? 'feature' : 'answer';
  const signal = monitor.signals.find((one) => one.name === alert.feature && one.about === about);
  if (!signal || monitor.versionId !== alert.versionId) return <p>{alert.message}</p>;
  return <Distribution bins={signal.bins} label={signal.name} large />;
}

function Facts({ alert }: { alert: AlertData }) {
  const version = alert.versionName ? partsOf(alert.versionName) : null;
  return (
    <dl className="facts">
      <dt>Deployment</dt>
      <dd>
        <Link to={deploymentPath(alert.projectSlug, alert.deploymentName) as '/'}>{alert.deploymentName}</Link>, {alert.channel}
      </dd>
      {version && (
        <>
          <dt>Version</dt>
          <dd>
            <Link to={versionPath(alert.projectSlug, version.name, version.number) as '/'}>{sayVersion(alert.versionName!)}</Link>
          </dd>
        </>
      )}
      <dt>Began about</dt>
      <dd>
        {alert.startEstimate ? (
          <>
            {clock(alert.startEstimate)}{' '}
            <span className="faint">
              <Time at={alert.startEstimate} />
            </span>
          </>
        ) : (
          <span className="faint">not known</span>
        )}
      </dd>
      <dt>Fired</dt>
      <dd>
        {alert.firedAt ? (
          <>
            {clock(alert.firedAt)}{' '}
            <span className="faint">
              <Time at={alert.firedAt} />
            </span>
          </>
        ) : (
          <span className="faint">only noticed</span>
        )}
      </dd>
      <dt>Monitor</dt>
      <dd>
        <Link to={`/projects/${alert.projectSlug}/monitors/${alert.monitorId}` as '/'}>all features, quality and service</Link>
      </dd>
    </dl>
  );
}

/** The time of the reader's day, and the day where it is another. */
function clock(at: string) {
  const time = new Date(at);
  const today = time.toDateString() === new Date().toDateString();
  return (
    <time dateTime={at} title={exactTime(at)}>
      {time.toLocaleString(undefined, today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}

const fewIds = 6;

function Shown({ ids }: { ids: readonly string[] }) {
  const [all, setAll] = useState(false);
  if (ids.length === 0) return null;
  return (
    <Panel title="Predictions that show it most" aside={<span className="faint">{ids.length}</span>}>
      <ul className="ids">
        {ids.slice(0, all ? undefined : fewIds).map((id) => (
          <li key={id}>
            <Link className="mono" to={`/predictions/${id}` as '/'}>
              {id}
            </Link>
          </li>
        ))}
      </ul>
      {!all && ids.length > fewIds && (
        <Button className="self-start" onClick={() => setAll(true)}>
          Show all {ids.length}
        </Button>
      )}
    </Panel>
  );
}
