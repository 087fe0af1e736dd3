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

/** Doors into production, as people call them. */
const doors = {
  channel: { closed: 'This channel is protected', again: 'Deploy it again when it is approved.' },
  traffic: { closed: 'The plain address is production', again: 'Split the traffic again when it is approved.' },
  rollback: { closed: 'This channel is protected', again: 'Roll back again when it is approved.' },
  alias: { closed: 'This name stands for production', again: 'Set the alias again when it is approved.' },
} as const;

/** What the gate said to somebody who wanted a version in, where the question stands and what to do next; null for every other fault. */
export function gateAnswer(error: unknown, door: keyof typeof doors, version?: { project: string; subject: string }) {
  if (!(error instanceof ApiProblem) || !['approval-required', 'approval-rejected'].includes(error.code)) return null;
  const rejected = error.code === 'approval-rejected';
  const approval = error.body.approvalId;
  const { closed, again } = doors[door];
  return (
    <div className={`notice ${rejected ? 'bad' : 'warn'}`} role="alert">
      <Icon name="audit" />
      <div className="stack">
        <strong>{rejected ? 'This version was rejected' : `${closed}, so the version needs an approval`}</strong>
        <span>
          {rejected
            ? `The reason: ${String(error.body.reason ?? '')}`
            : `Somebody who neither made it nor asks for it has to approve exactly these bytes. The question is open now. ${again}`}
        </span>
        <span className="row tight">
          {rejected && version && (
            <Button
              icon="retry"
              onClick={() => void askForApproval(version.project, version.subject).catch((fault: Error) => toast(fault.message))}
            >
              Ask for approval
            </Button>
          )}
          {typeof approval === 'string' && (
            <Link className="button" to={`/approvals/${approval}` as '/'}>
              {rejected ? 'See the decision' : 'Open the approval'}
            </Link>
          )}
        </span>
      </div>
    </div>
  );
}
