import type { Output } from '@plinth/sdk';
import { useCall } from '../api.ts';
import { Empty, PageHead, Time } from '../ui/kit.tsx';
import { Paged } from '../ui/paged.tsx';
import { usePages } from '../ui/pages.ts';
import { InboxItem, InboxList, InboxViews } from './inbox.tsx';
import { sayVersion } from './models/addresses.ts';

type Approval = Output<'listApprovals'>['items'][number];

const views = {
  waiting: {
    label: 'Waits for you',
    ask: { mine: true },
    nothing: 'Nothing waits for your decision. Validators and owners of a project find here what its people want in production.',
  },
  open: { label: 'Open', ask: { state: 'pending' as const }, nothing: 'No question is open.' },
  all: {
    label: 'All',
    ask: {},
    nothing: 'Nobody asked for an approval yet. The card of a version has the button for it.',
  },
};
type View = keyof typeof views;

/** Questions whether a version may enter a protected channel; what waits for the reader comes first. */
export function Approvals() {
  const waiting = useCall('listApprovals', { limit: 1 }).data?.waitingForMe ?? 0;
  return (
    <>
      <PageHead
        title="Approvals"
        about="A version enters production when somebody who neither made it nor asked for it has approved exactly its bytes."
        code={{ path: '/approvals?mine=true', cli: 'npx plinth approval list\nnpx plinth approval list --every' }}
      />
      <InboxViews
        label="Which approvals"
        views={{
          waiting: waiting > 0 ? `${views.waiting.label} (${waiting})` : views.waiting.label,
          open: views.open.label,
          all: views.all.label,
        }}
      >
        {(view) => <List key={view} view={view} />}
      </InboxViews>
    </>
  );
}

function List({ view }: { view: View }) {
  const pages = usePages('listApprovals', views[view].ask, { size: 50 });
  return (
    <Paged
      pages={pages}
      empty={<Empty icon="check" title={views[view].nothing} code={'npx plinth approval request my-model/1 -p my-project'} />}
    >
      {(items) => (
        <InboxList label={views[view].label}>
          {items.map((approval) => (
            <Question key={approval.id} approval={approval} />
          ))}
        </InboxList>
      )}
    </Paged>
  );
}

function Question({ approval }: { approval: Approval }) {
  return (
    <InboxItem
      state={approval.state}
      to={`/approvals/${approval.id}`}
      title={`${sayVersion(approval.subject)} for ${approval.channel}`}
      when={<Time at={approval.decidedAt ?? approval.requestedAt} />}
    >
      <span className="soft">
        asked by {approval.requestedBy.name} in {approval.projectName}
        {approval.decidedBy && `; ${approval.state} by ${approval.decidedBy.name}`}
      </span>
      {approval.comment && <q>{approval.comment}</q>}
      {approval.state === 'pending' && (
        <span className={approval.waitsForMe ? 'waits' : 'faint'}>
          {approval.waitsForMe ? 'Waits for your decision' : approval.whyNotMe}
        </span>
      )}
    </InboxItem>
  );
}
