import type { Output } from '@plinth/sdk';

type Channel = Output<'getNotificationChannel'>;

export const kindWords: Record<Channel['kind'], string> = { email: 'people, by mail', chat: 'a chat', webhook: 'a program' };

/** "owners, contributors, Ada" or the host of an address. */
export const receiversOf = (channel: Channel): string =>
  channel.url ?? [...channel.roles.map((role) => `${role}s`), ...channel.people.map(({ name }) => name)].join(', ');

const nouns: Record<string, string> = { alert: 'alerts', retraining: 'retrainings', approval: 'approvals', job: 'failed jobs' };

/** "alerts, failed jobs": types by their noun, in short. */
export const typesText = (types: readonly string[]): string =>
  [...new Set(types.map((type) => nouns[type.split('.')[0]!] ?? type))].join(', ');
