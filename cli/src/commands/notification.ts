import type { Input, Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, done, note, printList, printObject } from '../output.ts';
import { collect, confirm, listVerb, verb } from '../verbs.ts';

type Channel = Output<'getNotificationChannel'>;
type New = NonNullable<Input<'createNotificationChannel'>['body']>;

interface CreateOptions {
  webhook?: string;
  chat?: string;
  email?: boolean;
  type?: string[];
  role?: string[];
  person?: string[];
  everywhere?: boolean;
}

/** Who is told of what, and where. */
export function notificationCommands(program: Command): void {
  const notification = program.command('notification').description('who is told of what: webhooks, chats and mail');
  listVerb(notification, {
    about: 'channels of the project in force, or all that you may see',
    operation: ({ session }) => (session.project ? 'listProjectNotificationChannels' : 'listNotificationChannels'),
    input: ({ session }) => (session.project ? { project: session.project } : {}) as { project: string },
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'kind', value: (row) => row.kind },
      { title: 'to', value: (row) => receiversOf(row) },
      { title: 'types', value: (row) => row.types.join(',') },
      { title: 'health', value: (row) => healthOf(row) },
    ],
    empty:
      'Nobody is told of anything yet. Make a channel: plinth notification create <name> --email --role owner --type alert.fired',
  });
  verb(notification, 'types', 'of what one can be told', async ({ options, session }) => {
    const { items } = await session.client.call('listNotificationTypes', { limit: 1000 });
    printList(
      items,
      [
        { title: 'type', value: (row) => row.type },
        { title: 'means', value: (row) => row.summary },
      ],
      options,
      '',
    );
  });
  verb<[string], CreateOptions>(
    notification,
    'create <name>',
    'tell people or a program of events of the project in force',
    async ({ args: [name], options, session }) => {
      const body = { name, ...whereTo(options) } as New;
      const project = options.everywhere ? undefined : session.project;
      if (!project && !options.everywhere)
        throw new UseError('Name the project by --project, or say --everywhere for events of all projects.');
      const made = project
        ? await session.client.call('createProjectNotificationChannel', { project, body })
        : await session.client.call('createNotificationChannel', { body });
      printObject(made, options);
      if (made.secret) note('The secret signs what is sent, and is shown this once.');
    },
    [
      ['--webhook <url>', 'a program: signed JSON'],
      ['--chat <url>', 'the incoming webhook of a chat'],
      ['--email', 'mail to the roles and people named'],
      ['--type <type>', 'of what (plinth notification types); may come several times', collect as (text: string) => unknown],
      ['--role <role>', 'who gets the mail; may come several times', collect as (text: string) => unknown],
      ['--person <id>', 'who gets the mail besides; may come several times', collect as (text: string) => unknown],
      ['--everywhere', 'of all projects (administrators)'],
    ],
  );
  verb<[string]>(
    notification,
    'show <channel>',
    'one channel, and whether it gets through',
    async ({ args: [id], options, session }) =>
      printObject(await session.client.call('getNotificationChannel', { notificationChannel: id }), options),
  );
  verb<[string]>(
    notification,
    'test <channel>',
    'send one message now; exit code 1 when it does not arrive',
    async ({ args: [id], options, session }) => {
      const delivery = await session.client.call('testNotificationChannel', { notificationChannel: id });
      printObject(delivery, options);
      if (delivery.state !== 'delivered') process.exitCode = 1;
    },
  );
  listVerb(notification, {
    usage: 'deliveries <channel>',
    about: 'what was sent, what waits, and what could not be delivered',
    operation: 'listNotificationDeliveries',
    input: ({ args: [id = ''] }) => ({ notificationChannel: id }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'state', value: (row) => row.state },
      { title: 'when', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
      { title: 'tries', value: (row) => row.attempts },
      { title: 'to', value: (row) => row.address ?? '' },
      { title: 'message', value: (row) => row.title },
      { title: 'error', value: (row) => row.error },
    ],
    empty: 'Nothing was sent yet.',
  });
  for (const [name, state, about] of [
    ['pause', 'paused', 'send nothing for now, and forget what waits'],
    ['resume', 'active', 'send again'],
  ] as const)
    verb<[string]>(notification, `${name} <channel>`, about, async ({ args: [id], options, session }) =>
      printObject(await session.client.call('changeNotificationChannel', { notificationChannel: id, body: { state } }), options),
    );
  verb<[string]>(notification, 'delete <channel>', 'delete it', async ({ args: [id], options, session }) => {
    await confirm(`Delete channel ${id}?`, options);
    await session.client.call('deleteNotificationChannel', { notificationChannel: id });
    done({ id, deleted: true }, options, `Channel ${id} is deleted.`);
  });
}

function whereTo({ webhook, chat, email, type = [], role, person }: CreateOptions): Omit<New, 'name'> {
  if ([webhook, chat, email].filter(Boolean).length !== 1)
    throw new UseError('Give one of --webhook <url>, --chat <url> and --email.');
  const types = type.length > 0 ? type : ['alert.fired', 'alert.resolved'];
  if (webhook !== undefined) return { kind: 'webhook', url: webhook, types };
  if (chat !== undefined) return { kind: 'chat', url: chat, types };
  return { kind: 'email', types, roles: (role ?? []) as NonNullable<New['roles']>, personIds: person ?? [] };
}

const receiversOf = (channel: Channel): string =>
  channel.url ?? [...channel.roles.map((role) => `${role}s`), ...channel.people.map(({ name }) => name)].join(', ');

function healthOf(channel: Channel): string {
  if (channel.state === 'paused') return 'paused';
  if (channel.failures > 0) return `failing: ${channel.lastError ?? ''}`;
  return channel.lastDeliveredAt ? `reached ${ago(channel.lastDeliveredAt)}` : 'nothing sent yet';
}
