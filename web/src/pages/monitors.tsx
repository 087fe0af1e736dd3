import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { number } from '../ui/format.ts';
import { Empty, StatusMark, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { deploymentPath } from './deployments/addresses.ts';
import { partsOf, sayVersion, versionPath } from './models/addresses.ts';
import { monitorPath, stateOf } from './monitors/monitor-list.tsx';
import { sayReference } from './monitors/reference.tsx';
import { ProjectFrame } from './project-frame.tsx';

type Monitor = Output<'listMonitors'>['items'][number];

const columns: DataColumn<Monitor>[] = [
  {
    id: 'name',
    title: 'Monitor',
    width: 240,
    grow: true,
    cell: (row) => (
      <Link to={monitorPath(row) as '/'} className="clip">
        {row.deploymentName}, {row.channel}
      </Link>
    ),
    value: (row) => `${row.deploymentName}, ${row.channel}`,
  },
  { id: 'state', title: 'State', width: 112, cell: (row) => <StatusMark state={stateOf(row)} />, value: stateOf },
  {
    id: 'alerts',
    title: 'Open alerts',
    numeric: true,
    width: 100,
    cell: (row) => openAlerts(row) || <span className="faint">0</span>,
    value: openAlerts,
  },
  {
    id: 'version',
    title: 'Version',
    width: 150,
    cell: (row) =>
      row.versionName ? (
        <Link to={versionPath(row.projectSlug, partsOf(row.versionName).name, partsOf(row.versionName).number) as '/'}>
          {sayVersion(row.versionName)}
        </Link>
      ) : (
        <span className="faint">none yet</span>
      ),
    value: (row) => row.versionName,
  },
  {
    id: 'reference',
    title: 'Compared with',
    width: 180,
    cell: (row) => sayReference(row.reference),
    value: (row) => sayReference(row.reference),
  },
  {
    id: 'rows',
    title: 'Rows seen',
    numeric: true,
    width: 100,
    cell: (row) => number(row.rowCount),
    value: (row) => row.rowCount,
  },
  { id: 'last', title: 'Last row', width: 104, cell: (row) => <Time at={row.lastRowAt} />, value: (row) => row.lastRowAt },
  {
    id: 'budget',
    title: 'Days a false alarm',
    numeric: true,
    width: 130,
    optional: true,
    cell: (row) => number(row.falseAlarmDays),
    value: (row) => row.falseAlarmDays,
  },
];

function openAlerts(row: Monitor): number {
  return row.openAlerts.firing + row.openAlerts.recovering;
}

/** What watches the deployments of a project. */
export function Monitors() {
  const { project } = useParams({ strict: false }) as { project: string };
  const pages = usePages('listMonitors', { project }, { every: 10_000 });
  return (
    <ProjectFrame code={{ path: `/monitors?project=${project}`, cli: `npx plinth monitor list -p ${project}` }}>
      <DataTable
        label="Monitors"
        place={`monitors:${project}`}
        pages={pages}
        columns={columns}
        href={monitorPath}
        nameOf={(row) => `${row.deploymentName}, ${row.channel}`}
        empty={
          <Empty icon="activity" title="No monitor yet. Every channel of a deployment gets one by itself.">
            <Link className="button" to={deploymentPath(project, '') as '/'}>
              See the deployments
            </Link>
          </Empty>
        }
      />
    </ProjectFrame>
  );
}
