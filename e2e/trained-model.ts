import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Caller, plinth, type TestPlinth } from '../server/src/testing/plinth.ts';

export const slug = 'watched';

export const must = (answer: Awaited<ReturnType<Caller['get']>>, status = 201) => {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** A project of the owner with real data as a snapshot, and a model `tumour` that a job trained on it and that is registered, not deployed. */
export interface TrainedModel {
  t: TestPlinth;
  owner: Caller;
  /** Features, in order; the truth is the last value of each row. */
  columns: string[];
  rows: number[][];
  version: { id: string; number: number; modelName: string };
  snapshot: string;
  /** The job. */
  trainedBy: string;
}

export async function trainedModel(): Promise<TrainedModel> {
  const t = await plinth();
  const owner = t.as('owner');
  const ended = (job: string) =>
    t.until(
      'the end of the job',
      async () => {
        const { body } = await owner.get(`/jobs/${job}`);
        if (body.finishedAt && body.state !== 'succeeded') throw new Error((await owner.get(`/jobs/${job}/logs`)).body);
        return body.finishedAt && body;
      },
      400_000,
    );
  must(await owner.post('/projects', { name: 'Watched', slug, template: 'python-scikit-learn' }));
  const { environmentRevisionId, id } = must(await owner.post(`/projects/${slug}/jobs`, { command: ['true'] }));
  await ended(id);
  const { digest } = must(await owner.get(`/environment-revisions/${environmentRevisionId}`), 200);
  const { stdout: csv } = await promisify(execFile)(
    join(t.home, 'environments', digest, 'bin/python'),
    [
      '-c',
      'import sys; from sklearn.datasets import load_breast_cancer as d; d(as_frame=True).frame.to_csv(sys.stdout, index=False)',
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  const [head = '', ...lines] = csv.trim().split('\n');
  const dataset = must(await owner.post(`/projects/${slug}/datasets`, { name: 'tumours' })).id;
  const form = new FormData();
  form.append('file', new Blob([csv]), 'tumours.csv');
  const snapshot: string = must(await owner.post(`/projects/${slug}/datasets/${dataset}/snapshots`, form)).id;
  const job = must(
    await owner.post(`/projects/${slug}/jobs`, {
      command: ['python', 'train.py', '--max-iter', '20'],
      inputs: [{ name: 'data', snapshotId: snapshot }],
    }),
  );
  const { runIds } = await ended(job.id);
  must(await owner.post(`/projects/${slug}/models`, { name: 'tumour' }));
  return {
    t,
    owner,
    columns: head.split(',').slice(0, -1),
    rows: lines.map((line) => line.split(',').map(Number)),
    version: must(await owner.post(`/projects/${slug}/models/tumour/versions`, { runId: runIds[0], path: 'model' })),
    snapshot,
    trainedBy: job.id,
  };
}

/** Asks the deployment `tumour` for rows in one request. @returns the id of the prediction */
export async function ask({ t, owner, columns }: TrainedModel, features: readonly number[][]): Promise<string> {
  const response = await fetch(`${t.url}/deployments/tumour/invocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_split: { columns, data: features } }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  return response.headers.get('x-plinth-prediction-id')!;
}

/** Rows of the table in no order, the same each time. */
export const drawn = (rows: readonly number[][], count: number, begin: number): number[][] =>
  Array.from({ length: count }, (_, index) => rows[((begin + index) * 331) % rows.length]!);

/** Rows without the truth. */
export const asked = (rows: readonly number[][]): number[][] => rows.map((row) => row.slice(0, -1));

/** The same with one feature moved by one standard deviation. */
export function moved(
  { columns, rows }: Pick<TrainedModel, 'columns' | 'rows'>,
  some: readonly number[][],
  feature: string,
): number[][] {
  const at = columns.indexOf(feature);
  const mean = rows.reduce((sum, row) => sum + row[at]! / rows.length, 0);
  const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row[at]! - mean) ** 2 / rows.length, 0));
  return asked(some).map((row) => row.map((value, index) => (index === at ? value + deviation : value)));
}
