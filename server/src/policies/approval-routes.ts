import { type SqlBool, sql } from 'kysely';
import { Type } from 'typebox';
import { type Action, visible } from '../access/index.ts';
import { type AnyRoute, type Context, invalidField, oneOf, pageOf, pathId, route } from '../platform/index.ts';
import { approvalSchema } from './approval.ts';
import { approvalList, evidenceOf, listApprovals } from './approval-store.ts';
import { decideApproval } from './decide-approval.ts';
import { openApproval } from './open-approval.ts';
import { channelNames } from './policy.ts';
import { countWaiting, decidable, presentApproval, presentedApproval, waitsForMe } from './present-approvals.ts';
import { requestApproval } from './request-approval.ts';
import type { SubjectKind } from './subject.ts';

/** The project of a subject that is named without one. */
async function projectOf(ctx: Context, kinds: readonly SubjectKind[], subject: string): Promise<string> {
  const found = (await kinds.find(({ prefix }) => subject.startsWith(prefix))?.projectsWith(ctx, subject)) ?? [];
  const [only] = found;
  if (only && found.length === 1) return only.id;
  if (found.length > 1)
    throw invalidField('/project', `is needed: ${found.map(({ slug }) => slug).join(', ')} each have ${subject}; name one`);
  // What is wrong with the name is told by who resolves it.
  if (ctx.actor.defaultProjectId) return ctx.actor.defaultProjectId;
  throw invalidField(
    '/project',
    `is needed: you have no default project, and no project that you may see has ${subject.slice(0, 200)}`,
  );
}

const approvalParams = Type.Object({ approval: pathId('Id of the approval.') });

/** @param openProjectId asks for a right in a project by id or slug and gives its id */
export const approvalRoutes = (
  kinds: readonly SubjectKind[],
  openProjectId: (ctx: Context, name: string, action: Action) => Promise<string>,
): AnyRoute[] => [
  route({
    method: 'GET',
    path: '/approvals',
    operationId: 'listApprovals',
    summary: 'Approvals that you may see, newest first',
    permission: 'project.read',
    query: Type.Object({
      ...approvalList.query,
      mine: Type.Optional(Type.Boolean({ description: 'Only those that wait for your decision.' })),
      state: Type.Optional(approvalSchema.properties.state),
      project: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id or slug.' })),
      subject: Type.Optional(Type.String({ minLength: 1, maxLength: 600, description: 'As models:/name/version, or a ref.' })),
    }),
    response: {
      200: Type.Object({
        ...pageOf(approvalSchema).properties,
        waitingForMe: Type.Integer({ description: 'How many wait for your decision, whatever the filter.' }),
      }),
    },
    handler: async (ctx, { query }) => {
      const where = [visible(ctx, 'project.read', sql.ref('approvals.project_id'))];
      if (query.mine) where.push(...waitsForMe(ctx));
      if (query.state) where.push(sql<SqlBool>`approvals.state = ${query.state}`);
      if (query.project) where.push(sql<SqlBool>`(approvals.project_id = ${query.project} or projects.slug = ${query.project})`);
      if (query.subject)
        where.push(sql<SqlBool>`(approvals.subject_name = ${query.subject} or approvals.subject_ref = ${query.subject})`);
      const { items, nextCursor } = await listApprovals(ctx, where, decidable(ctx), query);
      return { items: items.map((row) => presentApproval(ctx, row)), nextCursor, waitingForMe: await countWaiting(ctx) };
    },
  }),
  route({
    method: 'POST',
    path: '/approvals',
    operationId: 'requestApproval',
    summary: 'Ask for a model version to be let into a protected channel',
    permission: 'approval.request',
    body: Type.Object({
      subject: Type.String({ minLength: 1, maxLength: 600, description: 'As models:/name/version or models:/name@alias.' }),
      channel: oneOf(channelNames),
      project: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'Id or slug. When left out your default project if it has the subject, else the only one that has.',
        }),
      ),
    }),
    response: { 201: approvalSchema },
    handler: async (ctx, { body }) => {
      ctx.decided.add('approval.request');
      const projectId = await openProjectId(ctx, body.project ?? (await projectOf(ctx, kinds, body.subject)), 'approval.request');
      const approval = await requestApproval(ctx, kinds, { subject: body.subject, channel: body.channel, projectId });
      return presentedApproval(ctx, approval.id);
    },
  }),
  route({
    method: 'GET',
    path: '/approvals/{approval}',
    operationId: 'getApproval',
    summary: 'One approval with the evidence that was pinned to its decision',
    permission: 'project.read',
    params: approvalParams,
    response: {
      200: Type.Object({
        ...approvalSchema.properties,
        evidence: Type.Unknown({ description: 'The model card at the moment of the decision; null before.' }),
      }),
    },
    handler: async (ctx, { params }) => {
      const approval = await openApproval(ctx, params.approval, 'project.read');
      return { ...(await presentedApproval(ctx, approval.id)), evidence: await evidenceOf(ctx, approval.id) };
    },
  }),
  route({
    method: 'POST',
    path: '/approvals/{approval}/decision',
    operationId: 'decideApproval',
    summary: 'Approve or reject, once, as somebody who neither made nor submitted it',
    permission: 'approval.decide',
    params: approvalParams,
    body: Type.Object({
      decision: oneOf(['approved', 'rejected']),
      comment: Type.Optional(Type.String({ maxLength: 5_000, description: 'Required to reject.' })),
    }),
    response: { 200: approvalSchema },
    handler: async (ctx, { params, body }) => {
      const approval = await decideApproval(ctx, kinds, params.approval, body);
      return presentedApproval(ctx, approval.id);
    },
  }),
];
