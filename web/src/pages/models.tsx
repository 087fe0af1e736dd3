import type { Output } from '@plinth/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../api.ts';
import { siteAddress } from '../base.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Field, FormDialog, faultOf, PageHead, Time } from '../ui/kit.tsx';
import { type Pages, usePages } from '../ui/pages.ts';
import { type DataColumn, listOrder, readSort } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { SearchBox } from '../ui/table/search-box.tsx';
import { modelPath, versionPath } from './models/addresses.ts';
import { AliasChips } from './models/alias-chips.tsx';
import { liveVersion, type Serving, useServing } from './models/serving.ts';
import { ProjectFrame } from './project-frame.tsx';
import { useWorkReason } from './project-link.tsx';

type Model = Output<'listModels'>['items'][number];

const columnsOf = (serving: readonly Serving[] | undefined): DataColumn<Model>[] => [
  {
    id: 'name',
    title: 'Name',
    sortable: true,
    width: 240,
    grow: true,
    cell: (model) => (
      <span className="run-name">
        <Link to={modelPath(model.projectSlug, model.name) as '/'} className="clip">
          {model.name}
        </Link>
        <span className="faint clip" title={model.description}>
          {model.description}
        </span>
      </span>
    ),
    value: (model) => model.name,
  },
  {
    id: 'versions',
    title: 'Versions',
    numeric: true,
    width: 88,
    cell: (model) => model.versionCount,
    value: (model) => model.versionCount,
  },
  {
    id: 'newest',
    title: 'Newest',
    width: 150,
    cell: (model) =>
      model.newestVersion ? (
        <span className="row tight">
          <Link to={versionPath(model.projectSlug, model.name, model.newestVersion.number) as '/'}>
            version {model.newestVersion.number}
          </Link>
          <Time at={model.newestVersion.createdAt} />
        </span>
      ) : (
        <span className="faint">none</span>
      ),
    value: (model) => model.newestVersion?.number,
  },
  {
    id: 'production',
    title: 'In production',
    width: 120,
    cell: (model) => {
      if (!serving) return null;
      const live = liveVersion(model, serving);
      return live === undefined ? (
        <span className="faint">no version</span>
      ) : (
        <span className="status ok">
          <i aria-hidden="true">✓</i>version {live}
        </span>
      );
    },
    value: (model) => liveVersion(model, serving ?? []),
  },
  {
    id: 'aliases',
    title: 'Aliases',
    width: 190,
    cell: (model) => <AliasChips aliases={model.aliases} />,
    value: (model) => model.aliases.map((one) => `${one.alias}=${one.version}`).join(' '),
  },
  { id: 'owner', title: 'Owner', width: 110, cell: (model) => model.owner.name, value: (model) => model.owner.name },
  {
    id: 'changed',
    title: 'Changed',
    sortable: true,
    width: 96,
    cell: (model) => <Time at={model.updatedAt} />,
    value: (model) => model.updatedAt,
  },
];
const withProject = ([name, ...rest]: DataColumn<Model>[]): DataColumn<Model>[] => [
  name!,
  {
    id: 'project',
    title: 'Project',
    width: 130,
    cell: (model) => <Link to={`/projects/${model.projectSlug}/models` as '/'}>{model.projectSlug}</Link>,
    value: (model) => model.projectSlug,
  },
  ...rest,
];
const orders = { name: 'name', changed: 'updatedAt' };

/** Models of a project. */
export function ProjectModels() {
  const { project } = useParams({ strict: false }) as { project: string };
  const [address] = useAddress();
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const cannotWrite = useWorkReason(project);
  const serving = useServing(project);
  const sort = listOrder(readSort(address), orders);
  const pages = usePages('listProjectModels', {
    project,
    ...(sort ? { sort } : {}),
    ...(address.q ? { search: address.q } : {}),
  });
  const make = (
    <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setOpen(true)}>
      New model
    </Button>
  );
  return (
    <ProjectFrame code={{ path: `/projects/${project}/models`, cli: `npx plinth model list -p ${project}` }} action={make}>
      <List
        place={`models:${project}`}
        pages={pages}
        columns={columnsOf(serving)}
        empty={
          <Empty
            icon="models"
            title="No model yet. A version is registered from a run, keeps its own bytes, and is let into production by somebody else than its authors."
            snippets={firstModel(project)}
          >
            <Link className="button" to={`/projects/${project}/experiments` as '/'}>
              Choose a run to register
            </Link>
          </Empty>
        }
      />
      <FormDialog
        title="New model"
        action="Make it"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const text = (name: string): string => String(form.get(name) ?? '');
          const body = { name: text('name'), description: text('description'), intendedUse: text('intendedUse') };
          const made = await call('createModel', { project, body });
          void queries.invalidateQueries();
          void navigate({ to: modelPath(project, made.name) as '/' });
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required maxLength={256} />
            </Field>
            <Field label="What it does" error={faultOf(error, 'description')}>
              <input name="description" maxLength={5000} />
            </Field>
            <Field
              label="Intended use"
              error={faultOf(error, 'intendedUse')}
              hint="For whom and for what, and for what not; it stands on the card of each version."
            >
              <textarea name="intendedUse" maxLength={5000} />
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}

/** Models of all projects that one may see. */
export function AllModels() {
  const [address] = useAddress();
  const serving = useServing();
  const sort = listOrder(readSort(address), orders);
  const pages = usePages('listModels', { ...(sort ? { sort } : {}), ...(address.q ? { search: address.q } : {}) });
  return (
    <>
      <PageHead
        title="Models"
        about="Registered models of all the projects that you may see."
        code={{ path: '/models', cli: 'npx plinth model list' }}
      />
      <List
        place="models"
        pages={pages}
        columns={withProject(columnsOf(serving))}
        empty={
          <Empty
            icon="models"
            title="No model yet. Open a project and register what one of its runs logged."
            snippets={firstModel('my-project')}
          >
            <Link className="button" to="/projects">
              Choose a project
            </Link>
          </Empty>
        }
      />
    </>
  );
}

function List(props: { place: string; pages: Pages<Model>; columns: readonly DataColumn<Model>[]; empty: React.ReactNode }) {
  const [address, change] = useAddress();
  return (
    <DataTable
      label="Models"
      place={props.place}
      pages={props.pages}
      columns={props.columns}
      toolbar={<SearchBox label="Find a model" />}
      href={(model) => modelPath(model.projectSlug, model.name)}
      nameOf={(model) => model.name}
      empty={
        address.q ? (
          <Empty icon="search" title={`No model has “${address.q}” in its name.`}>
            <Button onClick={() => change({ q: null })}>Show all</Button>
          </Empty>
        ) : (
          props.empty
        )
      }
    />
  );
}

const firstModel = (project: string): Record<string, string> => ({
  MLflow: `import mlflow\n\nmlflow.set_tracking_uri("${siteAddress()}/mlflow/${project}")\nwith mlflow.start_run():\n    mlflow.sklearn.log_model(model, name="model", registered_model_name="my-model")`,
  CLI: `npx plinth model register my-model -p ${project} --run <run>`,
});
