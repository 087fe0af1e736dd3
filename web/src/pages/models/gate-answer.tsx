import { ApiProblem } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { call, queries } from '../../api.ts';
import { Button, Icon, toast } from '../../ui/kit.tsx';

/** Asks for a version to be let into production, and says so. */
export async function askForApproval(project: string, subject: string): Promise<void> {
  const asked = await call('requestApproval', { body: { subject, channel: 'prod', project } });
  toast(`Asked for ${asked.subject.replace('models:/', '')}. Validators and owners of the project see it among their approvals.`);
  void queries.invalidateQueries();
}

/** What the gate said to somebody who wanted a version in, and what to do next; null for every other fault. */
export function gateAnswer(error: unknown, project: string, subject: string) {
  if (!(error instanceof ApiProblem) || !['approval-required', 'approval-rejected'].includes(error.code)) return null;
  const approval = String(error.body.approvalId ?? '');
  const rejected = error.code === 'approval-rejected';
  return (
    <div className={`notice ${rejected ? 'bad' : 'warn'}`} role="alert">
      <Icon name="audit" />
      <div className="stack">
        <strong>
          {rejected ? 'This version was rejected' : 'This name stands for production, so the version needs an approval'}
        </strong>
        <span>
          {rejected
            ? `The reason: ${String(error.body.reason ?? '')}`
            : 'Somebody who neither made it nor asks for it has to approve exactly these bytes. The question is open now; set the alias again when it is approved.'}
        </span>
        <span className="row tight">
          {rejected && (
            <Button
              icon="retry"
              onClick={() => void askForApproval(project, subject).catch((fault: Error) => toast(fault.message))}
            >
              Ask for approval
            </Button>
          )}
          <Link className="button" to={`/approvals/${approval}` as '/'}>
            {rejected ? 'See the decision' : 'Open the approval'}
          </Link>
        </span>
      </div>
    </div>
  );
}
