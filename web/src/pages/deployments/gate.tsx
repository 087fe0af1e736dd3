import { ApiProblem } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { Icon } from '../../ui/kit.tsx';

/** What the gate of a protected channel said, and where the question stands; null for every other fault. */
export function gateRefusal(error: unknown) {
  if (!(error instanceof ApiProblem) || !['approval-required', 'approval-rejected'].includes(error.code)) return null;
  const rejected = error.code === 'approval-rejected';
  const approval = error.body.approvalId;
  return (
    <div className={`notice ${rejected ? 'bad' : 'warn'}`} role="alert">
      <Icon name="audit" />
      <div className="stack">
        <strong>{rejected ? 'This version was rejected' : 'This channel is protected, so the version needs an approval'}</strong>
        <span>
          {rejected
            ? `The reason: ${String(error.body.reason ?? '')}`
            : 'Somebody who neither made it nor asks for it has to approve exactly these bytes. Deploy it again when it is approved.'}
        </span>
        {typeof approval === 'string' && (
          <Link className="button" to={`/approvals/${approval}` as '/'}>
            {rejected ? 'See the decision' : 'Open the approval'}
          </Link>
        )}
      </div>
    </div>
  );
}
