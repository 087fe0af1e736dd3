import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { Empty, PageHead } from '../ui/kit.tsx';
import { Paged } from '../ui/paged.tsx';
import { usePages } from '../ui/pages.ts';
import { AlertCards } from './alerts/alert-cards.tsx';
import { InboxViews } from './inbox.tsx';

const views = {
  open: { label: 'Open', ask: { state: 'open' as const }, nothing: 'Nothing is wrong that a monitor knows of.' },
  fired: { label: 'All that fired', ask: {}, nothing: 'No monitor raised an alert yet.' },
  any: { label: 'Also only noticed', ask: { state: 'any' as const }, nothing: 'No monitor noticed anything yet.' },
};
type View = keyof typeof views;

/** What changed in the world of the deployments, to be answered from a phone as well. */
export function Alerts() {
  const firing = useCall('listAlerts', { limit: 1 }).data?.firingCount ?? 0;
  return (
    <>
      <PageHead
        title="Alerts"
        about="Changes of data, answers, quality, errors and latency of the deployments that you may see."
        code={{ path: '/alerts?state=open', cli: 'npx plinth alert list' }}
      />
      <InboxViews
        label="Which alerts"
        views={{
          open: firing > 0 ? `${views.open.label} (${firing} firing)` : views.open.label,
          fired: views.fired.label,
          any: views.any.label,
        }}
      >
        {(view) => <List key={view} view={view} />}
      </InboxViews>
    </>
  );
}

function List({ view }: { view: View }) {
  const pages = usePages('listAlerts', views[view].ask, { size: 50 });
  return (
    <Paged
      pages={pages}
      empty={
        <Empty icon="check" title={views[view].nothing}>
          <Link className="button" to="/services">
            See the deployments
          </Link>
        </Empty>
      }
    >
      {(items) => <AlertCards alerts={items} label={views[view].label} />}
    </Paged>
  );
}
