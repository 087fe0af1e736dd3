import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { number, roundTo } from '../../ui/format.ts';
import { Empty, Panel, Time } from '../../ui/kit.tsx';
import { usePages } from '../../ui/pages.ts';
import type { DataColumn } from '../../ui/table/columns.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { SearchBox } from '../../ui/table/search-box.tsx';
import { partsOf, sayVersion, versionPath } from '../models/addresses.ts';

type Row = Output<'listDeploymentPredictions'>['items'][number];

const firstOutput = (row: Row): string => row.error ?? JSON.stringify(row.rows[0]?.output ?? null);
const consumer = (row: Row): string => row.consumer.name ?? row.consumer.id;

const columnsOf = (project: string): DataColumn<Row>[] => [
  { id: 'time', title: 'Time', width: 104, cell: (row) => <Time at={row.at} />, value: (row) => row.at },
  {
    id: 'id',
    title: 'Prediction',
    width: 230,
    cell: (row) => (
      <Link to={`/predictions/${row.id}` as '/'} className="clip mono">
        {row.id}
      </Link>
    ),
    value: (row) => row.id,
  },
  {
    id: 'output',
    title: 'First output',
    width: 140,
    grow: true,
    cell: (row) => (
      <span className={`clip ${row.status >= 400 ? 'fault' : ''}`} title={firstOutput(row)}>
        {firstOutput(row)}
      </span>
    ),
    value: firstOutput,
  },
  { id: 'rows', title: 'Rows', numeric: true, width: 72, cell: (row) => number(row.rowCount), value: (row) => row.rowCount },
  {
    id: 'version',
    title: 'Version',
    width: 150,
    cell: (row) =>
      row.versionName ? <VersionLink project={project} name={row.versionName} /> : <span className="faint">gone</span>,
    value: (row) => row.versionName ?? row.versionId,
  },
  { id: 'channel', title: 'Channel', width: 84, cell: (row) => row.channel, value: (row) => row.channel },
  { id: 'consumer', title: 'Consumer', width: 130, cell: consumer, value: consumer },
  {
    id: 'status',
    title: 'Status',
    width: 84,
    numeric: true,
    cell: (row) => <span className={row.status >= 400 ? 'fault' : ''}>{row.status}</span>,
    value: (row) => row.status,
  },
  {
    id: 'latency',
    title: 'Latency, ms',
    numeric: true,
    width: 100,
    cell: (row) => number(roundTo(row.latencyMilliseconds, 3)),
    value: (row) => row.latencyMilliseconds,
  },
];

function VersionLink({ project, name }: { project: string; name: string }) {
  const parts = partsOf(name);
  return (
    <Link to={versionPath(project, parts.name, parts.number) as '/'} className="clip">
      {sayVersion(name)}
    </Link>
  );
}

/** What it answered, newest first; which of it stands in the address. */
export function RecentPredictions({ deployment, project }: { deployment: string; project: string }) {
  const [address, change] = useAddress();
  const { channel, outcome, version, consumer: asked } = address;
  const pages = usePages(
    'listDeploymentPredictions',
    {
      deployment,
      ...(channel === 'beta' || channel === 'prod' ? { channel } : {}),
      ...(version ? { versionId: version } : {}),
      ...(asked ? { consumer: asked } : {}),
      ...(outcome ? { failed: outcome === 'failed' } : {}),
    },
    { every: 5_000 },
  );
  const served = useCall('listDeploymentRevisions', { deployment, limit: 1000 }).data?.items ?? [];
  const versions = new Map(served.map((one) => [one.model.versionId, `${one.model.name} version ${one.model.version}`]));
  const choose = (name: string) => (event: { target: { value: string } }) => change({ [name]: event.target.value || null });
  return (
    <Panel title="Recent predictions">
      <DataTable
        label="Predictions"
        place="predictions"
        pages={pages}
        columns={columnsOf(project)}
        toolbar={
          <>
            <select aria-label="Version of predictions" value={version ?? ''} onChange={choose('version')}>
              <option value="">all versions</option>
              {[...versions].map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
            <select aria-label="Channel of predictions" value={channel ?? ''} onChange={choose('channel')}>
              <option value="">all channels</option>
              <option value="beta">beta</option>
              <option value="prod">prod</option>
            </select>
            <select aria-label="Outcome of predictions" value={outcome ?? ''} onChange={choose('outcome')}>
              <option value="">all outcomes</option>
              <option value="answered">answered</option>
              <option value="failed">refused or failed</option>
            </select>
            <SearchBox label="Consumer of predictions" name="consumer" hint="Consumer" />
          </>
        }
        href={(row) => `/predictions/${row.id}`}
        nameOf={(row) => row.id}
        empty={
          <Empty
            icon="activity"
            title={
              channel || outcome || version || asked
                ? 'No prediction is like that.'
                : 'No prediction yet. Try it above, or call it from a program.'
            }
          />
        }
      />
    </Panel>
  );
}
