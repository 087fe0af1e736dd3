import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall, useCallIf, useMoving } from '../api.ts';
import { workReason } from '../names.ts';
import { duration, number, secondsBetween } from '../ui/format.ts';
import {
  Button,
  Empty,
  Field,
  FormDialog,
  faultOf,
  Loaded,
  PageHead,
  Short,
  Skeleton,
  StatusMark,
  Time,
  toast,
} from '../ui/kit.tsx';
import { AccessLink } from './access/access-link.tsx';
import { Reproductions } from './provenance/reproductions.tsx';
import { Artifacts } from './runs/artifacts.tsx';
import { hasCourse } from './runs/headline.ts';
import { Neighbours } from './runs/neighbours.tsx';
import { OriginPath } from './runs/origin-path.tsx';
import { RunCharts } from './runs/run-charts.tsx';
import type { Run as RunData } from './runs/run-columns.tsx';
import { KeyNumbers, PairList } from './runs/run-lists.tsx';
import { RunModels } from './runs/run-models.tsx';
import { RunNotes } from './runs/run-notes.tsx';

/** One run: what came out of it, how it went, what it was made from and what it left. While it runs the page follows it. */
export function Run() {
  const { run: id } = useParams({ strict: false }) as { run: string };
  const run = useMoving('getRun', { run: id }, (data) => data.status === 'running');
  return (
    <Loaded query={run} rows={8} page>
      {(data) => <RunPage run={data} />}
    </Loaded>
  );
}

function RunPage({ run }: { run: RunData }) {
  const navigate = useNavigate();
  const project = useCall('getProject', { project: run.projectId });
  const experiments = useCall('listExperiments', { project: run.projectId, limit: 1000 });
  const experiment = experiments.data?.items.find((one) => one.id === run.experimentId);
  const goals = useCall('listGoals', { project: run.projectId });
  const home = `/projects/${project.data?.slug ?? run.projectId}/experiments`;
  const cannotWrite = project.data ? workReason(project.data.myRole) : null;
  // A job runs as a user of the machine; who asked for it is who a reader looks for.
  const job = useCallIf(run.provenance.jobId !== null, 'getJob', { job: run.provenance.jobId ?? '' });
  const [renaming, setRenaming] = useState(false);
  const source = run.tags.find((tag) => tag.key === 'mlflow.source.name')?.value;

  const remove = async (): Promise<void> => {
    await call('deleteRun', { run: run.id });
    await navigate({ to: home as '/' });
    void queries.invalidateQueries();
    toast(`Moved ${run.name} to the trash.`, () => {
      void call('restoreRun', { run: run.id }).then(() => queries.invalidateQueries());
    });
  };
  // Asked for together and shown together, so that nothing is pushed down by what comes later; what fails keeps nobody waiting.
  if (project.isPending || experiments.isPending || goals.isPending || (run.provenance.jobId !== null && job.isPending))
    return <Skeleton rows={8} />;
  return (
    <>
      <PageHead
        title={run.name}
        about={
          <span className="facts-line">
            <StatusMark state={run.status} />
            <span>
              <Time at={run.startedAt} />, {tookOf(run)}
            </span>
            <span>by {job.data?.createdByName ?? run.userId}</span>
            {experiment && (
              <span>
                in{' '}
                <Link to={home as '/'} search={{ experiment: experiment.id } as never}>
                  {experiment.name}
                </Link>
              </span>
            )}
            {source && (
              <span className="clip" title={source}>
                from <span className="mono">{source.split('/').at(-1)}</span>
              </span>
            )}
            <AccessLink kind="run" id={run.id} projectId={run.projectId} />
            <Short value={run.id} what="id of the run" length={12} />
          </span>
        }
        code={{ path: `/runs/${run.id}`, cli: `npx plinth run show ${run.id}` }}
      >
        <Neighbours run={run} project={project.data?.slug} />
        <Button icon="settings" reason={cannotWrite} onClick={() => setRenaming(true)}>
          Rename
        </Button>
        <Button icon="trash" reason={cannotWrite} onClick={() => remove().catch((error: Error) => toast(error.message))}>
          Delete
        </Button>
      </PageHead>
      {run.status === 'failed' && run.provenance.jobId && (
        <p className="notice bad" role="status">
          <StatusMark state="failed" />
          <span>
            Its job wrote a log: <Link to={`/jobs/${run.provenance.jobId}` as '/'}>see where it broke</Link>.
          </span>
        </p>
      )}
      <OriginPath run={run} />
      <KeyNumbers run={run} />
      {run.metrics.length === 0 && (
        <Empty
          icon="chart"
          title={
            run.status === 'running' ? 'No metric yet; it appears here as soon as it is logged.' : 'This run logged no metric.'
          }
          code={'mlflow.log_metric("loss", loss, step=step)'}
        />
      )}
      <RunCharts run={run} />
      <div className="halves">
        <PairList title="Parameters" pairs={run.params} nothing="It logged no parameter." />
        <PairList
          title="Metrics"
          pairs={run.metrics.map((metric) => ({
            key: metric.key,
            value: number(metric.value),
            ...(hasCourse(metric) ? { hint: `step ${metric.step.toLocaleString('en')}` } : {}),
          }))}
          nothing="It logged no metric."
        />
      </div>
      <div className="halves">
        <RunNotes run={run} cannotWrite={cannotWrite} />
        <RunModels run={run} project={project.data?.slug} cannotWrite={cannotWrite} />
      </div>
      {run.provenance.jobId && (
        <Reproductions
          subject={`job:${run.provenance.jobId}`}
          start={() => call('reproduceJob', { job: run.provenance.jobId! })}
          reason={cannotWrite ?? (run.endedAt ? null : 'It is not over yet')}
          code={`npx plinth reproduce ${run.provenance.jobId}`}
        />
      )}
      <Artifacts run={run.id} />
      <FormDialog
        title="Rename the run"
        action="Rename"
        open={renaming}
        close={() => setRenaming(false)}
        submit={async (form) => {
          await call('changeRun', { run: run.id, body: { name: String(form.get('name')).trim() } });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <Field label="Name" error={faultOf(error, 'name')}>
            <input name="name" required maxLength={250} defaultValue={run.name} />
          </Field>
        )}
      </FormDialog>
    </>
  );
}

/** What the client said of start and end is kept as it was sent, also when it cannot be. */
function tookOf({ startedAt, endedAt }: { startedAt: string; endedAt: string | null }): string {
  if (endedAt && secondsBetween(startedAt, endedAt) === null) return 'with an end before its start';
  return `${endedAt ? 'took' : 'for'} ${duration(startedAt, endedAt)}`;
}
