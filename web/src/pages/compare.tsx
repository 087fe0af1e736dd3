import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCall } from '../api.ts';
import { listOf, listText, useAddress } from '../ui/address.ts';
import { Legend } from '../ui/charts/line-chart.tsx';
import { Empty, Loaded, PageHead } from '../ui/kit.tsx';
import { CompareCharts } from './runs/compare-charts.tsx';
import { CompareTable } from './runs/compare-table.tsx';
import { ParallelPlot } from './runs/parallel-plot.tsx';
import type { Run } from './runs/run-columns.tsx';

/** As many as one can tell apart on one page. */
const mostRuns = 150;

/** Some runs side by side. Which ones, what is shown of them and how stands in the address. */
export function Compare() {
  const { project } = useParams({ strict: false }) as { project: string };
  const [address, change] = useAddress();
  const wanted = useMemo(() => listOf(address.runs).slice(0, mostRuns), [address.runs]);
  const data = useCall('getProject', { project });
  const filter = `attributes.run_id IN (${wanted.map((id) => `'${id.replaceAll(/[^\w-]/g, '')}'`).join(', ')})`;
  const path = `/projects/${project}/runs?${new URLSearchParams({ filter, limit: String(mostRuns) })}`;
  return (
    <>
      <PageHead
        title={`${wanted.length} runs compared`}
        about={
          <Link to={`/projects/${project}/experiments` as '/'} search={{ selected: listText(wanted) } as never}>
            Back to the runs of {data.data?.name ?? project}
          </Link>
        }
        code={{ path, cli: `npx plinth run compare ${wanted.join(' ')}` }}
      />
      {wanted.length === 0 ? (
        <Empty icon="compare" title="No run is chosen. Choose some in the table of runs, then press Compare.">
          <Link className="button" to={`/projects/${project}/experiments` as '/'}>
            To the runs
          </Link>
        </Empty>
      ) : (
        <Compared
          project={project}
          wanted={wanted}
          filter={filter}
          remove={(id) => change({ runs: listText(wanted.filter((one) => one !== id)) })}
        />
      )}
    </>
  );
}

export interface ComparedRun extends Run {
  /** Its place among the chosen gives its colour, here and in the table. */
  colour: number;
}

function Compared({
  project,
  wanted,
  filter,
  remove,
}: {
  project: string;
  wanted: string[];
  filter: string;
  remove: (id: string) => void;
}) {
  const runs = useCall('listRuns', { project, filter, limit: mostRuns });
  const chosen = useMemo(() => {
    const byId = new Map(runs.data?.items.map((run) => [run.id, run]));
    return wanted.flatMap((id, colour): ComparedRun[] => {
      const run = byId.get(id);
      return run ? [{ ...run, colour }] : [];
    });
  }, [runs.data, wanted]);
  return (
    <Loaded query={runs} rows={8} page>
      {() => (
        <div className="full-width stack" style={{ gap: 24 }}>
          <Legend series={chosen} />
          <CompareCharts project={project} runs={chosen} />
          <ParallelPlot runs={chosen} />
          <CompareTable runs={chosen} remove={remove} />
          {chosen.length < wanted.length && (
            <p className="soft">
              {wanted.length - chosen.length} of the chosen runs are not there any more, or not in this project.
            </p>
          )}
        </div>
      )}
    </Loaded>
  );
}
