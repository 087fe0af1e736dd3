import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { Empty, Loaded, PageHead, StatusMark, Tabs, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { sayVersion } from './models/addresses.ts';

type Approval = Output<'listApprovals'>['items'][number];

const views = {
  waiting: { label: 'Waits for you', ask: { mine: true } },
  open: { label: 'Open', ask: { state: 'pending' as const } },
  all: { label: 'All', ask: {} },
};
type View = keyof typeof views;

/** Questions whether a version may enter a protected channel; what waits for the reader comes first. */
export function Approvals() {
  const [address, change] = useAddress();
  const waiting = useCall('listApprovals', { limit: 1 }).data?.waitingForMe ?? 0;
  const view: View = address.view && address.view in views ? (address.view as View) : 'waiting';
  return (
    <>
      <PageHead
        title="Approvals"
        about="A version enters production when somebody who neither made it nor asked for it has approved exactly its bytes."
        code={{ path: '/approvals?mine=true', cli: 'npx plinth approval list\nnpx plinth approval list --every' }}
      />
      <Tabs
        label="Which approvals"
        tabs={(Object.keys(views) as View[]).map((name) => ({
          name,
          label: name === 'waiting' && waiting > 0 ? `${views[name].label} (${waiting})` : views[name].label,
        }))}
        open={view}
        onOpen={(name) => change({ view: name === 'waiting' ? null : name })}
      >
        <List key={view} view={view} />
      </Tabs>
    </>
  );
}

function List({ view }: { view: View }) {
  const pages = usePages('listApprovals', views[view].ask);
  return (
    <Loaded query={pages} rows={4}>
      {(items) =>
        items.length === 0 ? (
          <Empty icon="check" title={nothing[view]} code={'npx plinth approval request my-model/1 -p my-project'} />
        ) : (
          <>
            <ul className="questions" aria-label={views[view].label}>
              {items.map((approval) => (
                <Question key={approval.id} approval={approval} />
              ))}
            </ul>
            {pages.newCount > 0 && (
              <button type="button" onClick={pages.showNew}>
                {pages.newCount} new
              </button>
            )}
            {pages.hasMore && (
              <button type="button" onClick={pages.loadMore} disabled={pages.isFetching}>
                Load more
              </button>
            )}
          </>
        )
      }
    </Loaded>
  );
}

const nothing: Record<View, string> = {
  waiting: 'Nothing waits for your decision. Validators and owners of a project find here what its people want in production.',
  open: 'No question is open.',
  all: 'Nobody asked for an approval yet. The card of a version has the button for it.',
};

function Question({ approval }: { approval: Approval }) {
  return (
    <li className="card">
      <div className="row tight">
        <StatusMark state={approval.state} />
        <Link to={`/approvals/${approval.id}` as '/'}>
          <strong>
            {sayVersion(approval.subject)} for {approval.channel}
          </strong>
        </Link>
      </div>
      <span className="soft">
        asked by {approval.requestedBy.name} in {approval.projectName}, <Time at={approval.requestedAt} />
        {approval.decidedBy && (
          <>
            ; {approval.state} by {approval.decidedBy.name}, <Time at={approval.decidedAt} />
          </>
        )}
      </span>
      {approval.comment && <span>“{approval.comment}”</span>}
      {approval.state === 'pending' && (
        <span className={approval.waitsForMe ? 'waits' : 'faint'}>
          {approval.waitsForMe ? 'Waits for your decision' : approval.whyNotMe}
        </span>
      )}
    </li>
  );
}
