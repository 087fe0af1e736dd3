import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { type Column, done, printObject } from '../output.ts';
import { expiry } from '../settings.ts';
import { listVerb, verb } from '../verbs.ts';

/** Who may do what, and why. */
export function accessCommands(program: Command): void {
  const access = program.command('access').description('who may do what, and why');
  verb<[string, string, string]>(
    access,
    'explain <subject> <action> <resource>',
    'why somebody (e-mail or id) may do something (as job.start) on organization, a folder id, a project or one thing as dataset:<id>; or why not and who can change that',
    async ({ args: [subject, action, resource], options, session }) => {
      const answer = await session.client.call('explainAccess', { subject, action, resource });
      if (options.json) return printObject(answer, options);
      const { allowed, reason, neededRoles, whoCanGrant } = answer;
      const names = [...new Set(whoCanGrant.map((row) => row.subjectName))];
      const refused = { neededRoles: neededRoles.join(', '), whoCanGrant: names.join(', ') };
      printObject({ allowed, reason, ...(allowed ? {} : refused) }, options);
    },
  );
  listVerb(access, {
    usage: 'list <resource>',
    about:
      'who can see this: roles on it and on all that it stands in; organization, a folder id, a project, or one thing as dataset:<id>',
    operation: 'listGrantsReaching',
    input: ({ args: [resource = ''] }) => ({ resource }),
    columns: grantColumns,
    empty: nobody,
  });
  listVerb(access, {
    usage: 'of <subject>',
    about: 'what somebody (e-mail, or id of a person, group or service account) can see: their roles, by their groups too',
    operation: 'listGrantsOfSubject',
    input: ({ args: [subject = ''] }) => ({ subject }),
    columns: grantColumns,
    empty: nobody,
  });
  verb<[string, string, string], { expires?: string }>(
    access,
    'give <subject> <role> <scope>',
    'give a role, in place of the one that was there',
    async ({ args: [subject, role, scope], options, session }) => {
      const body = {
        ...(subject.includes('@') ? { email: subject } : { subjectId: subject }),
        role: role as never,
        scope,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
      };
      printObject(await session.client.call('giveRole', { body }), options);
    },
    [['--expires <time>', 'RFC 3339 time, or a number of days as 30d']],
  );
  verb<[string]>(
    access,
    'take <grant>',
    'take a role away, by the id of its grant',
    async ({ args: [grant], options, session }) => {
      await session.client.call('takeRole', { grant });
      done({ id: grant, taken: true }, options, `Taken away: ${grant}.`);
    },
  );
}

const grantColumns: Column<Output<'listGrantsReaching'>['items'][number]>[] = [
  { title: 'id', value: (row) => row.id },
  { title: 'who', value: (row) => row.subjectName },
  { title: 'kind', value: (row) => row.subjectKind },
  { title: 'role', value: (row) => row.role },
  { title: 'on', value: (row) => `${row.scopeKind} ${row.scopeName}` },
  { title: 'until', value: (row) => row.expiresAt },
];
const nobody = 'No role that you may be told of.';
