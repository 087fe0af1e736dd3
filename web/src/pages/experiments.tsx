import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../api.ts';
import { number } from '../ui/format.ts';
import { Empty, Loaded, Problem, StatusMark, Table, Time } from '../ui/kit.tsx';
import { ProjectFrame } from './project.tsx';

/** Runs of a project. Filter, order and columns stand in the address, so that a link shows the same to everybody. */
export function Experiments() {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const navigate = useNavigate();
  const given = new URLSearchParams(window.location.search);
  const [filter, setFilter] = useState(given.get('filter') ?? '');
  const [asked, setAsked] = useState(filter);
  const [sort, setSort] = useState(given.get('sort') ?? '');
  const [experiment, setExperiment] = useState(given.get('experiment') ?? '');
  const [chosen, setChosen] = useState<string[] | null>(given.get('columns')?.split(',') ?? null);
  const [word, setWord] = useState('');
  const experiments = useCall('listExperiments', { project: slug, limit: 1000 });
  const keys = useCall('listMetricKeys', { project: slug, limit: 30, ...(word ? { search: word } : {}) });
  const runs = useCall('listRuns', {
    project: slug,
    limit: 200,
    ...(asked ? { filter: asked } : {}),
    ...(sort ? { sort } : {}),
    ...(experiment ? { experiment } : {}),
  });
  const columns = chosen ?? (keys.data?.items ?? []).slice(0, 4);

  const note = (change: Record<string, string>): void => {
    const next = new URLSearchParams(window.location.search);
    for (const [key, value] of Object.entries(change)) value ? next.set(key, value) : next.delete(key);
    window.history.replaceState(null, '', `?${next}`);
  };
  return (
    <ProjectFrame
      code={{
        path: `/projects/${slug}/runs?filter=${encodeURIComponent(asked)}&sort=${encodeURIComponent(sort)}`,
        cli: `npx plinth run list -p ${slug}${asked ? ` --filter "${asked}"` : ''}`,
      }}
    >
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(filter);
          note({ filter });
        }}
      >
        <select
          aria-label="Experiment"
          style={{ width: 200 }}
          value={experiment}
          onChange={(event) => {
            setExperiment(event.target.value);
            note({ experiment: event.target.value });
          }}
        >
          <option value="">All experiments</option>
          {(experiments.data?.items ?? []).map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({one.runCount})
            </option>
          ))}
        </select>
        <input
          aria-label="Filter"
          className="mono"
          style={{ flex: 1, minWidth: 200 }}
          placeholder="metrics.test_roc_auc > 0.9 and params.max_iter = '150'"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <select
          aria-label="Order"
          style={{ width: 220 }}
          value={sort}
          onChange={(event) => {
            setSort(event.target.value);
            note({ sort: event.target.value });
          }}
        >
          <option value="">Newest first</option>
          {columns.flatMap((key) => [
            <option key={`${key} desc`} value={`metrics.\`${key}\` desc`}>
              {key}, highest first
            </option>,
            <option key={`${key} asc`} value={`metrics.\`${key}\` asc`}>
              {key}, lowest first
            </option>,
          ])}
        </select>
        <button type="submit">Filter</button>
      </form>
      <details>
        <summary className="soft">Columns: {columns.join(', ') || 'none yet'}</summary>
        <div className="row" style={{ marginTop: 8 }}>
          <input
            aria-label="Find a metric"
            placeholder="Find a metric"
            style={{ width: 200 }}
            value={word}
            onChange={(event) => setWord(event.target.value)}
          />
          {(keys.data?.items ?? []).map((key) => (
            <label key={key} className="chip row" style={{ gap: 4 }}>
              <input
                type="checkbox"
                style={{ width: 14, minHeight: 14 }}
                checked={columns.includes(key)}
                onChange={(event) => {
                  const next = event.target.checked ? [...columns, key] : columns.filter((one) => one !== key);
                  setChosen(next);
                  note({ columns: next.join(',') });
                }}
              />
              {key}
            </label>
          ))}
        </div>
      </details>
      {runs.error && runs.data && <Problem error={runs.error} />}
      <Loaded query={runs}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              title={asked ? 'No run fits the filter.' : 'No run yet. Log one from anywhere with the MLflow client:'}
              code={`export MLFLOW_TRACKING_URI=${window.location.origin}/mlflow/${slug}\nexport MLFLOW_TRACKING_TOKEN=pln_…\npython -c "import mlflow; mlflow.log_metric('auc', 0.9)"`}
            />
          ) : (
            <Table
              label="Runs"
              rows={data.items}
              open={(run) => void navigate({ to: `/runs/${run.id}` as '/' })}
              columns={[
                { title: 'Status', cell: (run) => <StatusMark state={run.status} /> },
                { title: 'Name', cell: (run) => <strong>{run.name}</strong> },
                {
                  title: 'From',
                  cell: (run) => (run.provenance.origin === 'outside' ? <StatusMark state="outside" /> : run.provenance.origin),
                },
                ...columns.map((key) => ({
                  title: key,
                  numeric: true,
                  cell: (run: (typeof data.items)[number]) => number(run.metrics.find((metric) => metric.key === key)?.value),
                })),
                { title: 'By', cell: (run) => run.userId },
                { title: 'Started', cell: (run) => <Time at={run.startedAt} /> },
              ]}
            />
          )
        }
      </Loaded>
    </ProjectFrame>
  );
}
