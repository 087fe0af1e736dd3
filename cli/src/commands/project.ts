import type { Command } from 'commander';
import { ago, done, printObject } from '../output.ts';
import { confirm, listVerb, number, verb } from '../verbs.ts';

interface NewProject {
  slug?: string;
  template?: string;
  gitUrl?: string;
  description?: string;
  goal?: string;
  metric?: string;
  target?: number;
}

/** Projects and their people. */
export function projectCommands(program: Command): void {
  const project = program.command('project').description('projects');
  listVerb<'listProjects', { search?: string }>(project, {
    about: 'those that you may see',
    operation: 'listProjects',
    input: ({ options }) => (options.search ? { search: options.search } : {}),
    columns: [
      { title: 'slug', value: (row) => row.slug },
      { title: 'name', value: (row) => row.name },
      { title: 'stage', value: (row) => row.stage },
      { title: 'status', value: (row) => row.status },
      { title: 'owner', value: (row) => row.ownerName },
      { title: 'changed', value: (row) => ago(row.updatedAt), exact: (row) => row.updatedAt },
    ],
    empty: 'No project yet. Make one with: plinth project create <name> --template python-scikit-learn',
    options: [['--search <words>', 'in name, slug and description']],
  });
  verb<[string], NewProject>(
    project,
    'create <name>',
    'make a project',
    async ({ args: [name], options, session }) => {
      const { goal, metric, target } = options;
      const body = {
        name,
        ...(options.slug ? { slug: options.slug } : {}),
        ...(options.template ? { template: options.template } : {}),
        ...(options.gitUrl ? { gitUrl: options.gitUrl } : {}),
        ...(options.description ? { description: options.description } : {}),
        ...(goal ? { goal: { title: goal, ...(metric ? { metric } : {}), ...(target === undefined ? {} : { target }) } } : {}),
      };
      printObject(await session.client.call('createProject', { body }), options);
    },
    [
      ['--slug <slug>', 'its name in addresses'],
      ['--template <template>', 'begin with its files (see: plinth template list)'],
      ['--git-url <url>', 'begin with a copy of this repository'],
      ['--description <text>', 'what it is about'],
      ['--goal <text>', 'what it is for'],
      ['--metric <name>', 'the metric by which one will know'],
      ['--target <number>', 'the value to reach', number],
    ],
  );
  verb<[string | undefined]>(project, 'show [project]', 'one project', async ({ args: [name], options, session }) =>
    printObject(await session.client.call('getProject', { project: name ?? session.needProject() }), options),
  );
  verb<[string], { status?: string; reason?: string }>(
    project,
    'stage <stage>',
    'move the project in its arc',
    async ({ args: [stage], options, session }) => {
      const { status, reason } = options;
      const body = { stage, ...(status ? { status } : {}), ...(reason ? { reason } : {}) };
      printObject(await session.client.call('changeStage', { project: session.needProject(), body: body as never }), options);
    },
    [
      ['--status <status>', 'active, blocked, on-hold, …'],
      ['--reason <text>', 'why'],
    ],
  );
  memberRows(project, 'members');
  verb<[string]>(
    project,
    'delete <project>',
    'move a project to the trash, for 30 days',
    async ({ args: [name], options, session }) => {
      const found = await session.client.call('getProject', { project: name });
      await confirm(`Move the project "${found.name}" and all that is in it to the trash?`, options);
      await session.client.call('deleteProject', { project: found.id });
      done(
        { id: found.id, slug: found.slug, deleted: true },
        options,
        `Deleted ${found.slug}. It can be restored for 30 days: plinth project trash`,
      );
    },
  );

  const member = program.command('member').description('people of a project');
  memberRows(member, 'list');
  verb<[string, string]>(
    member,
    'add <email> <role>',
    'make somebody owner, contributor, validator, viewer or consumer',
    async ({ args: [email, role], options, session }) => {
      const body = { email, role: role as never };
      printObject(await session.client.call('putMember', { project: session.needProject(), body }), options);
    },
  );
  verb<[string]>(
    member,
    'remove <subject>',
    'take the role of a person, group or service account away, by id',
    async ({ args: [subject], options, session }) => {
      await session.client.call('removeMember', { project: session.needProject(), subject });
      done({ id: subject, removed: true }, options, `Removed ${subject}.`);
    },
  );
}

const memberRows = (noun: Command, usage: string): Command =>
  listVerb(noun, {
    usage,
    about: 'who has which role',
    operation: 'listMembers',
    input: ({ session }) => ({ project: session.needProject() }),
    columns: [
      { title: 'name', value: (row) => row.name },
      { title: 'role', value: (row) => row.role },
      { title: 'e-mail', value: (row) => row.email },
      { title: 'id', value: (row) => row.subjectId },
    ],
    empty: 'Nobody.',
  });
