import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { figure } from '../../ui/format.ts';
import { Empty, Panel, Time } from '../../ui/kit.tsx';
import { usePages } from '../../ui/pages.ts';
import type { DataColumn } from '../../ui/table/columns.ts';
import { DataTable } from '../../ui/table/data-table.tsx';

type Row = Output<'listDeploymentPredictions'>['items'][number];

const firstOutput = (row: Row): string => row.error ?? JSON.stringify(row.rows[0]?.output ?? null);

const columns: DataColumn<Row>[] = [
  { id: 'time', title: 'Time', width: 110, cell: (row) => <Time at={row.at} />, value: (row) => row.at },
  {
    id: 'id',
    title: 'Prediction',
    width: 250,
    cell: (row) => (
      <Link to={`/predictions/${row.id}` as '/'} className="clip">
        {row.id}
      </Link>
    ),
    value: (row) => row.id,
  },
  {
    id: 'consumer',
    title: 'Consumer',
    width: 130,
    cell: (row) => row.consumer.name ?? row.consumer.id,
    value: (row) => row.consumer.name ?? row.consumer.id,
  },
  { id: 'channel', title: 'Channel', width: 80, cell: (row) => row.channel, value: (row) => row.channel },
  { id: 'status', title: 'Status', numeric: true, width: 70, cell: (row) => row.status, value: (row) => row.status },
  {
    id: 'latency',
    title: 'Latency, ms',
    numeric: true,
    width: 100,
    cell: (row) => figure(row.latencyMilliseconds),
    value: (row) => row.latencyMilliseconds,
  },
  {
    id: 'output',
    title: 'First output',
    width: 180,
    grow: true,
    cell: (row) => (
      <span className="clip" title={firstOutput(row)}>
        {firstOutput(row)}
      </span>
    ),
    value: firstOutput,
  },
];

/** What it answered, newest first. */
export function RecentPredictions({ deployment }: { deployment: string }) {
  const [channel, setChannel] = useState('');
  const [failed, setFailed] = useState('');
  const pages = usePages('listDeploymentPredictions', {
    deployment,
    ...(channel ? { channel: channel as 'beta' | 'prod' } : {}),
    ...(failed ? { failed: failed === 'yes' } : {}),
  });
  return (
    <Panel title="Recent predictions">
      <DataTable
        label="Predictions"
        place="predictions"
        pages={pages}
        columns={columns}
        toolbar={
          <>
            <select aria-label="Channel of predictions" value={channel} onChange={(event) => setChannel(event.target.value)}>
              <option value="">all channels</option>
              <option value="beta">beta</option>
              <option value="prod">prod</option>
            </select>
            <select aria-label="Outcome of predictions" value={failed} onChange={(event) => setFailed(event.target.value)}>
              <option value="">all outcomes</option>
              <option value="no">answered</option>
              <option value="yes">refused or failed</option>
            </select>
          </>
        }
        href={(row) => `/predictions/${row.id}`}
        nameOf={(row) => row.id}
        empty={<Empty icon="activity" title="No prediction yet. Try it above, or call it from a program." />}
      />
    </Panel>
  );
}
