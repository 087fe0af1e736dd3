import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useProjects } from '../names.ts';
import { perHour } from '../ui/format.ts';
import { Problem, StatusMark, Time } from '../ui/kit.tsx';
import type { Pages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { type Workspace, WorkspaceActions } from './workspace-actions.tsx';

export const moving = (workspace: Workspace): boolean => ['starting', 'stopping'].includes(workspace.state);

export function WorkspaceTable({ pages, place, empty }: { pages: Pages<Workspace>; place: string; empty: ReactNode }) {
  const [error, setError] = useState<unknown>(null);
  const projects = useProjects();
  const everywhere = place === 'workspaces';
  const columns = useMemo(
    (): DataColumn<Workspace>[] => [
      { id: 'state', title: 'State', width: 110, cell: (row) => <StatusMark state={row.state} />, value: (row) => row.state },
      {
        id: 'name',
        title: 'Name',
        width: 200,
        grow: true,
        cell: (row) => (
          <Link className="row-name" to={`/workspaces/${row.id}` as '/'}>
            {row.name}
          </Link>
        ),
        value: (row) => row.name,
      },
      ...(everywhere
        ? [
            {
              id: 'project',
              title: 'Project',
              width: 180,
              cell: (row: Workspace) => {
                const project = projects.get(row.projectId);
                return project ? <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link> : '–';
              },
              value: (row: Workspace) => projects.get(row.projectId)?.name,
            },
          ]
        : []),
      { id: 'owner', title: 'Owner', width: 140, cell: (row) => row.ownerName, value: (row) => row.ownerName },
      { id: 'tool', title: 'Tool', width: 110, cell: (row) => row.tool, value: (row) => row.tool },
      {
        id: 'price',
        title: 'Price',
        width: 110,
        numeric: true,
        cell: (row) => perHour(row.pricePerHour, row.currency),
        value: (row) => row.pricePerHour,
      },
      {
        id: 'started',
        title: 'Started',
        width: 110,
        cell: (row) => <Time at={row.lastStartedAt} />,
        value: (row) => row.lastStartedAt,
      },
      {
        id: 'actions',
        title: 'Actions',
        bare: true,
        width: 290,
        cell: (row) => <WorkspaceActions workspace={row} onError={setError} />,
        value: () => '',
      },
    ],
    [everywhere, projects],
  );
  return (
    <div className="full-width">
      {error !== null && <Problem error={error} />}
      <DataTable
        label="Workspaces"
        place={place}
        pages={pages}
        columns={columns}
        href={(row) => `/workspaces/${row.id}`}
        nameOf={(row) => row.name}
        empty={empty}
      />
    </div>
  );
}
