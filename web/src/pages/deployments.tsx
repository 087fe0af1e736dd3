import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useAddress } from '../ui/address.ts';
import { figure, number } from '../ui/format.ts';
import { Button, Empty, PageHead, StatusMark } from '../ui/kit.tsx';
import { type Pages, usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { deploymentPath } from './deployments/addresses.ts';
import { NewDeployment } from './deployments/new-deployment.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { useWorkReason } from './project-link.tsx';

type Row = Output<'listDeployments'>['items'][number];

const channelsText = (row: Row): string =>
  row.channels.map((one) => `${one.name} ${one.serving ? `version ${one.serving.model.version}` : 'nothing yet'}`).join(', ');

const columns: DataColumn<Row>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 200,
    grow: true,
    cell: (row) => (
      <Link to={deploymentPath(row.projectSlug, row.name) as '/'} className="clip">
        {row.name}
      </Link>
    ),
    value: (row) => row.name,
  },
  {
    id: 'state',
    title: 'State',
    width: 120,
    cell: (row) => (
      <span title={row.stateReason ?? undefined}>
        <StatusMark state={row.state} />
      </span>
    ),
    value: (row) => row.state,
  },
  { id: 'channels', title: 'Channels', width: 220, cell: channelsText, value: channelsText },
  {
    id: 'requests',
    title: 'Requests, 1 h',
    numeric: true,
    width: 110,
    cell: (row) => number(row.health.requestCount),
    value: (row) => row.health.requestCount,
  },
  {
    id: 'errors',
    title: 'Errors, 1 h',
    numeric: true,
    width: 100,
    cell: (row) => number(row.health.clientErrorCount + row.health.serverErrorCount),
    value: (row) => row.health.clientErrorCount + row.health.serverErrorCount,
  },
  {
    id: 'p95',
    title: 'p95, ms',
    numeric: true,
    width: 90,
    cell: (row) => figure(row.health.p95Milliseconds),
    value: (row) => row.health.p95Milliseconds ?? undefined,
  },
  { id: 'owner', title: 'Owner', width: 120, cell: (row) => row.createdBy.name, value: (row) => row.createdBy.name },
];
const withProject: DataColumn<Row>[] = [
  columns[0]!,
  {
    id: 'project',
    title: 'Project',
    width: 130,
    cell: (row) => <Link to={`/projects/${row.projectSlug}/deployments` as '/'}>{row.projectSlug}</Link>,
    value: (row) => row.projectSlug,
  },
  ...columns.slice(1),
];

/** Deployments of a project, and the door to a new one: `?new=models:/churn/1` opens it filled in. */
export function ProjectDeployments() {
  const { project } = useParams({ strict: false }) as { project: string };
  const [address, change] = useAddress();
  const cannotWrite = useWorkReason(project);
  const pages = usePages('listProjectDeployments', { project });
  return (
    <ProjectFrame
      code={{ path: `/projects/${project}/deployments`, cli: `npx plinth deployment list -p ${project}` }}
      action={
        <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => change({ new: 'models:/' })}>
          New deployment
        </Button>
      }
    >
      <List place={`deployments:${project}`} pages={pages} columns={columns} models={`/projects/${project}/models`} />
      {address.new !== undefined && <NewDeployment project={project} model={address.new} close={() => change({ new: null })} />}
    </ProjectFrame>
  );
}

/** Deployments of all projects that one may see. */
export function AllDeployments() {
  const pages = usePages('listDeployments', {});
  return (
    <>
      <PageHead
        title="Deployments"
        about="Models that answer requests, of all the projects that you may see."
        code={{ path: '/deployments', cli: 'npx plinth deployment list' }}
      />
      <List place="deployments" pages={pages} columns={withProject} models="/models" />
    </>
  );
}

const List = (props: { place: string; pages: Pages<Row>; columns: readonly DataColumn<Row>[]; models: string }) => (
  <DataTable
    label="Deployments"
    place={props.place}
    pages={props.pages}
    columns={props.columns}
    href={(row) => deploymentPath(row.projectSlug, row.name)}
    nameOf={(row) => row.name}
    empty={
      <Empty icon="deployments" title="No deployment yet. Put a model version on a channel, and it answers requests.">
        <Link className="button" to={props.models as '/'}>
          Choose a model
        </Link>
      </Empty>
    }
  />
);
