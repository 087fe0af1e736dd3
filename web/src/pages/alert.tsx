import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { number } from '../ui/format.ts';
import { Button, Field, FormDialog, Loaded, PageHead, Panel, StatusMark, Time, toast } from '../ui/kit.tsx';
import { Retraining } from './alerts/retraining.tsx';
import { subjectOf } from './alerts/words.ts';
import { sayVersion } from './models/addresses.ts';
import { Evidence } from './monitors/evidence.tsx';
import { useWorkReason } from './project-link.tsx';

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
  return (
    <>
      <PageHead
        title={subjectOf(alert)}
        about={
          <span className="facts-line">
            <StatusMark state={alert.state} />
            <span>
              {alert.deploymentName}, channel {alert.channel}
              {alert.versionName && `, ${sayVersion(alert.versionName)}`}
            </span>
          </span>
        }
        code={{ path: `/alerts/${alert.id}`, cli: `npx plinth alert show ${alert.id}` }}
      />
      <Answer alert={alert} />
      <Panel title="What changed">
        <p>{alert.message}</p>
        <Evidence evidence={alert.statistic} threshold={alert.threshold} />
        <dl className="facts">
          <dt>Effect</dt>
          <dd>
            {number(alert.effect)} <span className="soft">{alert.effectName}</span>
          </dd>
          <dt>Began about</dt>
          <dd>{alert.startEstimate ? <Time at={alert.startEstimate} /> : <span className="faint">not known</span>}</dd>
          <dt>Fired</dt>
          <dd>{alert.firedAt ? <Time at={alert.firedAt} /> : <span className="faint">only noticed</span>}</dd>
          {alert.resolvedAt && (
            <>
              <dt>Resolved</dt>
              <dd>
                <Time at={alert.resolvedAt} />{' '}
                {alert.resolution && <span className="soft">{alert.resolution.replaceAll('-', ' ')}</span>}
              </dd>
            </>
          )}
          <dt>Monitor</dt>
          <dd>
            <Link to={`/projects/${alert.projectId}/monitors/${alert.monitorId}` as '/'}>distributions and series</Link>
          </dd>
        </dl>
      </Panel>
      {alert.predictionIds.length > 0 && (
        <Panel title="Predictions that show it most">
          <ul className="rows">
            {alert.predictionIds.map((id) => (
              <li key={id}>
                <Link to={`/predictions/${id}` as '/'}>
                  <code>{id}</code>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Retraining alert={alert} />
    </>
  );
}

type Act = 'acknowledge' | 'resolve' | null;

function Answer({ alert }: { alert: AlertData }) {
  const [open, setOpen] = useState<Act>(null);
  const cannot = useWorkReason(alert.projectId);
  const over = alert.state === 'resolved' && 'It is resolved';
  const done = (text: string): void => {
    toast(text);
    void queries.invalidateQueries();
  };
  return (
    <Panel title="Your answer">
      {alert.acknowledgedByName && (
        <p className="soft">
          Seen by {alert.acknowledgedByName}, <Time at={alert.acknowledgedAt} />
          {alert.acknowledgement && <q className="said">{alert.acknowledgement}</q>}
        </p>
      )}
      {alert.investigatedByName && (
        <p className="soft">
          {alert.investigatedByName} looks into it, since <Time at={alert.investigatedAt} />
        </p>
      )}
      <div className="row">
        <Button tone="primary" icon="check" reason={cannot ?? over} onClick={() => setOpen('acknowledge')}>
          Acknowledge
        </Button>
        <Button
          icon="search"
          reason={cannot ?? over}
          onClick={() =>
            void call('investigateAlert', { alert: alert.id }).then(
              () => done('You look into it.'),
              (fault: Error) => toast(fault.message),
            )
          }
        >
          Investigate
        </Button>
        <Button icon="stop" reason={cannot ?? over} onClick={() => setOpen('resolve')}>
          Resolve
        </Button>
      </div>
      <FormDialog
        title="Acknowledge the alert"
        action="Acknowledge"
        open={open === 'acknowledge'}
        close={() => setOpen(null)}
        submit={async (form) => {
          await call('acknowledgeAlert', { alert: alert.id, body: { message: String(form.get('message') ?? '') } });
          done('Acknowledged; others see that you have seen it.');
        }}
      >
        {() => (
          <Field label="Message" hint="What you make of it; stands in the record.">
            <textarea name="message" maxLength={5000} />
          </Field>
        )}
      </FormDialog>
      <FormDialog
        title="Resolve the alert"
        action="Resolve"
        open={open === 'resolve'}
        close={() => setOpen(null)}
        submit={async (form) => {
          const reason = String(form.get('reason')) as 'handled' | 'expected' | 'false-alarm';
          await call('resolveAlert', { alert: alert.id, body: { reason } });
          done('Resolved; the test begins anew.');
        }}
      >
        {() => (
          <Field label="Why" hint="The test begins anew; the same change may be found again.">
            <select name="reason">
              <option value="handled">handled</option>
              <option value="expected">expected</option>
              <option value="false-alarm">false alarm</option>
            </select>
          </Field>
        )}
      </FormDialog>
    </Panel>
  );
}
