import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { findDataset, findSnapshot, needDataset } from '../find.ts';
import { ago, printList, printObject } from '../output.ts';
import { listVerb, verb } from '../verbs.ts';

/** Datasets and their snapshots. */
export function datasetCommands(program: Command): void {
  const dataset = program.command('dataset').description('datasets');
  listVerb(dataset, {
    about: 'of the project',
    operation: 'listDatasets',
    input: ({ session }) => ({ project: session.needProject() }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'snapshots', value: (row) => row.newestSnapshot?.number ?? 0 },
      { title: 'newest', value: (row) => row.newestSnapshot?.id },
    ],
    empty: 'No dataset yet. Add one with: plinth dataset upload <name> <file…>',
  });
  listVerb(dataset, {
    usage: 'show <dataset>',
    about: 'its snapshots, by name or id',
    operation: 'listSnapshots',
    input: async ({ args: [name], session }) => ({ dataset: (await needDataset(session, name!)).id }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'number', value: (row) => row.number },
      { title: 'files', value: (row) => row.fileCount },
      { title: 'bytes', value: (row) => row.sizeBytes },
      { title: 'added', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
      { title: 'digest', value: (row) => row.digest.slice(0, 12), exact: (row) => row.digest },
    ],
    empty: 'No snapshot yet.',
  });
  verb<[string, string[]]>(
    dataset,
    'upload <name> <file...>',
    'add a snapshot of these files',
    async ({ args: [name, files], options, session }) => {
      const form = new FormData();
      for (const file of files) form.append('file', await fileAsBlob(file), basename(file));
      const project = session.needProject();
      const found =
        (await findDataset(session, name)) ?? (await session.client.call('createDataset', { project, body: { name } }));
      printObject(await session.client.call('createSnapshot', { project, dataset: found.id, body: form }), options);
    },
  );

  const snapshot = program.command('snapshot').description('states of datasets');
  verb<[string]>(
    snapshot,
    'show <snapshot>',
    'one, by id, or as dataset or dataset@number',
    async ({ args: [name], options, session }) => {
      const found = await session.client.call('getSnapshot', { snapshot: await findSnapshot(session, name) });
      const { profile, ...plain } = found;
      printObject(options.json ? found : { ...plain, profile: profile.state }, options);
    },
  );
  verb<[string]>(snapshot, 'files <snapshot>', 'its files', async ({ args: [name], options, session }) => {
    const { items } = await session.client.call('listSnapshotFiles', { snapshot: await findSnapshot(session, name) });
    printList(
      items,
      [
        { title: 'path', value: (row) => row.path },
        { title: 'bytes', value: (row) => row.sizeBytes },
        { title: 'sha-256', value: (row) => row.sha256.slice(0, 12), exact: (row) => row.sha256 },
      ],
      options,
      'No file.',
    );
  });
}

/** Read as it is sent, so that a large file never stands in memory. */
async function fileAsBlob(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (error) {
    throw new UseError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
