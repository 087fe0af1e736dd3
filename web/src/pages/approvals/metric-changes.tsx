import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCallIf } from '../../api.ts';
import { delta, number } from '../../ui/format.ts';
import { Panel, Table } from '../../ui/kit.tsx';
import { versionPath } from '../models/addresses.ts';
import { fact } from '../models/facts.ts';
import { useInProduction } from '../models/serving.ts';

/** Results of the version beside those of the version that is in production now. */
export function MetricChanges({
  at,
  card,
}: {
  at: { project: string; name: string; version: string };
  card: Pick<Output<'getModelCard'>, 'fields'>;
}) {
  const live = useInProduction(at.project, at.name);
  const isOther = typeof live === 'number' && String(live) !== at.version;
  const current = useCallIf(isOther, 'getVersion', { project: at.project, name: at.name, version: String(live ?? 0) });
  if (live === undefined || (isOther && !current.data)) return null;
  const now = new Map((isOther ? (current.data?.metrics ?? []) : []).map((one) => [one.key, one.value as number | string]));
  const next = new Map((fact(card.fields, 'metrics') ?? []).map((one) => [one.key, one.value]));
  // What was measured on rows that were not learned from says more than the rest.
  const rows = [...new Set([...next.keys(), ...now.keys()])]
    .sort((a, b) => Number(b.startsWith('test')) - Number(a.startsWith('test')))
    .map((key) => ({ id: key, now: now.get(key), next: next.get(key) }));
  return (
    <Panel title="Against what is in production">
      {!isOther ? (
        <p className="soft">
          {live === null
            ? 'No version of this model is in production yet, so there is nothing to compare with.'
            : 'This version itself is in production.'}
        </p>
      ) : rows.length === 0 ? (
        <p className="soft">Neither version has a metric.</p>
      ) : (
        <>
          <p className="soft">
            In production is <Link to={versionPath(at.project, at.name, live) as '/'}>version {live}</Link>.
          </p>
          <Table
            label="Metrics of both versions"
            rows={rows}
            columns={[
              { title: 'Metric', cell: (row) => <span className="metric-name">{row.id}</span> },
              { title: `Version ${live}, now`, numeric: true, cell: (row) => number(row.now) },
              { title: `Version ${at.version}`, numeric: true, cell: (row) => number(row.next) },
              {
                title: 'Change',
                numeric: true,
                cell: (row) =>
                  typeof row.now === 'number' && typeof row.next === 'number' ? (
                    delta(row.next - row.now)
                  ) : (
                    <span className="faint">–</span>
                  ),
              },
            ]}
          />
        </>
      )}
    </Panel>
  );
}
