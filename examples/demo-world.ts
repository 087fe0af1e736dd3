import { createClient, type Output } from '../sdk/src/index.ts';
import type { DemoPlatform } from './demo-platform.ts';
import { check } from './demo-steps.ts';

export type Client = ReturnType<typeof createClient>;

/** Waits for a fact. */
export async function until<T>(
  what: string,
  milliseconds: number,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Runs a command of a project as a job, to its end. Prints its log and throws when it does not succeed. */
export async function runJob(
  plinth: Client,
  project: string,
  command: string[],
  inputs: { name: string; snapshotId: string }[] = [],
): Promise<Output<'getJob'>> {
  const queued = await plinth.call('startJob', { project, body: { command, inputs } });
  return until(`job ${queued.id} to end`, 600_000, async () => {
    const now = await plinth.call('getJob', { job: queued.id });
    if (['queued', 'starting', 'running'].includes(now.state)) return null;
    if (now.state !== 'succeeded') {
      const log = await plinth.call('getJobLogs', { job: queued.id });
      console.error((await log.text()).split('\n').slice(-30).join('\n'));
      throw new Error(`job ${queued.id} is ${now.state}: ${now.stateReason ?? `exit code ${now.exitCode}`}`);
    }
    return now;
  });
}

/** Another person, who signs in with a password as people do and makes a token of their own. */
export async function anotherPerson(
  platform: DemoPlatform,
  plinth: Client,
  person: { email: string; name: string },
): Promise<Client> {
  const password = `demo ${crypto.randomUUID()}`;
  await plinth.call('createPerson', { body: { ...person, password } });
  const origin = new URL(platform.url).origin;
  const headers = { 'content-type': 'application/json', origin };
  const signedIn = await fetch(`${platform.url}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: person.email, password }),
  });
  check(signedIn.status === 201, `${person.name} signs in (${signedIn.status})`);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0]!)
    .join('; ');
  const made = await fetch(`${platform.url}/api/v1/tokens`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: 'demo' }),
  });
  check(made.status === 201, `${person.name} makes a token (${made.status})`);
  return createClient({ url: platform.url, token: ((await made.json()) as { token: string }).token });
}

export interface Table {
  columns: string[];
  rows: number[][];
}

/** Python that prints the breast cancer data of scikit-learn (569 patients, 30 measures, the diagnosis last) as CSV. */
export const printDiagnoses =
  'from sklearn.datasets import load_breast_cancer as l; import sys; l(as_frame=True).frame.to_csv(sys.stdout, index=False)';

/** A CSV file of numbers, with its last column the truth. */
export function readTable(csv: string): Table {
  const [head = '', ...lines] = csv.trim().split('\n');
  return { columns: head.split(','), rows: lines.map((line) => line.split(',').map(Number)) };
}

/** Rows of the table in an order that mixes the classes, always the same. */
export const drawn = ({ rows }: Table, count: number, from: number): number[][] =>
  Array.from({ length: count }, (_, index) => rows[((from + index) * 331) % rows.length]!);

/** The features of a row, without its truth. */
export const featuresOf = (row: readonly number[]): number[] => row.slice(0, -1);

/** Moves one feature of a row by one standard deviation of the table. */
export function shift({ columns, rows }: Table, feature: string): (row: readonly number[]) => number[] {
  const place = columns.indexOf(feature);
  const mean = rows.reduce((sum, row) => sum + row[place]! / rows.length, 0);
  const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row[place]! - mean) ** 2 / rows.length, 0));
  return (row) => row.map((value, at) => (at === place ? value + deviation : value));
}

/** Asks a deployment for the answers to some rows, over the wire that MLflow's own clients speak. */
export async function ask(
  platform: DemoPlatform,
  deployment: string,
  columns: readonly string[],
  rows: readonly (readonly number[])[],
): Promise<{ id: string; predictions: number[] }> {
  const response = await fetch(`${platform.url}/deployments/${deployment}/invocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_split: { columns, data: rows } }),
  });
  if (response.status !== 200) throw new Error(`the deployment answered ${response.status}: ${await response.text()}`);
  const { predictions } = (await response.json()) as { predictions: number[] };
  return { id: response.headers.get('x-plinth-prediction-id')!, predictions };
}
