import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { delta, number, roundTo } from '../../ui/format.ts';
import { Button, Field, FormDialog, faultOf, Panel, StatusMark, Table, Time, toast } from '../../ui/kit.tsx';
import { Paged } from '../../ui/paged.tsx';
import { usePages } from '../../ui/pages.ts';
import { partsOf, sayVersion, versionPath } from '../models/addresses.ts';
import { useWorkReason } from '../project-link.tsx';

type RetrainingData = Output<'listRetrainings'>['items'][number];

/** Making the version again on newer rows, what becomes of it, and how both models compare. */
export function Retraining({ alert }: { alert: Pick<Output<'getAlert'>, 'id' | 'projectSlug'> }) {
  const [open, setOpen] = useState(false);
  const cannot = useWorkReason(alert.projectSlug);
  const pages = usePages('listRetrainings', { alert: alert.id }, { size: 20 });
  return (
    <Panel
      title="Retraining"
      aside={
        <Button icon="retry" reason={cannot} onClick={() => setOpen(true)}>
          Retrain
        </Button>
      }
    >
      <Paged
        pages={pages}
        rows={2}
        empty={
          <p className="soft">
            The same code makes a new version on the reference plus the rows since the change began that have ground truth. It
            goes nowhere by itself.
          </p>
        }
      >
        {(items) => items.map((one) => <One key={one.id} retraining={one} project={alert.projectSlug} />)}
      </Paged>
      <FormDialog
        title="Retrain the version"
        action="Retrain"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const target = String(form.get('target') ?? '').trim();
          await call('retrainForAlert', { alert: alert.id, body: target ? { target } : {} });
          toast('Retraining is under way.');
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <Field label="Column of the truth" error={faultOf(error, 'target')} hint="Left empty it is found by itself, as a rule.">
            <input name="target" maxLength={200} />
          </Field>
        )}
      </FormDialog>
    </Panel>
  );
}

function One({ retraining: one, project }: { retraining: RetrainingData; project: string }) {
  const made = one.newVersionName ? partsOf(one.newVersionName) : null;
  return (
    <section className="stack" aria-label="A retraining">
      <div className="row tight">
        <StatusMark state={one.state} />
        {made && (
          <Link className="lead" to={versionPath(project, made.name, made.number) as '/'}>
            {sayVersion(one.newVersionName!)}
          </Link>
        )}
        <span className="soft">
          by {one.createdByName}, <Time at={one.createdAt} />; {number(one.referenceRows)} rows of the reference and{' '}
          {number(one.recentRows)} recent ones
        </span>
        {one.jobId && <Link to={`/jobs/${one.jobId}` as '/'}>the job</Link>}
      </div>
      {one.stateReason && <p>{one.stateReason}</p>}
      {one.comparison && <Comparison comparison={one.comparison} />}
      {made && (
        <p className="soft">
          It goes nowhere by itself: ask for its approval and deploy it{' '}
          <Link to={versionPath(project, made.name, made.number) as '/'}>on its card</Link>.
        </p>
      )}
    </section>
  );
}

function Comparison({ comparison }: { comparison: NonNullable<RetrainingData['comparison']> }) {
  const windows = [
    ['rows of the reference', comparison.reference],
    ['recent rows', comparison.recent],
  ] as const;
  const rows = windows.flatMap(([label, window]) =>
    Object.keys(window.current).map((metric) => ({
      id: label + metric,
      metric,
      window: `${number(window.rowCount)} ${label}`,
      current: window.current[metric]!,
      candidate: window.candidate[metric],
    })),
  );
  return (
    <>
      <p>
        The candidate is <strong>{comparison.outcome}</strong>. It has learned from both windows: this shows what it gave up, not
        how it will do.
      </p>
      <Table
        label="Comparison"
        rows={rows}
        columns={[
          {
            title: 'Metric',
            cell: (row) => (
              <>
                {row.metric} <span className="faint block">{row.window}</span>
              </>
            ),
          },
          { title: 'Current', numeric: true, cell: (row) => number(roundTo(row.current, 4)) },
          {
            title: 'Candidate',
            numeric: true,
            cell: (row) => (row.candidate === undefined ? '–' : number(roundTo(row.candidate, 4))),
          },
          {
            title: 'Change',
            numeric: true,
            cell: (row) => (row.candidate === undefined ? '–' : delta(row.candidate - row.current)),
          },
        ]}
      />
    </>
  );
}
