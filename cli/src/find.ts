import type { Operations } from '@plinth/sdk';
import { NotFoundError } from './exit-codes.ts';
import type { Session } from './session.ts';

/** Text as a value of a filter. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

type Environment = Operations['getEnvironment']['output'];
type Dataset = Operations['getDataset']['output'];

/** An environment by id, or by name within the project in force. */
export async function findEnvironment(session: Session, name: string): Promise<Environment | null> {
  if (name.startsWith('env_')) return session.client.call('getEnvironment', { environment: name });
  const { items } = await session.client.call('listEnvironments', {
    project: session.needProject(),
    filter: `name = ${quoted(name)}`,
  });
  return items.find((one) => one.projectId !== null) ?? items[0] ?? null;
}

export async function needEnvironment(session: Session, name: string): Promise<Environment> {
  const found = await findEnvironment(session, name);
  if (found) return found;
  throw new NotFoundError(`There is no environment "${name}" here. See: plinth env list`);
}

/** A dataset by id, or by name within the project in force. */
export async function findDataset(session: Session, name: string): Promise<Dataset | null> {
  if (name.startsWith('dst_')) return session.client.call('getDataset', { dataset: name });
  const { items } = await session.client.call('listDatasets', {
    project: session.needProject(),
    filter: `name = ${quoted(name)}`,
  });
  return items[0] ?? null;
}

export async function needDataset(session: Session, name: string): Promise<Dataset> {
  const found = await findDataset(session, name);
  if (found) return found;
  throw new NotFoundError(`There is no dataset "${name}" here. See: plinth dataset list`);
}

/** A snapshot by its own id, or the newest or a numbered one of a dataset: `cells`, `cells@3`. */
export async function findSnapshot(session: Session, name: string): Promise<string> {
  if (name.startsWith('snp_')) return name;
  const [, dataset, wanted] = /^(.+?)(?:@(\d+))?$/s.exec(name)!;
  const found = await needDataset(session, dataset!);
  if (!wanted) {
    if (found.newestSnapshot) return found.newestSnapshot.id;
    throw new NotFoundError(`Dataset "${dataset}" has no snapshot yet. Add one with: plinth dataset upload ${dataset} <file>`);
  }
  const { items } = await session.client.call('listSnapshots', { dataset: found.id, filter: `number = ${wanted}` });
  if (items[0]) return items[0].id;
  throw new NotFoundError(`Dataset "${dataset}" has no snapshot ${wanted}. See: plinth dataset show ${dataset}`);
}
