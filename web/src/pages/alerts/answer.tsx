import type { Output } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Field, FormDialog, Time, toast } from '../../ui/kit.tsx';
import { useWorkReason } from '../project-link.tsx';

type AlertData = Output<'getAlert'>;
type Act = 'acknowledge' | 'resolve' | null;

/** Who has it in hand, and what the reader can say to it; on a telephone the buttons stay under the thumb. */
export function Answer({ alert }: { alert: AlertData }) {
  const [open, setOpen] = useState<Act>(null);
  const navigate = useNavigate();
  const cannot = useWorkReason(alert.projectSlug);
  const over = alert.state === 'resolved' && 'It is resolved';
  const done = (text: string): void => {
    toast(text);
    void queries.invalidateQueries();
  };
  return (
    <section className="answer" aria-label="Your answer">
      {alert.acknowledgedByName && (
        <p>
          <span className="soft">
            Seen by {alert.acknowledgedByName}, <Time at={alert.acknowledgedAt} />
          </span>
          {alert.acknowledgement && <q className="said">{alert.acknowledgement}</q>}
        </p>
      )}
      {alert.investigatedByName && (
        <p className="soft">
          {alert.investigatedByName} looks into it, since <Time at={alert.investigatedAt} />
        </p>
      )}
      {alert.resolvedAt ? (
        <p className="soft">
          Resolved <Time at={alert.resolvedAt} />
          {alert.resolution && `: ${alert.resolution.replaceAll('-', ' ')}`}
        </p>
      ) : (
        <div className="row decide">
          <Button
            {...(alert.acknowledgedByName ? {} : { tone: 'primary' as const })}
            icon="check"
            reason={cannot ?? over}
            onClick={() => setOpen('acknowledge')}
          >
            Acknowledge
          </Button>
          <Button
            icon="search"
            reason={cannot ?? over}
            tip="The rows beside the reference, in a notebook on the code of the version"
            onClick={() =>
              void call('investigateAlert', { alert: alert.id }).then(
                ({ investigation }) => {
                  done('The rows and a notebook are laid out for you.');
                  void navigate({ to: `/workspaces/${investigation.workspaceId}` as '/' });
                },
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
      )}
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
    </section>
  );
}
