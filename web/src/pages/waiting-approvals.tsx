import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { Button, Field, FormDialog, Panel, Short, Time, toast } from '../ui/kit.tsx';

type Approval = Output<'listApprovals'>['items'][number];

/** What waits for the reader's decision; nothing where nothing waits. */
export function WaitingApprovals() {
  const approvals = useCall('listApprovals', { state: 'pending', limit: 100 });
  const [deciding, setDeciding] = useState<{ approval: Approval; decision: 'approved' | 'rejected' } | null>(null);
  const waiting = (approvals.data?.items ?? []).filter((approval) => approval.waitsForMe);
  if (waiting.length === 0) return null;
  return (
    <Panel title="Waits for your decision" aside={<span className="faint">{waiting.length}</span>}>
      <ul className="rows">
        {waiting.map((approval) => (
          <li key={approval.id}>
            <span className="clip grow">
              <Link to={`/approvals/${approval.id}` as '/'}>{approval.subject.replace(/^models:\//, '')}</Link>{' '}
              <span className="soft">for {approval.channel}</span>{' '}
              <span className="faint">
                asked by {approval.requestedBy.name} in {approval.projectName}, <Time at={approval.requestedAt} />
              </span>
            </span>
            <Button icon="check" onClick={() => setDeciding({ approval, decision: 'approved' })}>
              Approve
            </Button>
            <Button icon="close" onClick={() => setDeciding({ approval, decision: 'rejected' })}>
              Reject
            </Button>
          </li>
        ))}
      </ul>
      {deciding && <Decide {...deciding} close={() => setDeciding(null)} />}
    </Panel>
  );
}

function Decide({ approval, decision, close }: { approval: Approval; decision: 'approved' | 'rejected'; close: () => void }) {
  const approves = decision === 'approved';
  return (
    <FormDialog
      title={`${approves ? 'Approve' : 'Reject'} ${approval.subject.replace(/^models:\//, '')} for ${approval.channel}?`}
      action={approves ? 'Approve' : 'Reject'}
      open
      close={close}
      submit={async (form) => {
        await call('decideApproval', { approval: approval.id, body: { decision, comment: String(form.get('comment') ?? '') } });
        toast(`${approval.subject} is ${decision}.`);
        void queries.invalidateQueries();
      }}
    >
      {() => (
        <>
          <p>
            {approves
              ? 'You answer for exactly these bytes; whatever changes needs a new decision.'
              : 'It does not reach the channel. Say what has to change.'}
          </p>
          <p className="row tight">
            <span className="soft">Digest</span> <Short value={approval.digest} what="the digest" />
          </p>
          <Field label="Why" hint="Stands beside the decision in the record.">
            <textarea name="comment" maxLength={5000} required={!approves} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
