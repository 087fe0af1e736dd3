import { type Measured, median } from './compare.ts';
import { memoryAtRest, type Started, startMlflow, startPlinth } from './peer.ts';

interface StartRow {
  server: 'plinth' | 'mlflow server';
  secondsToReady: number;
  megabytesAtRest: number;
}

/** Start on an empty store once everything is installed, and memory at rest: the servers take turns, each alone. */
export async function benchStart({ rounds = 3 } = {}): Promise<Measured> {
  const rows: StartRow[] = [];
  for (let round = 0; round < rounds; round++)
    for (const [server, start] of [
      ['plinth', startPlinth],
      ['mlflow server', startMlflow],
    ] as const) {
      const started: Started = await start();
      try {
        const megabytesAtRest = await memoryAtRest(started);
        rows.push({ server, secondsToReady: Math.round(started.secondsToReady * 100) / 100, megabytesAtRest });
      } finally {
        await started.stop();
      }
    }
  const of = (server: StartRow['server'], field: 'secondsToReady' | 'megabytesAtRest') =>
    median(rows.filter((row) => row.server === server).map((row) => row[field]));
  const beside = (field: 'secondsToReady' | 'megabytesAtRest') => ({
    ours: of('plinth', field),
    theirs: of('mlflow server', field),
    better: 'less' as const,
  });
  return {
    title: 'Start and memory beside `mlflow server`',
    method: `Median of ${rounds} starts on an empty store, in turns, from the start of the process to the first good answer; ours makes its PostgreSQL in that time. Memory is the proportional share (PSS) of all processes, ten seconds later.`,
    comparisons: [
      { measure: 'start to ready', unit: 's', ...beside('secondsToReady'), bar: { figure: 2 } },
      { measure: 'memory at rest', unit: 'MB', ...beside('megabytesAtRest'), bar: { figure: 400 } },
    ],
    faults: [],
    rows,
  };
}
