import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { number } from '../ui/format.ts';
import { Button, Empty, IconButton, Loaded, PageHead, Short, StatusMark, Time, toast } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { deploymentPath } from './deployments/addresses.ts';
import { modelPath, versionPath } from './models/addresses.ts';
import { AliasChips, aliasesOf } from './models/alias-chips.tsx';
import { AliasHistory } from './models/alias-history.tsx';
import { IntendedUse } from './models/intended-use.tsx';
import { type Serving, useServing } from './models/serving.ts';
import { SetAlias } from './models/set-alias.tsx';
import { useWorkReason } from './project-link.tsx';

type ModelData = Output<'getModel'>;
type Version = Output<'listVersions'>['items'][number];

const mostMetrics = 4;

/** One registered model: its versions, the names that point at them, and what was live when. */
export function Model() {
  const { project, name } = useParams({ strict: false }) as { project: string; name: string };
  const model = useCall('getModel', { project, name });
  return (
    <Loaded query={model} rows={8}>
      {(data) => <ModelPage model={data} />}
    </Loaded>
  );
}

function ModelPage({ model }: { model: ModelData }) {
  const { projectSlug: project, name } = model;
  const cannotWrite = useWorkReason(project);
  const [naming, setNaming] = useState<{ alias?: string; version?: number } | null>(null);
  const pages = usePages('listVersions', { project, name });
  const versions = pages.data ?? [];
  const serving = (useServing(project) ?? [])
    .filter((one) => one.model === name)
    .sort((a, b) => Number(b.protected) - Number(a.protected));
  const columns = columnsOf(model, versions, serving, (version) => (
    <IconButton
      icon="pin"
      label={`Point an alias at version ${version.number}`}
      reason={cannotWrite}
      onClick={() => setNaming({ version: version.number })}
    />
  ));
  return (
    <>
      <PageHead
        title={name}
        about={
          <span className="facts-line">
            <span>owned by {model.owner.name}</span>
            <span>
              {model.versionCount} {model.versionCount === 1 ? 'version' : 'versions'}
            </span>
            <span>
              changed <Time at={model.updatedAt} />
            </span>
            {model.description && <span className="clip">{model.description}</span>}
          </span>
        }
        code={{ path: modelPath(project, name), cli: `npx plinth model versions ${name} -p ${project}` }}
      >
        <Button
          tone="primary"
          icon="pin"
          reason={cannotWrite || (model.versionCount === 0 && 'There is no version to point at yet')}
          onClick={() => setNaming({})}
        >
          Set alias
        </Button>
      </PageHead>
      <Names model={model} serving={serving} cannotWrite={cannotWrite} move={(alias) => setNaming({ alias })} />
      <DataTable
        label="Versions"
        place={`versions:${model.id}`}
        pages={pages}
        columns={columns}
        href={(version) => versionPath(project, name, version.number)}
        nameOf={(version) => `Version ${version.number}`}
        empty={
          <Empty
            icon="models"
            title="No version yet. Register what a run logged: on the page of the run, by MLflow or by the command line."
            snippets={{
              MLflow: `mlflow.register_model("runs:/<run>/model", "${name}")`,
              CLI: `npx plinth model register ${name} -p ${project} --run <run>`,
            }}
          >
            <Link className="button" to={`/projects/${project}/experiments` as '/'}>
              Choose a run
            </Link>
          </Empty>
        }
      />
      <div className="halves">
        <AliasHistory model={model} />
        <IntendedUse model={model} cannotWrite={cannotWrite} />
      </div>
      {naming && <SetAlias model={model} alias={naming.alias} version={naming.version} close={() => setNaming(null)} />}
    </>
  );
}

