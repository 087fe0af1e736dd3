import { type Context, defineList, fields, type ListQuery, type Page, readPage } from '../platform/index.ts';
import type { Channel } from '../policies/index.ts';
import { type RevisionRow, selectRevisions } from './deployment-store.ts';

export const revisionList = defineList({
  name: 'deployment revisions',
  sort: '-number',
  id: 'number',
  fields: {
    number: fields.integer('deploymentRevisions.number'),
    id: fields.text('deploymentRevisions.id'),
    channel: fields.text('deploymentRevisions.channel'),
    state: fields.text('deploymentRevisions.state'),
    cause: fields.text('deploymentRevisions.cause'),
    environmentRevisionId: fields.text('deploymentRevisions.environmentRevisionId'),
    createdAt: fields.time('deploymentRevisions.createdAt'),
    servingFrom: fields.time('deploymentRevisions.servingFrom', { nullable: true }),
    servingUntil: fields.time('deploymentRevisions.servingUntil', { nullable: true }),
  },
});

export async function listRevisions(
  ctx: Context,
  deploymentId: string,
  { channel, ...query }: ListQuery & { channel?: Channel },
): Promise<Page<RevisionRow>> {
  let revisions = selectRevisions(ctx).where('deploymentRevisions.deploymentId', '=', deploymentId);
  if (channel) revisions = revisions.where('deploymentRevisions.channel', '=', channel);
  return (await readPage(revisionList, revisions, query)) as unknown as Page<RevisionRow>;
}
