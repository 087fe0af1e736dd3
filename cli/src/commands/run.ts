import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { NotFoundError, UseError } from '../exit-codes.ts';
import { ago, done, printList, printObject, write } from '../output.ts';
import type { Session } from '../session.ts';
import { type StartOptions, startJob, startOptions } from '../start-job.ts';
import { confirm, listVerb, verb } from '../verbs.ts';

type Run = Output<'getRun'>;

/** `plinth run <command>` starts a job; the runs that jobs and notebooks logged are its other verbs. */
export function runCommands(program: Command): void {
  const run = program.command('run').description('run a command as a job; and runs that were logged');
  // `plinth run python train.py` needs no verb.
  verb<[string[]], StartOptions>(
    run,
    'start [command...]',
    'a command, or a job of plinth.yaml by its name: plinth run -- python train.py',
    startJob,
    startOptions,
    { isDefault: true },
    // Options that we do not know are the command's.
  ).allowUnknownOption();
  listVerb<'listRuns', { metric?: string[] }>(run, {
    about: 'newest first',
    operation: 'listRuns',
    input: ({ session }) => ({ project: session.needProject() }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'status', value: (row) => row.status },
      {
        title: 'metrics',
        value: (row) => row.metrics.map(({ key, value }) => `${key}=${shortNumber(value)}`).join(' '),
        exact: exactMetrics,
      },
      { title: 'began', value: (row) => ago(row.startedAt), exact: (row) => row.startedAt },
    ],
    empty: 'No run yet. Run something with: plinth run -- python train.py',
  });
  verb<[string]>(run, 'show <run>', 'one run with all that it logged', async ({ args: [id], options, session }) => {
    const found = await session.client.call('getRun', { run: id });
    if (options.json) return printObject(found, options);
    const { params, tags, metrics, provenance, datasets: _datasets, models, ...plain } = found;
    const logged = {
      ...Object.fromEntries(metrics.map(({ key, value }) => [`metrics.${key}`, value])),
      ...Object.fromEntries(params.map(({ key, value }) => [`params.${key}`, value])),
      ...Object.fromEntries(tags.map(({ key, value }) => [`tags.${key}`, value])),
      ...Object.fromEntries(models.map(({ id: model, name }) => [`models.${name}`, model])),
    };
    const { snapshots, missing, ...from } = provenance;
    printObject(
      { ...plain, ...logged, ...from, snapshots: snapshots.map((one) => one.snapshotId).join(' '), missing: missing.join(' ') },
      options,
    );
  });
  verb<[string[]], { all?: boolean }>(
    run,
    'compare <run...>',
    'parameters and metrics side by side; those that differ',
    async ({ args: [ids], options, session }) => {
      if (ids.length < 2) throw new UseError('Give two runs or more.');
      const runs: Run[] = [];
      for (const id of ids) runs.push(await session.client.call('getRun', { run: id }));
      const rows = comparison(runs).filter(({ values }) => options.all || new Set(values).size > 1);
      if (options.json)
        return printList(
          rows.map(({ key, values }) => ({ key, ...Object.fromEntries(ids.map((id, index) => [id, values[index]])) })),
          [],
          options,
          '',
        );
      printList(
        rows,
        [
          { title: 'key', value: (row) => row.key },
          ...runs.map((one, index) => ({ title: one.name, value: (row: { values: unknown[] }) => row.values[index] as string })),
        ],
        options,
        'They do not differ in anything that they logged. Add --all to see it.',
      );
    },
    [['--all', 'what is equal too']],
  );
  verb<[string, string | undefined], { output?: string }>(
    run,
    'download <run> [path]',
    'files that it logged, all or those under a path',
    async ({ args: [id, path], options, session }) => {
      const folder = resolve(options.output ?? '.');
      const written: string[] = [];
      for await (const file of filesUnder(session, id, path ?? '')) {
        const target = resolve(join(folder, file));
        // The server refuses such names; what is written here must not depend on that.
        if (!target.startsWith(folder + sep)) throw new UseError(`The file "${file}" would land outside of ${folder}.`);
        await mkdir(dirname(target), { recursive: true });
        const response = await session.client.call('getArtifact', { run: id, path: file });
        await pipeline(Readable.fromWeb(response.body as never), createWriteStream(target));
        written.push(file);
        if (!options.json) write(file);
      }
      if (written.length === 0) throw new NotFoundError(`Run ${id} has no file${path ? ` under "${path}"` : ''}.`);
      done({ folder, files: written }, options, `${written.length} ${written.length === 1 ? 'file' : 'files'} in ${folder}`);
    },
    [['-o, --output <folder>', 'where to put them']],
  );
  verb<[string]>(run, 'delete <run>', 'move it to the trash', async ({ args: [id], options, session }) => {
    await confirm(`Move run ${id} to the trash?`, options);
    await session.client.call('deleteRun', { run: id });
    done({ id, deleted: true }, options, `Moved ${id} to the trash. Bring it back with: plinth run restore ${id}`);
  });
  verb<[string]>(run, 'restore <run>', 'bring it back from the trash', async ({ args: [id], options, session }) => {
    const found = await session.client.call('restoreRun', { run: id });
    done(found, options, `${found.name} is back.`);
  });
}

async function* filesUnder(session: Session, run: string, path: string): AsyncGenerator<string> {
  const { items } = await session.client.call('listArtifacts', { run, ...(path ? { path } : {}) });
  if (items.length === 0 && path) {
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const beside = await session.client.call('listArtifacts', { run, ...(parent ? { path: parent } : {}) });
    if (beside.items.some((one) => one.path === path && !one.isFolder)) yield path;
  }
  for (const item of items) {
    if (item.isFolder) yield* filesUnder(session, run, item.path);
    else yield item.path;
  }
}

/** A row for every key that any of the runs has; empty where one has none. */
function comparison(runs: Run[]): { key: string; values: (string | number)[] }[] {
  const kinds = [
    ['params', (run: Run) => run.params],
    ['metrics', (run: Run) => run.metrics],
  ] as const;
  const rows: { key: string; values: (string | number)[] }[] = [
    { key: 'status', values: runs.map((run) => run.status) },
    { key: 'commit', values: runs.map((run) => run.provenance.commit ?? '') },
  ];
  for (const [kind, of] of kinds) {
    const keys = [...new Set(runs.flatMap((run) => of(run).map((one) => one.key)))].sort();
    for (const key of keys)
      rows.push({ key: `${kind}.${key}`, values: runs.map((run) => of(run).find((one) => one.key === key)?.value ?? '') });
  }
  return rows;
}

const shortNumber = (value: number | string): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
const exactMetrics = (row: { metrics: { key: string; value: number | string }[] }): string =>
  row.metrics.map(({ key, value }) => `${key}=${value}`).join(' ');
