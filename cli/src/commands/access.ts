import type { Command } from 'commander';
import { note, printList, printObject } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';
import { expiry } from '../settings.ts';

/** Who may do what, and why. */
export function accessCommands(program: Command): void {
  const access = program.command('access').description('who may do what, and why');
  access
    .command('explain')
    .argument('<subject>', 'e-mail, or id of a person, group or service account')
    .argument('<action>', 'as job.start')
    .argument('<resource>', 'organization, a folder id, a project, or one thing as dataset:<id>')
    .description('why somebody may do something, or why not and who can change that')
    .action(async (subject: string, action: string, resource: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const answer = await openSession(options).client.call('explainAccess', { subject, action, resource });
      if (options.json) return printObject(answer, options);
      const { allowed, reason, neededRoles, whoCanGrant } = answer;
      printObject(
        {
          allowed,
          reason,
          ...(allowed
            ? {}
            : {
                neededRoles: neededRoles.join(', '),
                whoCanGrant: [...new Set(whoCanGrant.map((row) => row.subjectName))].join(', '),
              }),
        },
        options,
      );
    });
  access
    .command('list')
    .argument('<resource>', 'organization, a folder id, a project, or one thing as dataset:<id>')
    .description('who can see this: roles on it and on all that it stands in')
    .action(async (resource: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listGrantsReaching', { resource });
      printGrants(items, options);
    });
  access
    .command('of')
    .argument('<subject>', 'e-mail, or id of a person, group or service account')
    .description('what somebody can see: their roles, by their groups too')
    .action(async (subject: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listGrantsOfSubject', { subject });
      printGrants(items, options);
    });
  access
    .command('give')
    .argument('<subject>', 'e-mail, or id of a person, group or service account')
    .argument('<role>')
    .argument('<scope>', 'organization, a folder id, a project, or one thing as dataset:<id>')
    .option('--expires <time>', 'RFC 3339 time, or a number of days as 30d')
    .description('give a role, in place of the one that was there')
    .action(async (subject: string, role: string, scope: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { expires?: string }>();
      const body = {
        ...(subject.includes('@') ? { email: subject } : { subjectId: subject }),
        role: role as never,
        scope,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
      };
      printObject(await openSession(options).client.call('giveRole', { body }), options);
    });
  access
    .command('take')
    .argument('<grant>', 'id')
    .description('take a role away')
    .action(async (grant: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('takeRole', { grant });
      note(`Taken away: ${grant}.`);
    });
}

interface Grant {
  id: string;
  subjectName: string;
  subjectKind: string;
  role: string;
  scopeKind: string;
  scopeName: string;
  expiresAt: string | null;
}

function printGrants(grants: Grant[], options: CommonOptions): void {
  printList(
    grants,
    [
      { title: 'id', value: (row) => row.id },
      { title: 'who', value: (row) => row.subjectName },
      { title: 'kind', value: (row) => row.subjectKind },
      { title: 'role', value: (row) => row.role },
      { title: 'on', value: (row) => `${row.scopeKind} ${row.scopeName}` },
      { title: 'until', value: (row) => row.expiresAt },
    ],
    options,
    'No role that you may be told of.',
  );
}
