import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes } from '../ui/format.ts';
import { Empty, Field, FormDialog, faultOf, Loaded, StatusMark, Table, Time } from '../ui/kit.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';

export function Environments() {
  const slug = useSlug();
  const navigate = useNavigate();
  const environments = useCall('listEnvironments', { project: slug, limit: 100 });
  const project = useCall('getProject', { project: slug });
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/environments?project=${slug}`, cli: `npx plinth env list -p ${slug}` }}
      action={
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          New environment
        </button>
      }
    >
      <Loaded query={environments}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No environment yet. Packages are locked with hashes and built once."
              code={`npx plinth env build -p ${slug} my-environment scikit-learn pandas mlflow`}
            />
          ) : (
            <Table
              label="Environments"
              rows={data.items}
              open={(environment) => void navigate({ to: `/environments/${environment.id}` as '/' })}
              columns={[
                { title: 'Name', cell: (environment) => <strong>{environment.name}</strong> },
                { title: 'Newest', cell: (environment) => environment.newestRevision?.number ?? '–', numeric: true },
                {
                  title: 'State',
                  cell: (environment) =>
                    environment.newestRevision ? <StatusMark state={environment.newestRevision.state} /> : '–',
                },
                {
                  title: 'Digest',
                  cell: (environment) => <span className="mono">{environment.newestRevision?.digest?.slice(0, 12) ?? '–'}</span>,
                },
                { title: 'For', cell: (environment) => (environment.projectId ? 'this project' : 'all') },
                { title: 'Made', cell: (environment) => <Time at={environment.createdAt} /> },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New environment"
        action="Build"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const packages = String(form.get('packages'))
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean);
          const made = await call('createEnvironment', { body: { name: String(form.get('name')), projectId: project.data!.id } });
          await call('buildEnvironmentRevision', { environment: made.id, body: { packages } });
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

export function Datasets() {
  const slug = useSlug();
  const navigate = useNavigate();
  const datasets = useCall('listDatasets', { project: slug, limit: 100 });
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/projects/${slug}/datasets`, cli: `npx plinth dataset list -p ${slug}` }}
      action={
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          New dataset
        </button>
      }
    >
      <Loaded query={datasets}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No dataset yet. Each state of one is a snapshot that never changes."
              code={`npx plinth dataset upload -p ${slug} my-data data.csv`}
            />
          ) : (
            <Table
              label="Datasets"
              rows={data.items}
              open={(dataset) => void navigate({ to: `/datasets/${dataset.id}` as '/' })}
              columns={[
                { title: 'Name', cell: (dataset) => <strong>{dataset.name}</strong> },
                { title: 'Snapshots', cell: (dataset) => dataset.newestSnapshot?.number ?? 0, numeric: true },
                { title: 'Size', cell: (dataset) => bytes(dataset.newestSnapshot?.sizeBytes), numeric: true },
                { title: 'Files', cell: (dataset) => dataset.newestSnapshot?.fileCount ?? 0, numeric: true },
                {
                  title: 'Digest',
                  cell: (dataset) => <span className="mono">{dataset.newestSnapshot?.digest.slice(0, 12) ?? '–'}</span>,
                },
                { title: 'Made', cell: (dataset) => <Time at={dataset.createdAt} /> },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New dataset"
        action="Upload"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const made = await call('createDataset', { project: slug, body: { name: String(form.get('name')) } });
          const upload = new FormData();
          for (const file of form.getAll('files')) upload.append('file', file as File, (file as File).name);
          await call('createSnapshot', { project: slug, dataset: made.id, body: upload });
          void queries.invalidateQueries();
          void navigate({ to: `/datasets/${made.id}` as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required />
            </Field>
            <Field label="Files" error={faultOf(error, 'files')}>
              <input name="files" type="file" multiple required />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}
