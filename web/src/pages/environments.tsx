import type { Output } from '@plinth/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Field, FormDialog, faultOf, Short, StatusMark, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { type DataColumn, listOrder, readSort } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { contains, SearchBox } from '../ui/table/search-box.tsx';
import { PersonName } from './person-name.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { useWorkReason } from './project-link.tsx';

type Environment = Output<'listEnvironments'>['items'][number];

const columns: DataColumn<Environment>[] = [
  {
    id: 'name',
    title: 'Name',
    sortable: true,
    width: 220,
    grow: true,
    cell: (environment) => (
      <span className="run-name">
        <Link to={`/environments/${environment.id}` as '/'} className="clip">
          {environment.name}
        </Link>
        <span className="faint clip" title={environment.description}>
          {environment.description}
        </span>
      </span>
    ),
    value: (environment) => environment.name,
  },
  {
    id: 'state',
    title: 'State',
    width: 128,
    cell: (environment) =>
      environment.newestRevision ? (
        <StatusMark state={environment.newestRevision.state} />
      ) : (
        <span className="faint">nothing built</span>
      ),
    value: (environment) => environment.newestRevision?.state,
  },
  {
    id: 'revision',
    title: 'Revision',
    numeric: true,
    width: 96,
    cell: (environment) => environment.newestRevision?.number ?? '–',
    value: (environment) => environment.newestRevision?.number,
  },
  {
    id: 'digest',
    title: 'Digest',
    width: 148,
    cell: (environment) =>
      environment.newestRevision?.digest ? (
        <Short value={environment.newestRevision.digest} what="digest" />
      ) : (
        <span className="faint">–</span>
      ),
    value: (environment) => environment.newestRevision?.digest,
  },
  {
    id: 'for',
    title: 'For',
    width: 124,
    cell: (environment) => (environment.projectId ? 'this project' : 'all projects'),
    value: (environment) => (environment.projectId ? 'this project' : 'all projects'),
  },
  {
    id: 'by',
    title: 'By',
    sortable: true,
    width: 140,
    cell: (environment) => <PersonName id={environment.createdBy} />,
    value: (environment) => environment.createdBy,
  },
  {
    id: 'made',
    title: 'Made',
    sortable: true,
    width: 112,
    cell: (environment) => <Time at={environment.createdAt} />,
    value: (environment) => environment.createdAt,
  },
];

export const linesOf = (text: FormDataEntryValue | null): string[] =>
  String(text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export function Environments() {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const navigate = useNavigate();
  const [address, change] = useAddress();
  const sort = listOrder(readSort(address), { name: 'name', by: 'createdBy', made: 'createdAt' });
  const pages = usePages('listEnvironments', {
    project: slug,
    ...(sort ? { sort } : {}),
    ...(address.q ? { filter: contains('name', address.q) } : {}),
  });
  const project = useCall('getProject', { project: slug });
  const cannotWrite = useWorkReason(slug);
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/environments?project=${slug}`, cli: `npx plinth env list -p ${slug}` }}
      action={
        <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setOpen(true)}>
          New environment
        </Button>
      }
    >
      <DataTable
        label="Environments"
        place={`environments:${slug}`}
        pages={pages}
        columns={columns}
        toolbar={<SearchBox label="Find an environment" />}
        href={(environment) => `/environments/${environment.id}`}
        nameOf={(environment) => environment.name}
        empty={
          address.q ? (
            <Empty icon="search" title={`No environment has “${address.q}” in its name.`}>
              <Button onClick={() => change({ q: null })}>Show all</Button>
            </Empty>
          ) : (
            <Empty
              icon="columns"
              title="No environment yet. You name packages; they are locked with hashes and built once."
              code={`npx plinth env build -p ${slug} training scikit-learn pandas mlflow`}
            >
              <Button tone="primary" reason={cannotWrite} onClick={() => setOpen(true)}>
                New environment
              </Button>
            </Empty>
          )
        }
      />
      <FormDialog
        title="New environment"
        action="Build"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const made = await call('createEnvironment', { body: { name: String(form.get('name')), projectId: project.data!.id } });
          await call('buildEnvironmentRevision', { environment: made.id, body: { packages: linesOf(form.get('packages')) } });
          void queries.invalidateQueries();
          void navigate({ to: `/environments/${made.id}` as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required />
            </Field>
            <Field label="Packages, one a line" error={faultOf(error, 'packages')}>
              <textarea name="packages" className="mono" rows={6} required placeholder={'scikit-learn==1.7.2\nmlflow'} />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}
