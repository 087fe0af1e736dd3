import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readMessages } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { ago, note, printList, printObject, write } from '../output.ts';
import { type CommonOptions, openSession, type Session } from '../session.ts';

interface RunOptions extends CommonOptions {
  environment?: string;
  tier?: string;
  input?: string[];
  var?: string[];
  timeout?: number;
  wait?: boolean;
  patch?: boolean;
}

/** Jobs, their logs, environments, datasets, workspaces and templates. */
export function workCommands(program: Command): void {
  program
    .command('run')
    .argument('<command...>', 'after --, as: plinth run -- python train.py')
    .option('--environment <name>', 'environment by name or id, or base')
    .option('--tier <name>', 'hardware tier')
    .option('--input <name=snapshot...>', 'a snapshot, read-only at $PLINTH_INPUT_<NAME>')
    .option('--var <name=value...>', 'an environment variable')
    .option('--timeout <seconds>', 'end it after this long', Number)
    .option('--wait', 'follow the log and return the job’s own exit code')
    .option('--no-patch', 'leave uncommitted changes of this folder out')
    .description('run a command as a job')
    .action(async (words: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      const session = openSession(options);
      const patch = options.patch === false ? undefined : uncommitted();
      const job = await session.client.call('startJob', {
        project: session.needProject(),
        body: {
          command: words,
          ...(patch ? { patch } : {}),
          ...(options.environment ? { environment: options.environment } : {}),
          ...(options.tier ? { hardwareTier: options.tier } : {}),
          ...(options.input
            ? { inputs: options.input.map((pair) => split(pair, '--input')).map(([name, snapshotId]) => ({ name, snapshotId })) }
            : {}),
          ...(options.var ? { variables: Object.fromEntries(options.var.map((pair) => split(pair, '--var'))) } : {}),
          ...(options.timeout ? { timeoutSeconds: options.timeout } : {}),
        },
      });
      if (!options.wait)
        return printObject(options.json ? job : { id: job.id, state: job.state, url: `${session.url}/jobs/${job.id}` }, options);
      note(`${job.id} ${session.url}/jobs/${job.id}`);
      await follow(session, job.id);
      const done = await session.client.call('getJob', { job: job.id });
      if (done.stateReason) note(done.stateReason);
      process.exitCode = done.exitCode ?? exitCodes.failed;
    });

  program
    .command('logs')
    .argument('<job>')
    .option('-f, --follow', 'go on while it runs')
    .description('the log of a job')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { follow?: boolean }>();
      const session = openSession(options);
      if (options.follow) return follow(session, id);
      process.stdout.write(await (await session.client.call('getJobLogs', { job: id })).text());
    });

  const job = program.command('job').description('jobs');
  job
    .command('list')
    .description('newest first')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const { items } = session.project
        ? await session.client.call('listProjectJobs', { project: session.project, limit: 100 })
        : await session.client.call('listJobs', { limit: 100 });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'state', value: (row) => row.state },
          { title: 'command', value: (row) => row.name },
          { title: 'cost', value: (row) => `${row.cost.amount} ${row.cost.currency}` },
          { title: 'queued', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
        ],
        options,
        'No job yet. Run one with: plinth run -- python train.py',
      );
    });
  job
    .command('show')
    .argument('<job>')
    .description('one job')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('getJob', { job: id }), options);
    });
  job
    .command('logs')
    .argument('<job>')
    .option('-f, --follow')
    .description('its log')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { follow?: boolean }>();
      const session = openSession(options);
      if (options.follow) return follow(session, id);
      process.stdout.write(await (await session.client.call('getJobLogs', { job: id })).text());
    });
  for (const [verb, operation, about] of [
    ['cancel', 'cancelJob', 'end it with all its processes'],
    ['rerun', 'rerunJob', 'the same again'],
  ] as const) {
    job
      .command(verb)
      .argument('<job>')
      .description(about)
      .action(async (id: string, _options, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        printObject(await openSession(options).client.call(operation, { job: id }), options);
      });
  }

  const environment = program.command('env').description('environments');
  environment
    .command('list')
    .description('those you may use')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const { items } = await session.client.call('listEnvironments', {
        limit: 200,
        ...(session.project ? { project: session.project } : {}),
      });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'name', value: (row) => row.name },
          { title: 'revision', value: (row) => row.newestRevision?.number },
          { title: 'state', value: (row) => row.newestRevision?.state },
          {
            title: 'digest',
            value: (row) => row.newestRevision?.digest?.slice(0, 12),
            exact: (row) => row.newestRevision?.digest,
          },
        ],
        options,
        'No environment yet.',
      );
    });
  environment
    .command('show')
    .argument('<environment>')
    .description('its revisions')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listEnvironmentRevisions', { environment: id });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'number', value: (row) => row.number },
          { title: 'state', value: (row) => row.state },
          { title: 'digest', value: (row) => row.digest },
          { title: 'reason', value: (row) => row.stateReason },
        ],
        options,
        'Nothing built yet.',
      );
    });
  environment
    .command('build')
    .argument('<name>')
    .argument('<package...>')
    .option('--python <version>')
    .description('lock packages with hashes and build them once')
    .action(async (name: string, packages: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { python?: string }>();
      const session = openSession(options);
      const project = session.needProject();
      const { items } = await session.client.call('listEnvironments', { project, limit: 1000 });
      const found =
        items.find((one) => one.name === name || one.id === name) ??
        (await session.client.call('createEnvironment', { body: { name, projectId: project } }));
      const revision = await session.client.call('buildEnvironmentRevision', {
        environment: found.id,
        body: { packages, ...(options.python ? { python: options.python } : {}) },
      });
      if (revision.workloadId) await follow(session, revision.workloadId, 'workloads');
      const done = await session.client.call('getEnvironmentRevision', { revision: revision.id });
      printObject({ id: done.id, state: done.state, digest: done.digest, reason: done.stateReason }, options);
      if (done.state !== 'ready') process.exitCode = exitCodes.failed;
    });

  const dataset = program.command('dataset').description('datasets');
  dataset
    .command('list')
    .description('of the project')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const { items } = await session.client.call('listDatasets', { project: session.needProject(), limit: 200 });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'name', value: (row) => row.name },
          { title: 'snapshots', value: (row) => row.newestSnapshot?.number ?? 0 },
          { title: 'newest', value: (row) => row.newestSnapshot?.id },
        ],
        options,
        'No dataset yet.',
      );
    });
  dataset
    .command('show')
    .argument('<dataset>')
    .description('its snapshots')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listSnapshots', { dataset: id });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'number', value: (row) => row.number },
          { title: 'files', value: (row) => row.fileCount },
          { title: 'bytes', value: (row) => row.sizeBytes },
          { title: 'digest', value: (row) => row.digest },
        ],
        options,
        'No snapshot yet.',
      );
    });
  dataset
    .command('upload')
    .argument('<name>')
    .argument('<file...>')
    .description('add a snapshot of these files')
    .action(async (name: string, files: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const project = session.needProject();
      const { items } = await session.client.call('listDatasets', { project, limit: 1000 });
      const found =
        items.find((one) => one.name === name || one.id === name) ??
        (await session.client.call('createDataset', { project, body: { name } }));
      const form = new FormData();
      for (const file of files) form.append('file', new Blob([readFileSync(file)]), basename(file));
      printObject(await session.client.call('createSnapshot', { project, dataset: found.id, body: form }), options);
    });

  const workspace = program.command('workspace').description('workspaces');
  workspace
    .command('list')
    .description('those you may see')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listWorkspaces', { limit: 100 });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'name', value: (row) => row.name },
          { title: 'state', value: (row) => row.state },
          { title: 'owner', value: (row) => row.ownerName },
        ],
        options,
        'No workspace yet.',
      );
    });
  workspace
    .command('start')
    .argument('<tool-or-id>', 'a tool, as jupyterlab, or the id of a stopped workspace')
    .description('start a session')
    .action(async (what: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      printObject(
        what.startsWith('wsp_')
          ? await session.client.call('startWorkspace', { workspace: what })
          : await session.client.call('createWorkspace', { project: session.needProject(), body: { tool: what } }),
        options,
      );
    });
  workspace
    .command('stop')
    .argument('<id>')
    .description('end the session; files are kept')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('stopWorkspace', { workspace: id }), options);
    });
  workspace
    .command('open')
    .argument('<id>')
    .description('print a link into the tool, good once and for a minute')
    .action(async (id: string, _options, command: Command) => {
      write((await openSession(command.optsWithGlobals<CommonOptions>()).client.call('enterWorkspace', { workspace: id })).url);
    });

  program
    .command('template')
    .description('project skeletons')
    .command('list')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listTemplates');
      printList(
        items,
        [
          { title: 'name', value: (row) => row.name },
          { title: 'title', value: (row) => row.title },
          { title: 'language', value: (row) => row.language },
        ],
        options,
        'None.',
      );
    });
}

/** Writes a log as it comes until it ends; goes on where it was after a broken connection. */
async function follow(session: Session, id: string, kind: 'jobs' | 'workloads' = 'jobs'): Promise<void> {
  let offset = '';
  for (;;) {
    const response = await session.client.fetch(`/api/v1/${kind}/${id}/logs?follow=true`, {
      headers: offset ? { 'last-event-id': offset } : {},
    });
    for await (const message of readMessages(response)) {
      if (message.event === 'end') return;
      offset = message.id;
      process.stdout.write(message.data);
    }
  }
}

function split(pair: string, option: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new UseError(`${option} takes name=value, not "${pair}".`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** What was changed here since the last commit, tracked files only; nothing outside a repository. */
function uncommitted(): string | undefined {
  try {
    return (
      execFileSync('git', ['diff', 'HEAD', '--binary'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 16 * 1024 * 1024,
      }) || undefined
    );
  } catch {
    return undefined;
  }
}
