import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { siteAddress } from '../base.ts';
import { listOf, listText, useAddress } from '../ui/address.ts';
import { count, figure, number } from '../ui/format.ts';
import { Button, Empty, Field, FormDialog, faultOf, Problem, Skeleton, toast } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { type DataColumn, readLayout } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { useWorkReason } from './project-link.tsx';
import { useCourses } from './runs/courses.ts';
import { FilterBox } from './runs/filter-box.tsx';
import {
  findKeys,
  measureColumns,
  metricOf,
  paramOf,
  type Run,
  serverKeys,
  serverSort,
  splitColumn,
  useRunColumns,
  useUsualKeys,
} from './runs/run-columns.tsx';
import { RunPeek } from './runs/run-peek.tsx';

/** Runs of a project. Filter, order, columns, groups, choice and baseline stand in the address, so that a link shows the same to everybody. */
export function Experiments() {
  const { project } = useParams({ strict: false }) as { project: string };
  const [address] = useAddress();
  const usual = useUsualKeys(project);
  const filter = address.filter ?? '';
  return (
    <ProjectFrame
      code={{
        path: `/projects/${project}/runs?${new URLSearchParams({ ...(filter ? { filter } : {}), limit: '100' })}`,
        cli: `npx plinth run list -p ${project}${filter ? ` --filter "${filter}"` : ''}`,
      }}
    >
      {usual ? <RunTable project={project} usual={usual} /> : <Skeleton rows={8} height={20} />}
    </ProjectFrame>
  );
}

const before = ['name', 'status'];
const after = ['from', 'by', 'started'];
const pinned = ['name'];
const groupings = ['experiment', 'status', 'by'];
const isMoving = (run: Run): boolean => run.status === 'running';

function RunTable({ project, usual }: { project: string; usual: string[] }) {
  const [address, change] = useAddress();
  const navigate = useNavigate();
  const experiments = useCall('listExperiments', { project, limit: 1000 });
  const params = useCall('listParamKeys', { project, limit: 100 });
  const usualShown = useMemo(() => [...before, ...usual, ...after], [usual]);
  const layout = readLayout(address, { shown: usualShown, pinned });
  const group = groupings.includes(address.group ?? '') || splitColumn(address.group ?? '')[0] === 'params' ? address.group! : '';
  const keys = useMemo(
    () => [...new Set([...usual, ...listOf(address.columns)].filter((id) => splitColumn(id)[0] !== 'attribute'))],
    [usual, address.columns],
  );
  const wanted = serverKeys([...new Set([...layout.shown, ...(splitColumn(group)[0] === 'params' ? [group] : [])])]);
  const sort = serverSort(layout.sort);
  const pages = usePages(
    'listRuns',
    {
      project,
      keys: wanted,
      ...(address.filter ? { filter: address.filter } : {}),
      ...(address.experiment ? { experiment: address.experiment } : {}),
      ...(sort ? { sort } : {}),
    },
    { isMoving },
  );
  const cannotWrite = useWorkReason(project);
  const [tagging, setTagging] = useState<readonly Run[]>([]);
  const baselineId = address.baseline ?? null;
  const baseline = pages.data?.find((run) => run.id === baselineId);
  const names = useMemo(() => new Map(experiments.data?.items.map((one) => [one.id, one.name])), [experiments.data]);
  const courseKeys = useMemo(
    () => layout.shown.filter((id) => id.startsWith('course.')).map((id) => splitColumn(id)[1]),
    [address.columns, usualShown],
  );
  const ids = useMemo(() => pages.data?.map((run) => run.id) ?? [], [pages.data?.map((run) => run.id).join()]);
  const { courses } = useCourses(project, courseKeys, ids, 30, pages.data?.some(isMoving));
  const colourOf = useCallback(
    (run: string) => {
      const place = listOf(address.selected).indexOf(run);
      return place < 0 ? null : place;
    },
    [address.selected],
  );
  const goals = useCall('listGoals', { project, limit: 1000 });
  const goalOf = useMemo(
    () => new Map((goals.data?.items ?? []).flatMap((goal) => (goal.metric === null ? [] : [[goal.metric, goal]]))),
    [goals.data],
  );
  // Measured once for what is asked, so that columns do not move while rows come.
  const widths = useMemo(() => measureColumns(keys, pages.data ?? []), [keys, pages.data === undefined]);
  const all = useRunColumns({ keys, baseline, experiments: names, courses, colourOf, widths, goals: goalOf });
  // What is usually shown stands in its own order; the rest waits in the picker.
  const columns = useMemo(
    () =>
      [
        ...usualShown.map((id) => all.find((column) => column.id === id)).filter((column) => column !== undefined),
        ...all.filter((column) => !usualShown.includes(column.id)),
      ].map((column) => ({ ...column, optional: !usualShown.includes(column.id) })),
    [all, usualShown],
  );
  const groupOf = useCallback(
    (run: Run): string => {
      const [kind, key] = splitColumn(group);
      if (kind === 'params') return `${key} = ${paramOf(run, key) ?? 'not given'}`;
      return group === 'experiment' ? (names.get(run.experimentId) ?? 'Unknown') : group === 'status' ? run.status : run.userId;
    },
    [group, names],
  );
  return (
    <div className="full-width">
      <DataTable
        label="Runs"
        place={`runs:${project}`}
        pages={pages}
        columns={columns}
        pinned={pinned}
        find={(word) => findKeys(project, word)}
        href={(run) => `/runs/${run.id}`}
        nameOf={(run) => run.name}
        peek={(run) => <RunPeek run={run.id} project={project} />}
        groupOf={group ? groupOf : undefined}
        groupSummary={summarise}
        baseline={baselineId}
        toolbar={
          <>
            <select
              aria-label="Experiment"
              style={{ width: 168 }}
              value={address.experiment ?? ''}
              onChange={(event) => change({ experiment: event.target.value })}
            >
              <option value="">All experiments</option>
              {(experiments.data?.items ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name} ({one.runCount})
                </option>
              ))}
            </select>
            <FilterBox project={project} filter={address.filter ?? ''} onFilter={(filter) => change({ filter })} />
            <select
              aria-label="Group by"
              style={{ width: 128 }}
              value={group}
              onChange={(event) => change({ group: event.target.value })}
            >
              <option value="">Not grouped</option>
              <option value="experiment">By experiment</option>
              <option value="status">By status</option>
              <option value="by">By user</option>
              {(params.data?.items ?? []).map((key) => (
                <option key={key} value={`params.${key}`}>
                  By {key}
                </option>
              ))}
            </select>
            {baselineId && <Button onClick={() => change({ baseline: null })}>Unpin baseline</Button>}
          </>
        }
        bulk={(runs, clear) => (
          <>
            <Button
              tone="primary"
              icon="compare"
              reason={runs.length < 2 ? 'Choose two runs or more' : null}
              onClick={() =>
                void navigate({
                  to: `/projects/${project}/experiments/compare` as '/',
                  search: { runs: listText(runs.map((run) => run.id)) } as never,
                })
              }
            >
              Compare
            </Button>
            <Button
              icon="pin"
              reason={runs.length === 1 ? null : 'Choose one run to measure others against'}
              onClick={() => {
                change({ baseline: runs[0]!.id, selected: null });
                clear();
              }}
            >
              Pin as baseline
            </Button>
            <Button icon="add" reason={cannotWrite} onClick={() => setTagging(runs)}>
              Tag
            </Button>
            <Button icon="trash" reason={cannotWrite} onClick={() => void remove(runs).then(clear)}>
              Delete
            </Button>
          </>
        )}
        empty={
          address.filter || address.experiment ? (
            <Empty icon="filter" title="No run fits.">
              <Button onClick={() => change({ filter: null, experiment: null })}>Show all runs</Button>
            </Empty>
          ) : (
            <Empty icon="chart" title="No run yet. Log one from anywhere with the MLflow client." snippets={firstRun(project)} />
          )
        }
      />
      <TagRuns runs={tagging} close={() => setTagging([])} />
      {experiments.error && <Problem error={experiments.error} retry={() => void experiments.refetch()} />}
    </div>
  );
}

