import type { Comparison, Measured } from './compare.ts';
import { addRuns, type Corpus, fillMlflow, fillPlinth } from './corpus.ts';
import { type Started, startMlflow, startPlinth } from './peer.ts';
import { callSeconds, get, post } from './wire.ts';

interface WorkRow {
  work: string;
  server: 'plinth' | 'mlflow server';
  p50Milliseconds: number;
  p95Milliseconds: number;
  perSecond: number;
}

type Work = (round: number) => Promise<unknown>;
type Figures = Omit<WorkRow, 'work' | 'server'>;
const single = 'log-metric, 8 clients';

/** What people ask of a full store: the same calls, on the same number of runs and points, one server after the other. */
export async function benchReads({ runs = 100_000, metricsOfRun = 10, points = 1_000_000 } = {}): Promise<Measured> {
  const rows: WorkRow[] = [];
  for (const [server, start, fill] of [
    ['plinth', startPlinth, fillPlinth],
    ['mlflow server', startMlflow, fillMlflow],
  ] as const) {
    const started = await start();
    try {
      const corpus = await fill(started, runs, metricsOfRun, points);
      const rounds = server === 'plinth' ? 40 : 5;
      const works = Object.entries(worksOf(started, corpus)).map(
        ([work, run]) => [work, () => measure(run, work.startsWith('walk') ? 1 : rounds)] as const,
      );
      for (const [work, run] of [...works, [single, () => logMetrics(started, 8, 5)] as const]) {
        const row = { work, server, ...(await run()) };
        rows.push(row);
        console.log(`  ${server}: ${work}: median ${row.p50Milliseconds} ms, p95 ${row.p95Milliseconds} ms`);
      }
    } finally {
      await started.stop();
    }
  }
  const of = (server: WorkRow['server'], work: string) => rows.find((row) => row.server === server && row.work === work)!;
  const comparisons = Object.entries(bars).flatMap(([work, { times, p95 }]): Comparison[] => {
    const [ours, theirs] = [of('plinth', work), of('mlflow server', work)];
    if (work === single)
      return [
        {
          measure: work,
          unit: 'calls a second',
          ours: ours.perSecond,
          theirs: theirs.perSecond,
          better: 'more',
          bar: { times: 12 },
        },
      ];
    const median: Comparison = {
      measure: work,
      unit: 'ms',
      ours: ours.p50Milliseconds,
      theirs: theirs.p50Milliseconds,
      better: 'less',
    };
    return [
      times ? { ...median, bar: { times } } : median,
      ...(p95
        ? [
            {
              measure: `${work}, p95`,
              unit: 'ms',
              ours: ours.p95Milliseconds,
              theirs: null,
              better: 'less',
              bar: { figure: p95 },
            } as const,
          ]
        : []),
    ];
  });
  return {
    title: `A full store beside \`mlflow server\`: ${runs} runs, ${runs * metricsOfRun} newest metrics, a metric of ${points} points`,
    method: `Both filled in bulk through their own tables; medians of up to 40 rounds of ours and 5 of the peer's, half a minute at most for each; no answer within ${callSeconds} s counts as ${callSeconds} s.`,
    comparisons,
    faults: [],
    rows,
  };
}

/** What is to be reached, by work: so many times the peer's median, and 95 of 100 within so many milliseconds. */
const bars: Record<string, { times?: number; p95?: number }> = {
  'search: newest 100': {},
  'search: metric filter, ordered by metric': { times: 30, p95: 100 },
  'search: rare metric filter, ordered by metric': { times: 30, p95: 100 },
  'search: parameter and metric': { p95: 100 },
  'compare 500 runs': { p95: 1_000 },
  'chart: 1,000 of a million points': { p95: 100 },
  'walk a million points by pages of 25,000': {},
  [single]: { times: 12 },
};

/** How our own figures hold as the store grows to a million runs in one experiment. */
export async function benchGrowth({ steps = [10_000, 100_000, 1_000_000], metricsOfRun = 10 } = {}): Promise<Measured> {
  const started = await startPlinth();
  const rows = [];
  try {
    const corpus = await fillPlinth(started, 1, metricsOfRun, 0);
    const works = worksOf(started, corpus);
    for (const [index, runs] of steps.entries()) {
      await addRuns(started, corpus.experimentId, (steps[index - 1] ?? 1) + 1, runs, metricsOfRun);
      const search = await measure(works['search: metric filter, ordered by metric']!, 40);
      const newest = await measure(works['search: newest 100']!, 40);
      await logMetrics(started, 8, 1);
      rows.push({
        runs,
        search: search.p95Milliseconds,
        newest: newest.p95Milliseconds,
        logMetric: (await logMetrics(started, 8, 4)).perSecond,
        logBatch: await logBatches(started, 4, 4),
      });
    }
  } finally {
    await started.stop();
  }
  const [first, last] = [rows[0]!, rows.at(-1)!];
  return {
    title: 'The same work as the store grows',
    method: 'Searches: 95 of 100 within so many ms. Writes: 8 clients of log-metric, 4 of log-batch with 1,000 points a call.',
    comparisons: [
      ...rows.flatMap((row): Comparison[] => [
        {
          measure: `search by metric at ${row.runs} runs, p95`,
          unit: 'ms',
          ours: row.search,
          theirs: null,
          better: 'less',
          bar: { figure: 100 },
        },
        { measure: `newest 100 at ${row.runs} runs, p95`, unit: 'ms', ours: row.newest, theirs: null, better: 'less' },
        { measure: `log-metric at ${row.runs} runs`, unit: 'calls a second', ours: row.logMetric, theirs: null, better: 'more' },
        { measure: `log-batch at ${row.runs} runs`, unit: 'points a second', ours: row.logBatch, theirs: null, better: 'more' },
      ]),
      {
        measure: `log-batch at ${last.runs} runs beside that at ${first.runs}`,
        unit: 'part',
        ours: last.logBatch / first.logBatch,
        theirs: null,
        better: 'more',
        bar: { figure: 0.8 },
      },
    ],
    faults: [],
    rows,
  };
}

