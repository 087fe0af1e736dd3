import type { Command } from 'commander';
import { ago, done, note, printObject, write } from '../output.ts';
import { expiry } from '../settings.ts';
import { collect, listVerb, verb } from '../verbs.ts';

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
  verb<[string], { oidcGroup?: string }>(
    group,
    'create <name>',
    'make a group',
    async ({ args: [name], options, session }) => {
      const body = { name, ...(options.oidcGroup ? { oidcGroup: options.oidcGroup } : {}) };
      printObject(await session.client.call('createGroup', { body }), options);
    },
    [['--oidc-group <value>', "value of the sign-in provider's groups claim that fills it"]],
  );
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
  verb<[string, string]>(
    group,
    'add <group> <email>',
    'put a person into a group, by its id',
    async ({ args: [id, email], options, session }) =>
      printObject(await session.client.call('addGroupMember', { group: id, body: { email } }), options),
  );
  verb<[string, string]>(
    group,
    'remove <group> <person>',
    'take a person out of a group, by ids',
    async ({ args: [id, person], options, session }) => {
      await session.client.call('removeGroupMember', { group: id, person });
      done({ id: person, removed: true }, options, `Removed ${person}.`);
    },
  );
  verb<[string]>(
    group,
    'delete <group>',
    'delete a group and what was granted to it',
    async ({ args: [id], options, session }) => {
      await session.client.call('deleteGroup', { group: id });
      done({ id, deleted: true }, options, `Deleted ${id}.`);
    },
  );
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
  verb<[string], { forProject?: string; role?: string; description?: string }>(
    account,
    'create <name>',
    'make an account for programs',
    async ({ args: [name], options, session }) => {
      const body = {
        name,
        ...(options.description ? { description: options.description } : {}),
        ...(options.forProject ? { projectId: options.forProject } : {}),
        ...(options.role ? { role: options.role as never } : {}),
      };
      printObject(await session.client.call('createServiceAccount', { body }), options);
    },
    [
      ['--for-project <project>', 'belongs to this project, whose owners manage it'],
      ['--role <role>', 'role in the project; member or auditor without one'],
      ['--description <text>', 'what it is for'],
    ],
  );
  verb<[string, string], { expires?: string; action?: string[] }>(
    account,
    'token <account> <name>',
    'make a token of a service account; it is shown once',
    async ({ args: [id, name], options, session }) => {
      const body = {
        name,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
        ...(options.action ? { actions: options.action } : {}),
      };
      const made = await session.client.call('createServiceAccountToken', { serviceAccount: id, body });
      if (options.json) return printObject(made, options);
      note('Keep it now: it is not shown again.');
      write(made.token);
    },
    [
      ['--expires <time>', 'RFC 3339 time, or a number of days as 30d'],
      ['--action <action>', 'carries only these actions; may come several times', collect],
    ],
  );
  for (const [usage, state, about] of [
    ['disable <account>', 'disabled', 'refuse its tokens'],
    ['enable <account>', 'active', 'take its tokens again'],
  ] as const)
    verb<[string]>(account, usage, about, async ({ args: [id], options, session }) =>
      printObject(await session.client.call('changeServiceAccount', { serviceAccount: id, body: { state } }), options),
    );
  verb<[string]>(account, 'delete <account>', 'delete it with its roles and tokens', async ({ args: [id], options, session }) => {
    await session.client.call('deleteServiceAccount', { serviceAccount: id });
    done({ id, deleted: true }, options, `Deleted ${id}.`);
  });
}

function sessions(session: Command): void {
  listVerb(session, {
    about: 'with device and last use',
    operation: 'listSessions',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'device', value: (row) => row.device },
      { title: 'address', value: (row) => row.address },
      { title: 'last seen', value: (row) => ago(row.lastSeenAt), exact: (row) => row.lastSeenAt },
    ],
    empty: 'You are signed in nowhere by a browser.',
  });
  verb<[string | undefined]>(
    session,
    'end [id]',
    'sign out on a device, or without an id everywhere',
    async ({ args: [id], options, session: { client } }) => {
      if (id === undefined) await client.call('endOtherSessions');
      else await client.call('endSession', { session: id });
      done({ id: id ?? null, ended: true }, options, id === undefined ? 'Signed out everywhere.' : `Ended ${id}.`);
    },
  );
}
