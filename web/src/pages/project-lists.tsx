import type { Output } from '@plinth/sdk';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes, duration, money } from '../ui/format.ts';
import { CodeBlock, Empty, Field, FormDialog, faultOf, Loaded, PageHead, StatusMark, Table, Time } from '../ui/kit.tsx';
import { ProjectFrame } from './project.tsx';

const useSlug = (): string => (useParams({ strict: false }) as { project: string }).project;

function JobTable({ jobs }: { jobs: Output<'listJobs'>['items'] }) {
  const navigate = useNavigate();
  return (
    <Table
      label="Jobs"
      rows={jobs}
      open={(job) => void navigate({ to: `/jobs/${job.id}` as '/' })}
      columns={[
        { title: 'State', cell: (job) => <StatusMark state={job.state} /> },
        { title: 'Command', cell: (job) => <span className="mono">{job.name}</span> },
        { title: 'Environment', cell: (job) => job.environment },
        { title: 'Tier', cell: (job) => job.hardwareTier },
        { title: 'Took', cell: (job) => duration(job.startedAt, job.finishedAt), numeric: true },
        { title: 'Cost', cell: (job) => money(job.cost), numeric: true },
        { title: 'By', cell: (job) => job.createdByName },
        { title: 'Queued', cell: (job) => <Time at={job.createdAt} /> },
      ]}
    />
  );
}

export function AllJobs() {
  const jobs = useCall('listJobs', { limit: 100 });
  return (
    <>
      <PageHead
        title="Jobs"
        about="In all projects that you may see, newest first."
        code={{ path: '/jobs?limit=100', cli: 'npx plinth job list' }}
      />
      <Loaded query={jobs}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty title="No job yet." code="npx plinth run -p my-project -- python train.py" />
          ) : (
            <JobTable jobs={data.items} />
          )
        }
      </Loaded>
    </>
  );
}

