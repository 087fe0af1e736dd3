import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../../api.ts';
import { number } from '../../ui/format.ts';
import { Button, Field, FormDialog, Loaded, Panel, StatusMark, Time, toast } from '../../ui/kit.tsx';
import { partsOf, sayVersion, versionPath } from '../models/addresses.ts';
import { useWorkReason } from '../project-link.tsx';

type RetrainingData = Output<'listRetrainings'>['items'][number];

/** Making the version again on newer rows, what becomes of it, and how both models compare. */
export function Retraining({ alert }: { alert: Pick<Output<'getAlert'>, 'id' | 'projectId'> }) {
  const [open, setOpen] = useState(false);
  const cannot = useWorkReason(alert.projectId);
  const list = useCall('listRetrainings', { alert: alert.id });
  return (
    <Panel
      title="Retraining"
      aside={
        <Button icon="retry" reason={cannot} onClick={() => setOpen(true)}>
          Retrain
        </Button>
      }
    >
      <Loaded query={list} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">
              The same code makes a new version on the reference plus the rows since the change began that have ground truth. It
              goes nowhere by itself.
            </p>
          ) : (
            items.map((one) => <One key={one.id} retraining={one} project={alert.projectId} />)
          )
        }
      </Loaded>
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
        {() => (
          <Field label="Column of the truth" hint="Left empty it is found by itself, as a rule.">
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
    <div className="stack">
      <div className="row tight">
        <StatusMark state={one.state} />
        <span className="soft">
          by {one.createdByName}, <Time at={one.createdAt} />; {number(one.referenceRows)} rows of the reference and{' '}
          {number(one.recentRows)} recent ones
        </span>
        {one.jobId && <Link to={`/jobs/${one.jobId}` as '/'}>the job</Link>}
        {made && <Link to={versionPath(project, made.name, made.number) as '/'}>{sayVersion(one.newVersionName!)}</Link>}
      </div>
      {one.stateReason && <p>{one.stateReason}</p>}
      {one.comparison && <Comparison comparison={one.comparison} />}
    </div>
  );
}

function Comparison({ comparison }: { comparison: NonNullable<RetrainingData['comparison']> }) {
  const windows = [
    ['On the reference', comparison.reference],
    ['On the recent rows', comparison.recent],
  ] as const;
  return (
    <>
      <p>
        The candidate is <strong>{comparison.outcome}</strong>. It has learned from both windows: this shows what it gave up, not
        how it will do.
      </p>
      <section className="scroll" aria-label="Comparison" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Window</th>
              <th scope="col">Metric</th>
              <th scope="col">Current</th>
              <th scope="col">Candidate</th>
            </tr>
          </thead>
          <tbody>
            {windows.flatMap(([label, window]) =>
              Object.keys(window.current).map((metric) => (
                <tr key={label + metric}>
                  <td>
                    {label} ({number(window.rowCount)} rows)
                  </td>
                  <td>{metric}</td>
                  <td className="number">{number(window.current[metric])}</td>
                  <td className="number">{number(window.candidate[metric])}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </section>
    </>
  );
}
