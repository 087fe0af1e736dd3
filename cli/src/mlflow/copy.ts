import { copyExperiment } from './copy-experiment.ts';
import { copyRegistry } from './copy-registry.ts';
import type { Report } from './report.ts';
import type { MlflowServer } from './server.ts';
import { ServerSource } from './server-source.ts';
import { type Pair, type Source, valueIn } from './shapes.ts';
import { WireProblem } from './wire-problem.ts';

/** Marks on every copy: where it came from, what it was called there, and how much of it is here. By these a second call goes on. */
export const marks = {
  prefix: 'plinth.import.',
  source: 'plinth.import.source',
  id: 'plinth.import.id',
  state: 'plinth.import.state',
  createdAt: 'plinth.import.createdAt',
  user: 'plinth.import.user',
} as const;

/** What a copy is made with. Both sides speak MLflow's protocol, so the way in and the way out are one. */
export interface Copy {
  source: Source;
  target: MlflowServer;
  /** The target, read back: what is told to be there was seen there. */
  there: Source;
  report: Report;
  /** Runs in hand at once. */
  parallel: number;
  /** Why an alias or stage is not set at the target, or null when it may be. */
  guarded: (name: string, what: 'alias' | 'stage') => string | null;
  /** Ids at the source to ids at the target. */
  runs: Map<string, string>;
  models: Map<string, string>;
  /** What can be done when all runs are there, and when nothing more is written to them. */
  afterRuns: (() => Promise<void>)[];
  atLast: (() => Promise<void>)[];
}

export async function copyAll(given: Pick<Copy, 'source' | 'target' | 'report' | 'parallel' | 'guarded'>): Promise<void> {
  const there = new ServerSource(given.target);
  const copy: Copy = { ...given, there, runs: new Map(), models: new Map(), afterRuns: [], atLast: [] };
  const known = [];
  for await (const experiment of there.experiments()) known.push(experiment);
  for await (const experiment of copy.source.experiments()) await copyExperiment(copy, experiment, known);
  for (const act of copy.afterRuns) await act();
  await copyRegistry(copy);
  // Nothing can be written to what is in the trash.
  for (const act of copy.atLast) await act();
}

/** Faults after which going on would only repeat them: nobody answers, or not to us. */
export const isFatal = (error: unknown): boolean =>
  error instanceof WireProblem && (error.status === 0 || error.status === 401 || error.code === 'PERMISSION_DENIED');

export const messageOf = (error: unknown): string => (error as Error).message;

/** What is said about a copy besides what it says itself. */
export function marksOf(
  copy: Copy,
  id: string,
  times: { createdAt?: number | undefined; user?: string | undefined } = {},
): Pair[] {
  return [
    { key: marks.source, value: copy.source.name },
    { key: marks.id, value: id },
    ...(times.createdAt ? [{ key: marks.createdAt, value: new Date(times.createdAt).toISOString() }] : []),
    ...(times.user ? [{ key: marks.user, value: times.user }] : []),
  ];
}

export const isCopyOf = (copy: Copy, tags: readonly Pair[] | undefined, id?: string): boolean =>
  valueIn(tags, marks.source) === copy.source.name && (id === undefined || valueIn(tags, marks.id) === id);

/** The id at the target of what came from there: it is not sent back. */
export const originAtTarget = (copy: Copy, tags: readonly Pair[] | undefined): string | undefined =>
  valueIn(tags, marks.source) === copy.target.url ? valueIn(tags, marks.id) : undefined;

/** The tags that the source itself has. */
export const ownTags = (tags: readonly Pair[] | undefined): Pair[] =>
  (tags ?? []).filter(({ key }) => !key.startsWith(marks.prefix));

/** Works on several at once, in order of their coming; the first fault ends it. */
export async function pool<T>(items: AsyncIterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let next: Promise<unknown> = Promise.resolve();
  let over = false;
  const take = (): Promise<IteratorResult<T>> => {
    const taken = next.then(() => iterator.next());
    next = taken.catch(() => {});
    return taken;
  };
  const worker = async (): Promise<void> => {
    while (!over) {
      try {
        const { done, value } = await take();
        if (done) return;
        await work(value);
      } catch (error) {
        over = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
