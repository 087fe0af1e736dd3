import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { figure, number } from '../ui/format.ts';
import { Loaded, PageHead, Panel, StatusMark } from '../ui/kit.tsx';
import { budgetText } from './alerts/words.ts';
import { AlertList } from './alerts.tsx';
import { ChooseReference } from './monitors/choose-reference.tsx';
import { Evidence } from './monitors/evidence.tsx';
import { Overlay } from './monitors/overlay.tsx';

type MonitorData = Output<'getMonitor'>;
type Signal = MonitorData['signals'][number];

/** Below so many rows shares say little. */
const fewRows = 50;

/** What one monitor compares, and what it found: distributions, evidence, quality, service. */
export function Monitor() {
  const { monitor: id } = useParams({ strict: false }) as { monitor: string };
  const monitor = useCall('getMonitor', { monitor: id });
  return (
    <Loaded query={monitor} rows={8}>
      {(data) => <MonitorPage monitor={data} />}
    </Loaded>
  );
}

function MonitorPage({ monitor: one }: { monitor: MonitorData }) {
  const { reference, service, quality } = one;
  return (
    <>
      <PageHead
        title={`Monitor of ${one.deploymentName}, ${one.channel}`}
        about={
          <span className="facts-line">
            <StatusMark state={one.state} />
            {one.stateReason && <span>{one.stateReason}</span>}
            <span>{budgetText(one.falseAlarmDays)}</span>
          </span>
        }
        code={{ path: `/monitors/${one.id}`, cli: `npx plinth monitor show ${one.id}` }}
      />
      {one.alerts.length > 0 && <AlertList alerts={one.alerts} label="Open alerts" />}
      <Panel title="Compared with" aside={<ChooseReference monitor={one} />}>
        <p>
          {reference.snapshotId
            ? `Snapshot ${reference.snapshotId}`
            : reference.runId
              ? `A table of run ${reference.runId}`
              : reference.kind === 'predictions'
                ? 'The first predictions'
                : 'Nothing yet'}
          {reference.rowCount > 0 && `, ${number(reference.rowCount)} rows`}. {number(one.rowCount)} rows seen since.
        </p>
        {one.state === 'learning' && (
          <p className="soft">
            {number(one.learning.rowCount)} of {number(one.learning.neededRows)} rows from which it learns.
          </p>
        )}
      </Panel>
      <Panel title="Features and answers">
        {one.signals.length === 0 && <p className="soft">Nothing to compare yet.</p>}
        <ul className="questions" aria-label="Features and answers">
          {one.signals.map((signal) => (
            <SignalCard key={`${signal.about}:${signal.name}`} signal={signal} />
          ))}
        </ul>
      </Panel>
      <Panel title="Quality">
        <p>
          {quality.labelCount > 0
            ? `Ground truth is known for ${number(quality.labelCount)} of ${number(quality.rowCount)} rows.`
            : 'No ground truth yet, so nobody knows how often it is right.'}
        </p>
      </Panel>
      <Panel title="Service, last hour">
        <p>
          {number(service.lastHour.requestCount)} requests, {number(service.lastHour.serverErrorCount)} failed here,{' '}
          {number(service.lastHour.clientErrorCount)} refused; p95 {figure(service.lastHour.p95Milliseconds)} ms
          {service.slowMilliseconds !== null && `; slow is from ${figure(service.slowMilliseconds)} ms on`}.
        </p>
        <Link to={`/projects/${one.projectId}/deployments/${one.deploymentName}` as '/'}>The deployment</Link>
      </Panel>
    </>
  );
}

function SignalCard({ signal }: { signal: Signal }) {
  const shift = signal.measures.standardisedShift;
  return (
    <li className="card">
      <div className="row tight">
        <StatusMark state={signal.state} />
        <strong>{signal.name}</strong>
        <span className="soft">{signal.about === 'answer' ? 'answer of the model' : signal.kind}</span>
      </div>
      <Overlay bins={signal.bins} label={signal.name} />
      <Evidence evidence={signal.evidence} threshold={signal.threshold} />
      <span className="soft">
        {shift !== undefined && shift !== null && `Shifted by ${figure(shift)} standard deviations; `}
        {signal.measures.populationStability !== undefined &&
          `population stability ${figure(signal.measures.populationStability)}; `}
        {number(signal.recentRowCount)} recent rows
        {signal.recentRowCount < fewRows && '. So few rows differ by chance: read the bars with care'}.
      </span>
    </li>
  );
}