export function Jobs() {
  const slug = useSlug();
  const navigate = useNavigate();
  const jobs = useCall('listProjectJobs', { project: slug, limit: 100 });
  const tiers = useCall('listHardwareTiers');
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/projects/${slug}/jobs`, cli: `npx plinth job list -p ${slug}` }}
      action={
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          Run a job
        </button>
      }
    >
      <Loaded query={jobs}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="No job yet. A job is a command on a commit, in an environment, with a price."
              code={`npx plinth run -p ${slug} -- python train.py`}
            />
          ) : (
            <JobTable jobs={data.items} />
          )
        }
      </Loaded>
      <FormDialog
        title="Run a job"
        action="Run"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const environment = String(form.get('environment') ?? '').trim();
          const job = await call('startJob', {
            project: slug,
            body: {
              command: String(form.get('command')),
              hardwareTier: String(form.get('hardwareTier')),
              ...(environment ? { environment } : {}),
            },
          });
          void navigate({ to: `/jobs/${job.id}` as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Command" error={faultOf(error, 'command')}>
              <textarea name="command" className="mono" required defaultValue="python train.py" />
            </Field>
            <Field label="Hardware tier" error={faultOf(error, 'hardwareTier')}>
              <select name="hardwareTier">
                {(tiers.data?.items ?? []).map((tier) => (
                  <option key={tier.id} value={tier.name}>
                    {tier.name}: {tier.cpuCores} cores, {bytes(tier.memoryBytes)}, {tier.pricePerHour} {tier.currency}/h
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Environment (the project’s default when empty)" error={faultOf(error, 'environment')}>
              <input name="environment" />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}

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

export function Code() {
  const slug = useSlug();
  const repo = useCall('getRepo', { project: slug });
  const [path, setPath] = useState('');
  const [file, setFile] = useState<string | null>(null);
  const tree = useCall('listRepoTree', { project: slug, ...(path ? { path } : {}) });
  return (
    <ProjectFrame code={{ path: `/projects/${slug}/repo/tree`, cli: `git clone ${repo.data?.cloneUrl ?? ''}` }}>
      {repo.data && <CodeBlock>{`git clone ${repo.data.cloneUrl.replace('://', '://plinth:$PLINTH_TOKEN@')}`}</CodeBlock>}
      <Loaded query={tree}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title="The repository is empty."
              code={`git remote add plinth ${repo.data?.cloneUrl ?? ''}\ngit push plinth main`}
            />
          ) : (
            <div className="columns" style={{ gridTemplateColumns: 'minmax(200px, 1fr) minmax(0, 3fr)' }}>
              <div className="card stack">
                {path && (
                  <button type="button" className="quiet" onClick={() => setPath(path.split('/').slice(0, -1).join('/'))}>
                    ← {path}
                  </button>
                )}
                {data.items.map((entry) => (
                  <button
                    key={entry.path}
                    type="button"
                    className="quiet"
                    style={{ justifyContent: 'flex-start' }}
                    aria-pressed={file === entry.path}
                    onClick={() => (entry.type === 'folder' ? setPath(entry.path) : setFile(entry.path))}
                  >
                    {entry.type === 'folder' ? '▸' : ' '} {entry.name}
                  </button>
                ))}
              </div>
              {file ? <FileView slug={slug} path={file} /> : <p className="faint">Choose a file.</p>}
            </div>
          )
        }
      </Loaded>
    </ProjectFrame>
  );
}

function FileView({ slug, path }: { slug: string; path: string }) {
  const file = useCall('getRepoFile', { project: slug, path });
  return (
    <Loaded query={file}>
      {(data) => <CodeBlock>{data.text ?? (data.binary ? 'A binary file.' : 'Too large to show.')}</CodeBlock>}
    </Loaded>
  );
}

export function Members() {
  const slug = useSlug();
  const members = useCall('listMembers', { project: slug });
  const [open, setOpen] = useState(false);
  return (
    <ProjectFrame
      code={{ path: `/projects/${slug}/members`, cli: `npx plinth member list -p ${slug}` }}
      action={
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          Add somebody
        </button>
      }
    >
      <Loaded query={members}>
        {(data) => (
          <Table
            label="Members"
            rows={data.items.map((member) => ({ ...member, id: member.subjectId }))}
            columns={[
              { title: 'Name', cell: (member) => <strong>{member.name}</strong> },
              { title: 'E-mail', cell: (member) => member.email ?? member.kind },
              { title: 'Role', cell: (member) => member.role },
              { title: 'Since', cell: (member) => <Time at={member.createdAt} /> },
            ]}
          />
        )}
      </Loaded>
      <FormDialog
        title="Add somebody"
        action="Add"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          await call('putMember', {
            project: slug,
            body: { email: String(form.get('email')), role: form.get('role') as 'viewer' },
          });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="E-mail" error={faultOf(error, 'email')}>
              <input name="email" type="email" required />
            </Field>
            <Field label="Role">
              <select name="role" defaultValue="contributor">
                {['owner', 'contributor', 'validator', 'viewer', 'consumer'].map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}

export function ActivityFeed({ projectId, limit }: { projectId: string; limit: number }) {
  const activity = useCall('listActivity', { project: projectId, limit });
  return (
    <Loaded query={activity}>
      {(data) => (
        <ul className="feed">
          {data.items.map((event) => (
            <li key={event.sequence}>
              <span>
                <strong>{event.actor.name}</strong>{' '}
                <span className="soft">{event.verb.replace('.', ' ').replaceAll('-', ' ')}</span>
              </span>
              <Time at={event.time} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

export function Activity() {
  const slug = useSlug();
  const project = useCall('getProject', { project: slug });
  return (
    <ProjectFrame code={{ path: `/activity?project=${project.data?.id ?? ''}`, cli: 'npx plinth events' }}>
      <section className="card">{project.data && <ActivityFeed projectId={project.data.id} limit={200} />}</section>
    </ProjectFrame>
  );
}
