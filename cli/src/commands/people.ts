import type { Command } from 'commander';
import { ago, note, printList, printObject, write } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';
import { expiry } from '../settings.ts';
import { listVerb } from '../verbs.ts';

/** Groups, service accounts and sessions: who there is, beside who may do what. */
export function peopleCommands(program: Command): void {
  groups(program.command('group').description('people who are given roles together'));
  serviceAccounts(program.command('service-account').description('accounts for programs'));
  sessions(program.command('session').description('where you are signed in'));
}

function groups(group: Command): void {
  listVerb(group, {
    about: 'of the organization',
    operation: 'listGroups',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'members', value: (row) => row.memberCount },
      { title: 'from provider', value: (row) => row.oidcGroup },
    ],
    empty: 'No group yet. Make one with: plinth group create <name>',
  });
  group
    .command('create')
    .argument('<name>')
    .option('--oidc-group <value>', "value of the sign-in provider's groups claim that fills it")
    .description('make a group')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { oidcGroup?: string }>();
      const body = { name, ...(options.oidcGroup ? { oidcGroup: options.oidcGroup } : {}) };
      printObject(await openSession(options).client.call('createGroup', { body }), options);
    });
  listVerb(group, {
    usage: 'members <group>',
    about: 'people in a group, by id',
    operation: 'listGroupMembers',
    input: ({ args: [id] }) => ({ group: id! }),
    columns: [
      { title: 'id', value: (row) => row.personId },
      { title: 'name', value: (row) => row.name },
      { title: 'e-mail', value: (row) => row.email },
      { title: 'source', value: (row) => row.source },
    ],
    empty: 'Nobody.',
  });
  group
    .command('add')
    .argument('<group>', 'id')
    .argument('<email>')
    .description('put a person into a group')
    .action(async (id: string, email: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('addGroupMember', { group: id, body: { email } }), options);
    });
  group
    .command('remove')
    .argument('<group>', 'id')
    .argument('<person>', 'id')
    .description('take a person out of a group')
    .action(async (id: string, person: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('removeGroupMember', { group: id, person });
      note(`Removed ${person}.`);
    });
  group
    .command('delete')
    .argument('<group>', 'id')
    .description('delete a group and what was granted to it')
    .action(async (id: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('deleteGroup', { group: id });
      note(`Deleted ${id}.`);
    });
}

function serviceAccounts(account: Command): void {
  listVerb(account, {
    about: 'those that you may see',
    operation: 'listServiceAccounts',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'project', value: (row) => row.projectName },
      { title: 'state', value: (row) => row.state },
      { title: 'tokens', value: (row) => row.tokenCount },
      { title: 'last used', value: (row) => ago(row.lastUsedAt), exact: (row) => row.lastUsedAt },
    ],
    empty: 'No service account yet. Make one with: plinth service-account create <name> --for-project <project>',
  });
  account
    .command('create')
    .argument('<name>')
    .option('--for-project <project>', 'belongs to this project, whose owners manage it')
    .option('--role <role>', 'role in the project; member or auditor without one')
    .option('--description <text>')
    .description('make an account for programs')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { forProject?: string; role?: string; description?: string }>();
      const body = {
        name,
        ...(options.description ? { description: options.description } : {}),
        ...(options.forProject ? { projectId: options.forProject } : {}),
        ...(options.role ? { role: options.role as never } : {}),
      };
      printObject(await openSession(options).client.call('createServiceAccount', { body }), options);
    });
  account
    .command('token')
    .argument('<account>', 'id')
    .argument('<name>', 'of the token')
    .option('--expires <time>', 'RFC 3339 time, or a number of days as 30d')
    .option('--action <action...>', 'carries only these actions')
    .description('make a token of a service account; it is shown once')
    .action(async (id: string, name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { expires?: string; action?: string[] }>();
      const body = {
        name,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
        ...(options.action ? { actions: options.action } : {}),
      };
      const made = await openSession(options).client.call('createServiceAccountToken', { serviceAccount: id, body });
      if (options.json) return printObject(made, options);
      note('Keep it now: it is not shown again.');
      write(made.token);
    });
  for (const [verb, state] of [
    ['disable', 'disabled'],
    ['enable', 'active'],
  ] as const) {
    account
      .command(verb)
      .argument('<account>', 'id')
      .description(verb === 'disable' ? 'refuse its tokens' : 'take its tokens again')
      .action(async (id: string, _options, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        const { client } = openSession(options);
        printObject(await client.call('changeServiceAccount', { serviceAccount: id, body: { state } }), options);
      });
  }
  account
    .command('delete')
    .argument('<account>', 'id')
    .description('delete it with its roles and tokens')
    .action(async (id: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('deleteServiceAccount', { serviceAccount: id });
      note(`Deleted ${id}.`);
    });
}

function sessions(session: Command): void {
  session
    .command('list')
    .description('sessions with device and last use')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listSessions');
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'device', value: (row) => row.device },
          { title: 'address', value: (row) => row.address },
          { title: 'last seen', value: (row) => ago(row.lastSeenAt), exact: (row) => row.lastSeenAt },
        ],
        options,
        'You are signed in nowhere by a browser.',
      );
    });
  session
    .command('end')
    .argument('[id]', 'one; without it all')
    .description('sign out on a device, or everywhere')
    .action(async (id: string | undefined, _options, command: Command) => {
      const { client } = openSession(command.optsWithGlobals<CommonOptions>());
      if (id === undefined) await client.call('endOtherSessions');
      else await client.call('endSession', { session: id });
      note(id === undefined ? 'Signed out everywhere.' : `Ended ${id}.`);
    });
}
