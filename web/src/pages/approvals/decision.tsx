import type { Output } from '@plinth/sdk';
import { type FormEvent, useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Field, Icon, Panel, Problem, StatusMark, Time, toast } from '../../ui/kit.tsx';
import { sayVersion } from '../models/addresses.ts';

/** The answer, or the form for it where the reader may decide, or why the reader may not. */
export function Decision({ approval }: { approval: Output<'getApproval'> }) {
  if (approval.state !== 'pending') return <Answer approval={approval} />;
  if (approval.waitsForMe) return <Decide approval={approval} />;
  return (
    <p className="notice" role="note">
      <Icon name="clock" />
      <span>Nobody has decided yet. {approval.whyNotMe}</span>
    </p>
  );
}

function Answer({ approval }: { approval: Output<'getApproval'> }) {
  const tone = approval.state === 'approved' ? 'ok' : approval.state === 'rejected' ? 'bad' : '';
  return (
    <div className={`notice ${tone}`}>
      <StatusMark state={approval.state} />
      <span>
        {approval.decidedBy && `by ${approval.decidedBy.name}, `}
        <Time at={approval.decidedAt} />
        {approval.comment && <q className="said">{approval.comment}</q>}
      </span>
    </div>
  );
}

function Decide({ approval }: { approval: Output<'getApproval'> }) {
  const [busy, setBusy] = useState(false);
  const [comment, setComment] = useState('');
  const [error, setError] = useState<unknown>(null);
  const decide = async (decision: 'approved' | 'rejected'): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await call('decideApproval', { approval: approval.id, body: { decision, comment } });
      toast(`${sayVersion(approval.subject)} is ${decision}.`);
      void queries.invalidateQueries();
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void decide('approved');
  };
  return (
    <Panel title="Your decision">
      <form className="ask" onSubmit={submit}>
        <p className="soft">You answer for exactly these bytes, once and for all; whatever changes needs a new decision.</p>
        <Field label="Comment" hint="Stands beside the decision in the record. To reject, say what has to change.">
          <textarea maxLength={5000} value={comment} onChange={(event) => setComment(event.target.value)} />
        </Field>
        {error !== null && <Problem error={error} />}
        <div className="row decide">
          <Button tone="primary" icon="check" submit disabled={busy}>
            Approve
          </Button>
          <Button
            icon="close"
            disabled={busy}
            reason={comment.trim() === '' && 'Say in the comment what has to change'}
            onClick={() => void decide('rejected')}
          >
            Reject
          </Button>
        </div>
      </form>
    </Panel>
  );
}
