import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { UseError } from '../exit-codes.ts';
import { ago, note, printList, printObject } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';

/** Projects and their people. */
export function projectCommands(program: Command): void {
  program
    .command('init')
    .argument('<project>', 'slug or id')
    .description('tie this folder to a project (writes plinth.yaml)')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const found = await openSession(options).client.call('getProject', { project: name });
      if (existsSync('plinth.yaml') && !options.yes)
        throw new UseError('There is a plinth.yaml here already. Add --yes to replace it.');
      writeFileSync('plinth.yaml', stringify({ project: found.slug }));
      note(`This folder belongs to ${found.name}. Run something with: plinth run -- python train.py`);
    });

  const project = program.command('project').description('projects');
  project
    .command('list')
    .option('--search <words>')
    .description('projects that you may see')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { search?: string }>();
      const { items } = await openSession(options).client.call('listProjects', {
        limit: 1000,
        ...(options.search ? { search: options.search } : {}),
      });
      printList(
        items,
        [
          { title: 'slug', value: (row) => row.slug },
          { title: 'name', value: (row) => row.name },
          { title: 'stage', value: (row) => row.stage },
          { title: 'status', value: (row) => row.status },
          { title: 'owner', value: (row) => row.ownerName },
          { title: 'changed', value: (row) => ago(row.updatedAt), exact: (row) => row.updatedAt },
        ],
        options,
        'No project yet. Make one with: plinth project create <name> --template python-scikit-learn',
      );
    });
  project
    .command('create')
    .argument('<name>')
    .option('--slug <slug>')
    .option('--template <template>', 'begin with its files (see: plinth template list)')
    .option('--git-url <url>', 'begin with a copy of this repository')
    .option('--description <text>')
    .option('--goal <text>', 'what it is for')
    .option('--metric <name>', 'the metric by which one will know')
    .option('--target <number>', 'the value to reach', Number)
    .description('make a project')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & {
          slug?: string;
          template?: string;
          gitUrl?: string;
          description?: string;
          goal?: string;
          metric?: string;
          target?: number;
        }
      >();
      const made = await openSession(options).client.call('createProject', {
        body: {
          name,
          ...(options.slug ? { slug: options.slug } : {}),
          ...(options.template ? { template: options.template } : {}),
          ...(options.gitUrl ? { gitUrl: options.gitUrl } : {}),
          ...(options.description ? { description: options.description } : {}),
          ...(options.goal
            ? {
                goal: {
                  title: options.goal,
                  ...(options.metric ? { metric: options.metric } : {}),
                  ...(options.target === undefined ? {} : { target: options.target }),
                },
              }
            : {}),
        },
      });
      printObject(made, options);
    });
  project
    .command('show')
    .argument('[project]')
    .description('one project')
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      printObject(await session.client.call('getProject', { project: name ?? session.needProject() }), options);
    });
  project
    .command('stage')
    .argument('<stage>')
    .option('--status <status>')
    .option('--reason <text>')
    .description('move the project in its arc')
    .action(async (stage: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { status?: string; reason?: string }>();
      const session = openSession(options);
      const body = {
        stage,
        ...(options.status ? { status: options.status } : {}),
        ...(options.reason ? { reason: options.reason } : {}),
      };
      printObject(await session.client.call('changeStage', { project: session.needProject(), body: body as never }), options);
    });

  const member = program.command('member').description('people of a project');
  member
    .command('list')
    .description('who has which role')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const { items } = await session.client.call('listMembers', { project: session.needProject() });
      printList(
        items,
        [
          { title: 'name', value: (row) => row.name },
          { title: 'role', value: (row) => row.role },
          { title: 'e-mail', value: (row) => row.email },
          { title: 'id', value: (row) => row.subjectId },
        ],
        options,
        'Nobody.',
      );
    });
  member
    .command('add')
    .argument('<email>')
    .argument('<role>', 'owner, contributor, validator, viewer or consumer')
    .description('give somebody a role')
    .action(async (email: string, role: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      printObject(
        await session.client.call('putMember', { project: session.needProject(), body: { email, role: role as never } }),
        options,
      );
    });
  member
    .command('remove')
    .argument('<subject>', 'id of the person, group or service account')
    .description('take the role away')
    .action(async (subject: string, _options, command: Command) => {
      const session = openSession(command.optsWithGlobals<CommonOptions>());
      await session.client.call('removeMember', { project: session.needProject(), subject });
      note(`Removed ${subject}.`);
    });
}
