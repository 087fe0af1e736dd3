import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { exactTime, Field, Loaded, Panel, Time } from '../../ui/kit.tsx';
import { deploymentPath } from '../deployments/addresses.ts';
import { liveAt } from './live-at.ts';
import { useServing } from './serving.ts';

type ModelData = Output<'getModel'>;

/** Which version each name stood for and each channel served at a moment, and every change of them. */
export function AliasHistory({ model }: { model: ModelData }) {
  const [address, change] = useAddress();
  const changes = useCall('listAliasChanges', { project: model.projectSlug, name: model.name, limit: 1000 });
  const serving = (useServing(model.projectSlug) ?? []).filter((one) => one.model === model.name);
  const deployments = [...new Set(serving.map((one) => one.deployment))];
  const at = address.at ?? '';
  return (
    <Panel title="What was live when" id="history">
      <Loaded query={changes}>
        {({ items }) =>
          items.length === 0 && deployments.length === 0 ? (
            <p className="faint">
              No alias was set and nothing was deployed yet. Once it is, this says which version was live at any moment.
            </p>
          ) : (
            <>
              <Field label="At this time, by your clock">
                <input
                  type="datetime-local"
                  value={at}
                  onChange={(event) => change({ at: event.target.value || null }, 'replace')}
                />
              </Field>
              {at && items.length > 0 && <LiveThen items={items} at={at} />}
              {deployments.map((name) => (
                <Served key={name} model={model} deployment={name} at={at} />
              ))}
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

/** What one deployment served of the model: all of it, or what it served at a moment. */
function Served({ model, deployment, at }: { model: ModelData; deployment: string; at: string }) {
  const revisions = useCall('listDeploymentRevisions', { deployment, limit: 1000 }).data;
  const moment = at ? new Date(at).toISOString() : null;
  const served = (revisions?.items ?? []).filter(
    (one) =>
      one.model.name === model.name &&
      one.servingFrom !== null &&
      (moment === null || (one.servingFrom <= moment && (one.servingUntil === null || one.servingUntil > moment))),
  );
  return (
    <ul className="feed" aria-label={`Served by ${deployment}`}>
      {served.map((one) => (
        <li key={one.id}>
          <span>
            <Link to={deploymentPath(model.projectSlug, deployment) as '/'}>{deployment}</Link>, {one.channel}: version{' '}
            {one.model.version} <span className="faint">by {one.createdBy.name}</span>
          </span>
          <span className="faint" title={one.servingUntil ? `until ${exactTime(one.servingUntil)}` : 'serves now'}>
            <Time at={one.servingFrom} />
            {one.servingUntil === null && ', until now'}
          </span>
        </li>
      ))}
      {revisions?.nextCursor && <li className="faint">Older revisions stand on the page of the deployment.</li>}
      {revisions && served.length === 0 && <li className="faint">{deployment} did not serve this model then.</li>}
    </ul>
  );
}
