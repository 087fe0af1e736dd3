import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useAddress } from '../../ui/address.ts';
import { swatch } from '../../ui/charts/palette.ts';
import { saveFile, toCsv } from '../../ui/csv.ts';
import { Button, IconButton } from '../../ui/kit.tsx';
import type { ComparedRun } from '../compare.tsx';
import { type CompareRow, compareRows } from './compare-rows.ts';

/** What the runs have in common and where they differ; either way round. */
export function CompareTable({ runs, remove }: { runs: readonly ComparedRun[]; remove: (id: string) => void }) {
  const [address, change] = useAddress();
  const onlyDifferences = address.all !== '1';
  const transposed = address.turned === '1';
  const rows = useMemo(() => compareRows(runs), [runs]);
  const shown = onlyDifferences ? rows.filter((row) => row.differs) : rows;
  const save = (): void =>
    saveFile(
      'comparison.csv',
      toCsv([['', 'name', ...runs.map((run) => run.name)], ...shown.map((row) => [row.kind, row.name, ...row.values])]),
    );
  return (
    <section className="stack" style={{ gap: 12 }} aria-label="Values">
      <div className="section-head">
        <h2>Values</h2>
        <div className="chart-bar">
          <label className="check">
            <input
              type="checkbox"
              checked={onlyDifferences}
              onChange={(event) => change({ all: event.target.checked ? null : '1' })}
            />{' '}
            Differences only
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={transposed}
              onChange={(event) => change({ turned: event.target.checked ? '1' : null })}
            />{' '}
            Runs as rows
          </label>
          <Button icon="download" onClick={save}>
            CSV
          </Button>
        </div>
      </div>
      {shown.length === 0 ? (
        <p className="soft">These runs differ in nothing that was logged.</p>
      ) : (
        <div className="table-wrap compare" tabIndex={0} role="region" aria-label="Comparison">
          {transposed ? (
            <RunsAsRows runs={runs} rows={shown} remove={remove} />
          ) : (
            <RunsAsColumns runs={runs} rows={shown} remove={remove} />
          )}
        </div>
      )}
      {onlyDifferences && rows.length > shown.length && (
        <p className="caption">{rows.length - shown.length} more are the same in all of them.</p>
      )}
    </section>
  );
}

interface Parts {
  runs: readonly ComparedRun[];
  rows: readonly CompareRow[];
  remove: (id: string) => void;
}

function RunHead({ run, remove, canRemove }: { run: ComparedRun; remove: (id: string) => void; canRemove: boolean }) {
  return (
    <span className="run-name">
      <i style={{ background: swatch(run.colour) }} aria-hidden="true" />
      <Link to={`/runs/${run.id}` as '/'} className="clip">
        {run.name}
      </Link>
      {canRemove && <IconButton icon="close" label={`Leave ${run.name} out`} onClick={() => remove(run.id)} />}
    </span>
  );
}

function Value({ row, place }: { row: CompareRow; place: number }) {
  const value = row.values[place];
  if (value === null) return <span className="faint">–</span>;
  const mark = row.greatest === place ? 'greatest' : row.least === place ? 'least' : null;
  return (
    <span title={value}>
      {mark && (
        <span className="extreme" title={`${mark} of these`}>
          {mark === 'greatest' ? '▴' : '▾'}
          <span className="unseen"> {mark} </span>
        </span>
      )}
      {value}
    </span>
  );
}

function RunsAsColumns({ runs, rows, remove }: Parts) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" className="first">
            Name
          </th>
          {runs.map((run) => (
            <th key={run.id} scope="col">
              <RunHead run={run} remove={remove} canRemove={runs.length > 2} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.id} className={index > 0 && rows[index - 1]!.kind !== row.kind ? 'next-kind' : undefined}>
            <th scope="row" className="first">
              <span className="clip" title={row.name}>
                {row.name}
              </span>
              <span className="caption">{row.kind.toLowerCase()}</span>
            </th>
            {runs.map((run, place) => (
              <td key={run.id} className={row.kind === 'Metric' ? 'tabular' : 'mono'}>
                <Value row={row} place={place} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RunsAsRows({ runs, rows, remove }: Parts) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" className="first">
            Run
          </th>
          {rows.map((row) => (
            <th key={row.id} scope="col" title={`${row.kind}: ${row.name}`}>
              {row.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {runs.map((run, place) => (
          <tr key={run.id}>
            <th scope="row" className="first">
              <RunHead run={run} remove={remove} canRemove={runs.length > 2} />
            </th>
            {rows.map((row) => (
              <td key={row.id} className={row.kind === 'Metric' ? 'tabular' : 'mono'}>
                <Value row={row} place={place} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
