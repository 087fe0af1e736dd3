import { followEvents, type Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { ago, type Column, note, printList, printObject, write } from '../output.ts';
import { count, listVerb, verb } from '../verbs.ts';

/** What happened: the record, the activity of projects, the live stream, and what was made from what. */
export function recordCommands(program: Command): void {
  const audit = program.command('audit').description('the record of all that happened');
  listVerb<'listAuditEvents', Narrow>(audit, {
    about: 'newest first; for administrators and auditors',
    operation: 'listAuditEvents',
    input: ({ options }) => narrow(options),
    columns: eventColumns,
    empty: 'Nothing fits.',
    options: narrowing,
  });
  for (const noun of [audit, program])
    verb(noun, 'verify', 'recompute the chain of the record; exit code 1 when it was changed', async ({ options, session }) => {
      const verification = await session.client.call('verifyAudit');
      printObject(verification, options);
      if (!verification.valid) process.exitCode = exitCodes.failed;
    });

  listVerb<'listActivity', Narrow>(program.command('activity').description('what happened in projects'), {
    about: 'newest first; of the project in force, or all that you may see',
    operation: 'listActivity',
    input: ({ options, session }) => ({ ...narrow(options), ...(session.project ? { project: session.project } : {}) }),
    columns: eventColumns,
    empty: 'Nothing happened yet.',
    options: narrowing,
  });

  verb<string[], { after?: number }>(
    program,
    'events',
    'what happens, as it happens, one JSON object a line',
    async ({ options, session }) => {
      for await (const event of followEvents(session.client, options.after === undefined ? {} : { after: options.after }))
        write(JSON.stringify(event));
    },
    [['--after <sequence>', 'begin after this one', (text) => (text === '0' ? 0 : count(text))]],
  );

  verb<[string], { depth?: number }>(
    program.command('lineage').description('what was made from what'),
    'show <ref>',
    'around a thing named as run:…, snapshot:…, job:…',
    async ({ args: [node], options, session }) => {
      const found = await session.client.call('getLineage', { node, ...(options.depth ? { depth: options.depth } : {}) });
      printList(
        found.edges,
        [
          { title: 'from', value: (row) => row.from },
          { title: 'edge', value: (row) => row.kind },
          { title: 'to', value: (row) => row.to },
          { title: 'when', value: (row) => ago(row.at), exact: (row) => row.at },
        ],
        options,
        'Nothing is known about it.',
      );
      if (found.hidden > 0) note(`${found.hidden} more in projects that you may not see.`);
    },
    [['--depth <number>', 'steps both ways', count]],
  );
}

interface Narrow {
  verb?: string;
  actor?: string;
}
const narrowing: [string, string][] = [
  ['--verb <verb>', 'as job.finished'],
  ['--actor <id>', 'who did it'],
];
const narrow = ({ verb: name, actor }: Narrow) => ({ ...(name ? { verb: name } : {}), ...(actor ? { actor } : {}) });

const eventColumns: Column<Output<'listAuditEvents'>['items'][number]>[] = [
  { title: 'sequence', value: (row) => row.sequence },
  { title: 'time', value: (row) => ago(row.time), exact: (row) => row.time },
  { title: 'actor', value: (row) => row.actor.name },
  { title: 'verb', value: (row) => row.verb },
  { title: 'object', value: (row) => `${row.object.type}:${row.object.id}` },
];
