import type { Command } from 'commander';
import { follow } from '../follow.ts';
import { ago, printObject } from '../output.ts';
import { type Call, listVerb, verb } from '../verbs.ts';

/** Jobs that there are, their logs, their end. They are started by `plinth run`. */
export function jobCommands(program: Command): void {
  verb<[string], LogOptions>(program, 'logs <job>', 'the log of a job', showLog, followOption);

  const job = program.command('job').description('jobs');
  listVerb(job, {
    about: 'newest first; of the project in force, or all that you may see',
    operation: ({ session }) => (session.project ? 'listProjectJobs' : 'listJobs'),
    input: ({ session }) => (session.project ? { project: session.project } : {}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'state', value: (row) => row.state },
      { title: 'command', value: (row) => row.name },
      { title: 'cost', value: (row) => `${row.cost.amount} ${row.cost.currency}` },
      { title: 'queued', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
    ],
    empty: 'No job yet. Run one with: plinth run -- python train.py',
  });
  verb<[string]>(job, 'show <job>', 'one job', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('getJob', { job: id }), options),
  );
  verb<[string], LogOptions>(job, 'logs <job>', 'its log', showLog, followOption);
  verb<[string]>(job, 'cancel <job>', 'end it with all its processes', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('cancelJob', { job: id }), options),
  );
  verb<[string]>(job, 'rerun <job>', 'the same again', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('rerunJob', { job: id }), options),
  );
}

interface LogOptions {
  follow?: boolean;
}
const followOption: [string, string][] = [['-f, --follow', 'go on while it runs']];

async function showLog({ args: [id], options, session }: Call<[string], LogOptions>): Promise<void> {
  if (options.follow) return follow(session, id);
  process.stdout.write(await (await session.client.call('getJobLogs', { job: id })).text());
}
