import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { Field, Loaded, Panel, Time } from '../../ui/kit.tsx';
import { liveAt } from './live-at.ts';

/** Which version each name stood for at a moment, and every change of them. */
export function AliasHistory({ model }: { model: Output<'getModel'> }) {
  const [address, change] = useAddress();
  const changes = useCall('listAliasChanges', { project: model.projectSlug, name: model.name, limit: 1000 });
  const at = address.at ?? '';
  return (
    <Panel title="What was live when" id="history">
      <Loaded query={changes}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">No alias was set yet. Once one is, this says which version it stood for at any moment.</p>
          ) : (
            <>
              <Field label="At this time, by your clock">
                <input
                  type="datetime-local"
                  value={at}
                  onChange={(event) => change({ at: event.target.value || null }, 'replace')}
                />
              </Field>
              {at && <LiveThen items={items} at={at} />}
              <ul className="feed" aria-label="Changes of aliases">
                {items.map((one) => (
                  <li key={`${one.alias} ${one.changedAt}`}>
                    <span>
                      <strong>@{one.alias}</strong>{' '}
                      {one.toVersion === null
                        ? `was taken from version ${one.fromVersion}`
                        : one.fromVersion === null
                          ? `was set to version ${one.toVersion}`
                          : `went from version ${one.fromVersion} to ${one.toVersion}`}{' '}
                      <span className="faint">by {one.changedByName}</span>{' '}
                      {one.approvalId && <Link to={`/approvals/${one.approvalId}` as '/'}>approved</Link>}
                    </span>
                    <Time at={one.changedAt} />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function LiveThen({ items, at }: { items: Output<'listAliasChanges'>['items']; at: string }) {
  const live = liveAt(items, new Date(at).toISOString());
  return (
    <p className="notice" role="status">
      {live.length === 0
        ? 'No alias pointed at a version then.'
        : live.map((one) => `@${one.alias} was version ${one.version}`).join(', ')}
    </p>
  );
}
