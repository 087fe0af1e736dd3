import type { Command } from 'commander';
import { ago, printObject } from '../output.ts';
import { listVerb, verb } from '../verbs.ts';
import { needVersion } from './model.ts';

/** What waits before protected channels. */
export function approvalCommands(program: Command): void {
  const approval = program.command('approval').description('what waits before protected channels');
  listVerb<'listApprovals', { every?: boolean }>(approval, {
    about: 'what waits for your decision',
    operation: 'listApprovals',
    input: ({ options }) => (options.every ? {} : { mine: true }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'project', value: (row) => row.projectSlug },
      { title: 'subject', value: (row) => row.subject },
      { title: 'channel', value: (row) => row.channel },
      { title: 'state', value: (row) => row.state },
      { title: 'by', value: (row) => row.requestedBy.name },
      { title: 'asked', value: (row) => ago(row.requestedAt), exact: (row) => row.requestedAt },
    ],
    empty: 'Nothing waits for you.',
    options: [['--every', 'decided ones too, and those that wait for others']],
  });
  verb<[string]>(
    approval,
    'show <approval>',
    'one, with the evidence of its decision',
    async ({ args: [id], options, session }) => printObject(await session.client.call('getApproval', { approval: id }), options),
  );
  verb<[string], { channel: 'prod' }>(
    approval,
    'request <model>',
    'ask for a version, as name/version, to be let in; again after a rejection too',
    async ({ args: [address], options, session }) => {
      const { name, version } = needVersion(address);
      const body = { subject: `models:/${name}/${version}`, channel: options.channel, project: session.needProject() };
      printObject(await session.client.call('requestApproval', { body }), options);
    },
    [['--channel <channel>', 'where it is to go', (text) => text, 'prod']],
  );
  for (const [word, decision, about] of [
    ['approve', 'approved', 'let exactly this version in'],
    ['reject', 'rejected', 'keep it out, with the reason'],
  ] as const) {
    verb<[string], { comment?: string }>(
      approval,
      `${word} <approval>`,
      about,
      async ({ args: [id], options, session }) => {
        const body = { decision, ...(options.comment ? { comment: options.comment } : {}) };
        printObject(await session.client.call('decideApproval', { approval: id, body }), options);
      },
      [['-m, --comment <text>', 'why']],
    );
  }
}
