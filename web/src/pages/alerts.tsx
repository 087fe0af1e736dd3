import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useAddress } from '../ui/address.ts';
import { Empty, Loaded, PageHead, StatusMark, Tabs, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { subjectOf } from './alerts/words.ts';

type AlertRow = Output<'listAlerts'>['items'][number];

const views = {
  open: { label: 'Open', ask: { state: 'open' as const } },
  fired: { label: 'All that fired', ask: {} },
  any: { label: 'Also only noticed', ask: { state: 'any' as const } },
};
type View = keyof typeof views;

/** What changed in the world of the deployments, to be answered from a phone as well. */
export function Alerts() {
  const [address, change] = useAddress();
  const view: View = address.view && address.view in views ? (address.view as View) : 'open';
  return (
    <>
      <PageHead
        title="Alerts"
        about="Changes of data, answers, quality, errors and latency of the deployments that you may see."
        code={{ path: '/alerts?state=open', cli: 'npx plinth alert list' }}
      />
      <Tabs
        label="Which alerts"
        tabs={(Object.keys(views) as View[]).map((name) => ({ name, label: views[name].label }))}
        open={view}
        onOpen={(name) => change({ view: name === 'open' ? null : name })}
      >
        <List key={view} view={view} />
      </Tabs>
    </>
  );
}

function List({ view }: { view: View }) {
  const pages = usePages('listAlerts', views[view].ask);
  return (
    <Loaded query={pages} rows={4}>
      {(items) =>
        items.length === 0 ? (
          <Empty
            icon="check"
            title={view === 'open' ? 'Nothing is wrong that a monitor knows of.' : 'No monitor raised an alert yet.'}
          >
            <Link className="button" to="/services">
              See the deployments
            </Link>
          </Empty>
        ) : (
          <>
            <AlertList alerts={items} label={views[view].label} />
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

/** Alerts as cards: state, what changed in a sentence, since when, and who has it in hand. */
export const AlertList = ({ alerts, label }: { alerts: readonly AlertRow[]; label: string }) => (
  <ul className="questions" aria-label={label}>
    {alerts.map((alert) => (
      <li key={alert.id} className="card">
        <div className="row tight">
          <StatusMark state={alert.state} />
          <Link to={`/alerts/${alert.id}` as '/'}>
            <strong>{subjectOf(alert)}</strong>
          </Link>
        </div>
        <span>{alert.message}</span>
        <span className="soft">
          {alert.deploymentName}, {alert.channel}; since about <Time at={alert.startEstimate ?? alert.createdAt} />
          {alert.acknowledgedByName && `; seen by ${alert.acknowledgedByName}`}
          {alert.investigatedByName && `; ${alert.investigatedByName} looks into it`}
        </span>
      </li>
    ))}
  </ul>
);
