import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, NotFoundError, UseError } from '../exit-codes.ts';
import { findEnvironment, needEnvironment } from '../find.ts';
import { follow } from '../follow.ts';
import { printObject } from '../output.ts';
import { type FileEnvironment, loadProjectFile } from '../project-file.ts';
import { listVerb, verb } from '../verbs.ts';

/** Environments: what there is, and building. */
export function environmentCommands(program: Command): void {
  const environment = program.command('env').description('environments');
  listVerb(environment, {
    about: 'those you may use',
    operation: 'listEnvironments',
    input: ({ session }) => (session.project ? { project: session.project } : {}),
    columns: [
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
    empty: 'No environment yet. Build one with: plinth env build <name> <package…>',
  });
  listVerb(environment, {
    usage: 'show <environment>',
    about: 'its revisions, by name or id',
    operation: 'listEnvironmentRevisions',
    input: async ({ args: [name], session }) => ({ environment: (await needEnvironment(session, name!)).id }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'number', value: (row) => row.number },
      { title: 'state', value: (row) => row.state },
      { title: 'digest', value: (row) => row.digest },
      { title: 'reason', value: (row) => row.stateReason },
    ],
    empty: 'Nothing built yet.',
  });
  verb<[string], { follow?: boolean }>(
    environment,
    'logs <environment>',
    'the log of its newest build, by name or id; exit code 1 when it failed',
    async ({ args: [name], options, session }) => {
      const found = await needEnvironment(session, name);
      const { items } = await session.client.call('listEnvironmentRevisions', { environment: found.id, limit: 1 });
      const newest = items[0];
      if (!newest?.workloadId) throw new NotFoundError(`Environment "${found.name}" was not built yet. See: plinth env build`);
      if (options.follow) await follow(session, newest.workloadId, 'workloads');
      else process.stdout.write(await (await session.client.call('getWorkloadLogs', { workload: newest.workloadId })).text());
      const now = await session.client.call('getEnvironmentRevision', { revision: newest.id });
      if (now.state === 'failed') process.exitCode = exitCodes.failed;
    },
    [['-f, --follow', 'go on until it is built']],
  );
  verb<[string | undefined, string[]], { python?: string }>(
    environment,
    'build [name] [package...]',
    'lock packages with hashes and build them once; without arguments those of plinth.yaml',
    async ({ args: [name, packages], options, session }) => {
      const wanted = name ? { name, packages } : await environmentOfFile();
      if (!wanted.packages?.length) throw new UseError('Name the packages, as: plinth env build training scikit-learn==1.7.2');
      const python = options.python ?? ('python' in wanted ? wanted.python : undefined);
      const found =
        (await findEnvironment(session, wanted.name)) ??
        (await session.client.call('createEnvironment', { body: { name: wanted.name, projectId: session.needProject() } }));
      const revision = await session.client.call('buildEnvironmentRevision', {
        environment: found.id,
        body: { packages: wanted.packages, ...(python ? { python } : {}) },
      });
      if (revision.workloadId) await follow(session, revision.workloadId, 'workloads');
      const done = await session.client.call('getEnvironmentRevision', { revision: revision.id });
      printObject({ id: done.id, state: done.state, digest: done.digest, reason: done.stateReason }, options);
      if (done.state !== 'ready') process.exitCode = exitCodes.failed;
    },
    [['--python <version>', 'as 3.11']],
  );
}

/** `environment:` of plinth.yaml with its packages, those of its requirements file included. */
async function environmentOfFile(): Promise<FileEnvironment> {
  const { path, file } = await loadProjectFile();
  if (typeof file.environment !== 'object')
    throw new UseError(`${path} does not say what its environment is made of: give it name and packages, or name both here.`);
  const { requirements, packages = [] } = file.environment;
  return { ...file.environment, packages: [...packages, ...(requirements ? linesOf(join(dirname(path), requirements)) : [])] };
}

function linesOf(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim());
    return lines.filter((line) => line !== '');
  } catch (error) {
    throw new UseError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