/** Moves runs to the trash, and offers them back. */
async function remove(runs: readonly Run[]): Promise<void> {
  await Promise.all(runs.map((run) => call('deleteRun', { run: run.id })));
  await queries.invalidateQueries();
  toast(`Moved ${count(runs.length, 'run')} to the trash.`, () => {
    void Promise.all(runs.map((run) => call('restoreRun', { run: run.id }))).then(() => queries.invalidateQueries());
  });
}

/** The same tag on all that were chosen; one of that name is replaced. */
function TagRuns({ runs, close }: { runs: readonly Run[]; close: () => void }) {
  return (
    <FormDialog
      title={`Tag ${count(runs.length, 'run')}`}
      action="Tag"
      open={runs.length > 0}
      close={close}
      submit={async (form) => {
        const tag = { key: String(form.get('key')).trim(), value: String(form.get('value')) };
        await Promise.all(runs.map((run) => call('changeRun', { run: run.id, body: { tags: [tag] } })));
        toast(`Tagged ${count(runs.length, 'run')}.`);
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'tags')} hint="Find them again by tags.team = 'risk'.">
            <input name="key" required maxLength={250} placeholder="team" />
          </Field>
          <Field label="Value">
            <input name="value" maxLength={8000} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}

/** Of a group: the mean of a metric, with its range on hover. */
function summarise(column: DataColumn<Run>, runs: Run[]) {
  const [kind, key] = splitColumn(column.id);
  if (kind !== 'metrics') return null;
  const values = runs.map((run) => metricOf(run, key)).filter((value) => typeof value === 'number');
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const range = `mean of ${values.length}, from ${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  return (
    <span title={range} data-tip={range}>
      {figure(mean)}
    </span>
  );
}

const firstRun = (project: string): Record<string, string> => {
  const address = `${siteAddress()}/mlflow/${project}`;
  return {
    Python: `# pip install mlflow; a token is made under Tokens\nimport os, mlflow\n\nos.environ["MLFLOW_TRACKING_TOKEN"] = "pln_…"\nmlflow.set_tracking_uri("${address}")\nwith mlflow.start_run():\n    mlflow.log_metric("auc", 0.9)`,
    R: `# install.packages("mlflow")\nSys.setenv(MLFLOW_TRACKING_TOKEN = "pln_…")\nmlflow::mlflow_set_tracking_uri("${address}")\nwith(mlflow::mlflow_start_run(), mlflow::mlflow_log_metric("auc", 0.9))`,
    CLI: `# a job's runs are tied to its code, environment and data by themselves\nnpx plinth run -p ${project} -- python train.py`,
  };
};
