import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { findWorkloads } from '../compute/index.ts';
import {
  type AnyRoute,
  type Context,
  defineShortList,
  type ListQuery,
  pageOf,
  pathId,
  readShortList,
  route,
} from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { makeEntry } from './enter-workspace.ts';
import { openWorkspace } from './open-workspace.ts';
import { createWorkspace, startWorkspace } from './start-workspace.ts';
import { deleteWorkspace, stopWorkspace } from './stop-workspace.ts';
import { tools } from './tools.ts';
import { present, workspaceSchema } from './workspace.ts';
import { listWorkspaces, workspaceList } from './workspace-store.ts';

const toolSchema = Type.Object({ name: Type.String(), title: Type.String() });
const toolList = defineShortList('workspace tools', toolSchema, { sort: 'name', id: ['name'] });
const workspaceParams = Type.Object({ workspace: pathId('Id of the workspace.') });
const word = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 120, description }));

async function list(ctx: Context, projectId: string | null, query: ListQuery) {
  const readable = visible(ctx, 'workspace.read', sql.ref('workspaces.project_id'));
  const { items, nextCursor } = await listWorkspaces(ctx, { readable, projectId }, query);
  const workloads = await findWorkloads(
    ctx,
    items.flatMap((row) => row.workloadId ?? []),
  );
  return { items: items.map((row) => present(row, workloads.get(row.workloadId ?? '') ?? null)), nextCursor };
}

export const workspaceRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: '/workspace-tools',
    operationId: 'listWorkspaceTools',
    summary: 'Tools that a workspace can be started with',
    permission: 'self',
    query: Type.Object(toolList.query),
    response: { 200: pageOf(toolSchema) },
    handler: async (_ctx, { query }) => readShortList(toolList, tools, query),
  }),
  route({
    method: 'GET',
    path: '/workspaces',
    operationId: 'listWorkspaces',
    summary: 'Workspaces that you may see, newest first',
    permission: 'workspace.read',
    query: Type.Object(workspaceList.query),
    response: { 200: pageOf(workspaceSchema) },
    handler: async (ctx, { query }) => list(ctx, null, query),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/workspaces',
    operationId: 'listProjectWorkspaces',
    summary: 'Workspaces of a project, newest first',
    permission: 'workspace.read',
    params: projectParams,
    query: Type.Object(workspaceList.query),
    response: { 200: pageOf(workspaceSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'workspace.read');
      return list(ctx, project.id, query);
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/workspaces',
    operationId: 'createWorkspace',
    summary: 'Make a workspace and start it',
    permission: 'workspace.use',
    params: projectParams,
    body: Type.Object({
      tool: Type.String({ minLength: 1, maxLength: 60, description: 'jupyterlab' }),
      name: word('What to call it.'),
      environment: word('Id or name of an environment, or base.'),
      hardwareTier: word('Id or name of a hardware tier.'),
      branch: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9][\\w./-]*$' })),
    }),
    response: { 201: workspaceSchema },
    handler: async (ctx, { params, body }) => createWorkspace(ctx, params.project, body),
  }),
  route({
    method: 'GET',
    path: '/workspaces/{workspace}',
    operationId: 'getWorkspace',
    summary: 'One workspace',
    permission: 'workspace.read',
    params: workspaceParams,
    response: { 200: workspaceSchema },
    handler: async (ctx, { params }) => (await openWorkspace(ctx, params.workspace, 'workspace.read')).workspace,
  }),
  route({
    method: 'POST',
    path: '/workspaces/{workspace}/start',
    operationId: 'startWorkspace',
    summary: 'Start a new session on the files that were kept',
    permission: 'workspace.use',
    params: workspaceParams,
    response: { 200: workspaceSchema },
    handler: async (ctx, { params }) => startWorkspace(ctx, params.workspace),
  }),
  route({
    method: 'POST',
    path: '/workspaces/{workspace}/stop',
    operationId: 'stopWorkspace',
    summary: 'End the session; files are kept',
    permission: 'workspace.use',
    params: workspaceParams,
    response: { 200: workspaceSchema },
    handler: async (ctx, { params }) => stopWorkspace(ctx, params.workspace),
  }),
  route({
    method: 'POST',
    path: '/workspaces/{workspace}/entry',
    operationId: 'enterWorkspace',
    summary: 'A link into the running tool, good once and for a minute',
    permission: 'workspace.use',
    params: workspaceParams,
    response: { 201: Type.Object({ url: Type.String() }) },
    handler: async (ctx, { params }) => makeEntry(ctx, params.workspace),
  }),
  route({
    method: 'DELETE',
    path: '/workspaces/{workspace}',
    operationId: 'deleteWorkspace',
    summary: 'Move a stopped workspace to the trash',
    permission: 'workspace.use',
    params: workspaceParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => deleteWorkspace(ctx, params.workspace),
  }),
];