/** Names that stand for versions, and channels that serve them. */
function Names({
  model,
  serving,
  cannotWrite,
  move,
}: {
  model: ModelData;
  serving: readonly Serving[];
  cannotWrite: string | null;
  move: (alias: string) => void;
}) {
  const remove = async (alias: string, version: number): Promise<void> => {
    const at = { project: model.projectSlug, name: model.name, alias };
    await call('removeModelAlias', at);
    void queries.invalidateQueries();
    toast(`@${alias} points at no version any more.`, () => {
      call('setModelAlias', { ...at, body: { version } })
        .then(() => queries.invalidateQueries())
        .catch((error: Error) => toast(error.message));
    });
  };
  if (model.aliases.length === 0 && serving.length === 0) return null;
  return (
    <section className="numbers" aria-label="Aliases">
      {serving.map((one) => (
        <div key={`${one.deployment} ${one.channel}`} className="number-tile">
          <span className={one.protected ? 'chip protected self-start' : 'chip self-start'}>{one.channel}</span>
          <Link className="lead" to={versionPath(model.projectSlug, model.name, one.version) as '/'}>
            version {one.version}
          </Link>
          <span className="caption">
            served by <Link to={deploymentPath(model.projectSlug, one.deployment) as '/'}>{one.deployment}</Link>
          </span>
        </div>
      ))}
      {model.aliases.map((one) => (
        <div key={one.alias} className="number-tile">
          <AliasChips aliases={[{ alias: one.alias, protected: one.protected }]} />
          <Link className="lead" to={versionPath(model.projectSlug, model.name, one.version) as '/'}>
            version {one.version}
          </Link>
          <span className="row tight">
            <Button tone="quiet" reason={cannotWrite} aria-label={`Move ${one.alias}`} onClick={() => move(one.alias)}>
              Move
            </Button>
            <Button
              tone="quiet"
              reason={cannotWrite}
              aria-label={`Remove ${one.alias}`}
              onClick={() => remove(one.alias, one.version).catch((error: Error) => toast(error.message))}
            >
              Remove
            </Button>
          </span>
        </div>
      ))}
    </section>
  );
}

/** Facts of a version, and as many of its metrics as fit; the rest can be chosen. */
function columnsOf(
  model: ModelData,
  versions: readonly Version[],
  serving: readonly Serving[],
  actions: (version: Version) => React.ReactNode,
): DataColumn<Version>[] {
  const served = (version: Version) => serving.filter((one) => one.version === version.number);
  // What was measured on rows that were not learned from says more than the rest.
  const keys = [...new Set(versions.flatMap((version) => version.metrics.map((metric) => metric.key)))].sort(
    (a, b) => Number(b.startsWith('test')) - Number(a.startsWith('test')),
  );
  const metric = (version: Version, key: string): number | string | undefined =>
    version.metrics.find((one) => one.key === key)?.value as number | string | undefined;
  return [
    {
      id: 'number',
      title: 'Version',
      width: 112,
      cell: (version) => (
        <Link to={versionPath(version.projectSlug, version.modelName, version.number) as '/'}>Version {version.number}</Link>
      ),
      value: (version) => version.number,
    },
    {
      id: 'aliases',
      title: 'Where it is',
      width: 180,
      grow: true,
      cell: (version) => (
        <span className="chips tight">
          {served(version).map((one) => (
            <span key={`${one.deployment} ${one.channel}`} className={one.protected ? 'chip protected' : 'chip'}>
              {one.channel}
            </span>
          ))}
          <AliasChips aliases={aliasesOf(model, version.number)} />
        </span>
      ),
      value: (version) => [...served(version).map((one) => one.channel), ...version.aliases].join(' '),
    },
    {
      id: 'approval',
      title: 'Approval',
      width: 132,
      cell: (version) =>
        version.approval ? (
          <Link to={`/approvals/${version.approval.id}` as '/'}>
            <StatusMark state={version.approval.state} />
          </Link>
        ) : (
          <span className="faint">not asked</span>
        ),
      value: (version) => version.approval?.state,
    },
    ...keys.map((key, index) => ({
      id: `metric ${key}`,
      title: key,
      numeric: true,
      optional: index >= mostMetrics,
      cell: (version: Version) => number(metric(version, key)),
      value: (version: Version) => metric(version, key),
    })),
    {
      id: 'source',
      title: 'From run',
      width: 160,
      cell: (version) =>
        version.source.runId ? (
          <Link to={`/runs/${version.source.runId}` as '/'} className="clip">
            {version.source.runName ?? version.source.runId}
          </Link>
        ) : (
          <span className="faint">no run</span>
        ),
      value: (version) => version.source.runName,
    },
    {
      id: 'digest',
      title: 'Digest',
      width: 148,
      optional: true,
      cell: (version) => <Short value={version.digest} what="digest" />,
      value: (version) => version.digest,
    },
    { id: 'by', title: 'By', width: 120, cell: (version) => version.createdBy.name, value: (version) => version.createdBy.name },
    {
      id: 'made',
      title: 'Made',
      width: 104,
      cell: (version) => <Time at={version.createdAt} />,
      value: (version) => version.createdAt,
    },
    { id: 'actions', title: 'Actions', width: 72, cell: actions, value: () => null },
  ];
}