function worksOf(started: Started, { experimentId, long }: Corpus): Record<string, Work> {
  const search = (more: object) => post(started, 'runs/search', { experiment_ids: [experimentId], max_results: 100, ...more });
  const history = (query: Record<string, string>, path = 'get-history') =>
    get(started, `metrics/${path}?${new URLSearchParams(query)}`);
  return {
    'search: newest 100': () => search({}),
    'search: metric filter, ordered by metric': (round) =>
      search({ filter: `metrics.m1 > ${0.5 + round / 100}`, order_by: ['metrics.m2 DESC'] }),
    'search: rare metric filter, ordered by metric': (round) =>
      search({ filter: `metrics.m1 > ${0.999 - round / 1e5}`, order_by: ['metrics.m2 DESC'] }),
    'search: parameter and metric': (round) =>
      search({ filter: `params.p3 = '${round % 30}' and metrics.m1 > 0.5`, order_by: ['metrics.m2 DESC'] }),
    'compare 500 runs': () => search({ max_results: 500 }),
    'chart: 1,000 of a million points': () =>
      history({ run_ids: long.runId, metric_key: 'long', max_results: '1000' }, 'get-history-bulk-interval'),
    'walk a million points by pages of 25,000': async () => {
      let token = '';
      let seen = 0;
      do {
        const page = await history({
          run_id: long.runId,
          metric_key: 'long',
          max_results: '25000',
          ...(token ? { page_token: token } : {}),
        });
        seen += page.metrics.length;
        token = page.next_page_token ?? '';
      } while (token);
      if (seen !== long.points) throw new Error(`the walk saw ${seen} of ${long.points} points`);
    },
  };
}

/** As many rounds as fit into half a minute; what has no answer within the time of a call counts as that time, so a ratio is one at least. */
async function measure(work: Work, rounds: number): Promise<Figures> {
  const times: number[] = [];
  const end = performance.now() + 30_000;
  for (let round = rounds > 1 ? -1 : 0; round < rounds && (times.length === 0 || performance.now() < end); round++) {
    const began = performance.now();
    await work(round + 1).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    });
    // The first of several only warms up, unless it took all the time there was.
    if (round >= 0 || performance.now() > end) times.push(performance.now() - began);
  }
  return figures(
    times,
    times.reduce((sum, time) => sum + time, 0),
  );
}

function figures(times: number[], elapsed: number): Figures {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]! * 10) / 10;
  return { p50Milliseconds: at(0.5), p95Milliseconds: at(0.95), perSecond: Math.round((times.length / elapsed) * 1_000) };
}

async function logMetrics(started: Started, clients: number, seconds: number): Promise<Figures> {
  const times: number[] = [];
  const elapsed = await together(started, clients, seconds, async (runId, step) => {
    const began = performance.now();
    await post(started, 'runs/log-metric', { run_id: runId, key: 'loss', value: Math.random(), timestamp: Date.now(), step });
    times.push(performance.now() - began);
  });
  return figures(times, elapsed);
}

async function logBatches(started: Started, clients: number, seconds: number): Promise<number> {
  let points = 0;
  const elapsed = await together(started, clients, seconds, async (runId, batch) => {
    const metrics = Array.from({ length: 1_000 }, (_, index) => ({
      key: `metric_${index % 10}`,
      value: Math.sin(index),
      timestamp: batch,
      step: batch * 100 + Math.floor(index / 10),
    }));
    await post(started, 'runs/log-batch', { run_id: runId, metrics });
    points += metrics.length;
  });
  return Math.round((points / elapsed) * 1_000);
}

/** Clients with a run each, one call after the other. @returns milliseconds from the first call to the last answer */
async function together(
  started: Started,
  clients: number,
  seconds: number,
  call: (runId: string, round: number) => Promise<void>,
) {
  const runs = await Promise.all(
    Array.from(
      { length: clients },
      async () => (await post(started, 'runs/create', { experiment_id: '0', start_time: 1 })).run.info.run_id,
    ),
  );
  const began = performance.now();
  await Promise.all(
    runs.map(async (runId) => {
      for (let round = 0; performance.now() < began + seconds * 1_000; round++) await call(runId, round);
    }),
  );
  return performance.now() - began;
}
