import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { Panel, StatusMark, Time } from '../../ui/kit.tsx';

/** What was asked and answered about a version. */
export function CardApprovals({ approvals }: { approvals: Output<'getModelCard'>['approvals'] }) {
  return (
    <Panel title="Approvals">
      {approvals.length === 0 && <p className="faint">Nobody asked to let it into a protected channel.</p>}
      <ul className="feed">
        {approvals.map((one) => (
          <li key={one.id}>
            <span className="stack">
              <span className="row tight">
                <StatusMark state={one.state} />
                <Link to={`/approvals/${one.id}` as '/'}>for {one.channel}</Link>
              </span>
              <span className="soft">
                asked by {one.requestedBy.name}
                {one.decidedBy && `, ${one.state} by ${one.decidedBy.name}`}
              </span>
              {one.comment && <span>“{one.comment}”</span>}
            </span>
            <Time at={one.decidedAt ?? one.requestedAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
