import type { Output } from '@plinth/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../api.ts';
import { siteAddress } from '../base.ts';
import { useAddress } from '../ui/address.ts';
import { bytes } from '../ui/format.ts';
import { Button, Empty, Field, FormDialog, faultOf, Short, Time } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { type DataColumn, listOrder, readSort } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { contains, SearchBox } from '../ui/table/search-box.tsx';
import { PersonName } from './person-name.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { useWorkReason } from './project-link.tsx';

type Dataset = Output<'listDatasets'>['items'][number];

const columns: DataColumn<Dataset>[] = [
  {
    id: 'name',
    title: 'Name',
    sortable: true,
    width: 220,
    grow: true,
    cell: (dataset) => (
      <span className="run-name">
        <Link to={`/datasets/${dataset.id}` as '/'} className="clip">
          {dataset.name}
        </Link>
        <span className="faint clip" title={dataset.description}>
          {dataset.description}
        </span>
      </span>
    ),
    value: (dataset) => dataset.name,
  },
  {
    id: 'snapshots',
    title: 'Snapshots',
    numeric: true,
    cell: (dataset) => dataset.newestSnapshot?.number ?? 0,
    value: (dataset) => dataset.newestSnapshot?.number ?? 0,
  },
  {
    id: 'files',
    title: 'Files',
    numeric: true,
    width: 88,
    cell: (dataset) => dataset.newestSnapshot?.fileCount.toLocaleString('en') ?? '–',
    value: (dataset) => dataset.newestSnapshot?.fileCount,
  },
  {
    id: 'size',
    title: 'Size',
    numeric: true,
    width: 100,
    cell: (dataset) => bytes(dataset.newestSnapshot?.sizeBytes),
    value: (dataset) => dataset.newestSnapshot?.sizeBytes,
  },
  {
    id: 'digest',
    title: 'Digest',
    width: 148,
    cell: (dataset) =>
      dataset.newestSnapshot ? <Short value={dataset.newestSnapshot.digest} what="digest" /> : <span className="faint">–</span>,
    value: (dataset) => dataset.newestSnapshot?.digest,
  },
  {
    id: 'by',
    title: 'By',
    sortable: true,
    width: 140,
    cell: (dataset) => <PersonName id={dataset.createdBy} />,
    value: (dataset) => dataset.createdBy,
  },
  {
    id: 'made',
    title: 'Made',
    sortable: true,
    width: 112,
    cell: (dataset) => <Time at={dataset.createdAt} />,
    value: (dataset) => dataset.createdAt,
  },
];

export function Datasets() {
  const { project } = useParams({ strict: false }) as { project: string };
  const navigate = useNavigate();
  const [address, change] = useAddress();
  const sort = listOrder(readSort(address), { name: 'name', by: 'createdBy', made: 'createdAt' });
  const pages = usePages('listDatasets', {
    project,
    ...(sort ? { sort } : {}),
    ...(address.q ? { filter: contains('name', address.q) } : {}),
  });
  const cannotWrite = useWorkReason(project);
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/projects/${project}/datasets`, cli: `npx plinth dataset list -p ${project}` }}
      action={
        <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setOpen(true)}>
          New dataset
        </Button>
      }
    >
      <DataTable
        label="Datasets"
        place={`datasets:${project}`}
        pages={pages}
        columns={columns}
        toolbar={<SearchBox label="Find a dataset" />}
        href={(dataset) => `/datasets/${dataset.id}`}
        nameOf={(dataset) => dataset.name}
        empty={
          address.q ? (
            <Empty icon="search" title={`No dataset has “${address.q}” in its name.`}>
              <Button onClick={() => change({ q: null })}>Show all</Button>
            </Empty>
          ) : (
            <Empty
              icon="table"
              title="No dataset yet. Each state of one is a snapshot that never changes, so that a run can always say what it saw."
              snippets={firstDataset(project)}
            >
              <Button tone="primary" reason={cannotWrite} onClick={() => setOpen(true)}>
                Upload files
              </Button>
            </Empty>
          )
        }
      />
      <FormDialog
        title="New dataset"
        action="Upload"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const made = await call('createDataset', {
            project,
            body: { name: String(form.get('name')), description: String(form.get('description')) },
          });
          const upload = new FormData();
          for (const file of form.getAll('files')) upload.append('file', file as File, (file as File).name);
          await call('createSnapshot', { project, dataset: made.id, body: upload });
          void queries.invalidateQueries();
          void navigate({ to: `/datasets/${made.id}` as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required maxLength={120} />
            </Field>
            <Field label="What is in it" error={faultOf(error, 'description')}>
              <input name="description" maxLength={5000} />
            </Field>
            <Field
              label="Files"
              error={faultOf(error, 'files')}
              hint="CSV, Parquet and JSON-lines files get a schema and statistics of their columns."
            >
              <input name="files" type="file" multiple required />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}

const firstDataset = (project: string): Record<string, string> => {
  const address = `${siteAddress()}/api/v1/projects/${project}/datasets`;
  return {
    CLI: `npx plinth dataset upload -p ${project} my-data data.csv`,
    Python: `import os, requests\n\nheaders = {"Authorization": f"Bearer {os.environ['PLINTH_TOKEN']}"}\ndataset = requests.post("${address}", headers=headers, json={"name": "my-data"}).json()\nrequests.post(\n    f"${address}/{dataset['id']}/snapshots",\n    headers=headers,\n    files={"file": open("data.csv", "rb")},\n)`,
    R: `library(httr2)\n\nplinth <- request("${address}") |> req_auth_bearer_token(Sys.getenv("PLINTH_TOKEN"))\ndataset <- plinth |> req_body_json(list(name = "my-data")) |> req_perform() |> resp_body_json()\nplinth |>\n  req_url_path_append(dataset$id, "snapshots") |>\n  req_body_multipart(file = curl::form_file("data.csv")) |>\n  req_perform()`,
  };
};
