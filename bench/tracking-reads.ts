import { addRuns, type Corpus, fillMlflow, fillPlinth } from './corpus.ts';
import { type Started, startMlflow, startPlinth } from './peer.ts';
import { get, post } from './wire.ts';

export interface WorkRow {
  work: string;
  server: 'plinth' | 'mlflow server';
  p50Milliseconds: number;
  p95Milliseconds: number;
  perSecond: number;
}

type Work = (round: number) => Promise<unknown>;

/** What people ask a full store, of both servers in one run: the same calls, on the same number of runs and points. */
export async function benchReads({ runs = 100_000, metricsOfRun = 10, points = 1_000_000 } = {}): Promise<WorkRow[]> {
  const rows: WorkRow[] = [];
  for (const [server, start, fill] of [
    ['plinth', startPlinth, fillPlinth],
    ['mlflow server', startMlflow, fillMlflow],
  ] as const) {
    const started = await start();
    try {
      const corpus = await fill(started, runs, metricsOfRun, points);
      const works = worksOf(started, corpus);
      const rounds = server === 'plinth' ? 40 : 5;
      const add = (row: WorkRow) => {
        rows.push(row);
        console.log(`  ${row.server}: ${row.work}: p50 ${row.p50Milliseconds} ms, p95 ${row.p95Milliseconds} ms`);
      };
      for (const [work, run] of Object.entries(works))
        add({ work, server, ...(await measure(run, work.startsWith('walk') ? 1 : rounds)) });
      add({ work: 'log-metric, 8 clients', server, ...(await logMetrics(started, 8, 5)) });
    } finally {
      await started.stop();
    }
  }
  return rows;
}

/** How our own figures hold as the store grows; the peer is left out where a single search takes minutes. */
export async function benchGrowth({ steps = [10_000, 100_000, 1_000_000], metricsOfRun = 10 } = {}) {
  const started = await startPlinth();
  const rows = [];
  try {
    const corpus = await fillPlinth(started, 1, metricsOfRun, 0);
    for (const [index, runs] of steps.entries()) {
      await addRuns(started, corpus.experimentId, (steps[index - 1] ?? 1) + 1, runs, metricsOfRun);
      const search = await measure(worksOf(started, corpus)['search: metric filter, ordered by metric']!, 40);
      const newest = await measure(worksOf(started, corpus)['search: newest 100']!, 40);
      await logMetrics(started, 8, 1);
      const single = await logMetrics(started, 8, 4);
      rows.push({
        runs,
        searchP95: search.p95Milliseconds,
        newestP95: newest.p95Milliseconds,
        logMetricPerSecond: single.perSecond,
        logBatchPointsPerSecond: await logBatches(started, 4, 4),
      });
    }
  } finally {
    await started.stop();
  }
  return rows;
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
async function measure(work: Work, rounds: number): Promise<Omit<WorkRow, 'work' | 'server'>> {
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

function figures(times: number[], elapsed: number): Omit<WorkRow, 'work' | 'server'> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]! * 10) / 10;
  return { p50Milliseconds: at(0.5), p95Milliseconds: at(0.95), perSecond: Math.round((times.length / elapsed) * 1_000) };
}

async function logMetrics(started: Started, clients: number, seconds: number): Promise<Omit<WorkRow, 'work' | 'server'>> {
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
