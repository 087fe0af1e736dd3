import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { deleteArtifacts, listFolder, putArtifact, sendArtifact } from '../../artifacts/index.ts';
import { type AnyRoute, type Context, invalidField, route } from '../../platform/index.ts';
import { filesRefOf, openVersionById } from '../../registry/index.ts';
import { openLoggedModel, openRun } from '../../tracking/index.ts';
import { parseArtifactAddress } from './artifact-address.ts';
import { projectInForce } from './messages.ts';

const base = '/2.0/mlflow-artifacts/artifacts';

/** Whose file it is, after asking for the right. Files of versions are only read. */
async function resolve(
  ctx: Context,
  whole: string,
  action: 'artifact.read' | 'artifact.write',
): Promise<{ ownerRef: string; projectId: string; path: string }> {
  ctx.decided.add(action);
  const { owner, id, path } = parseArtifactAddress(whole);
  const project = await projectInForce(ctx);
  switch (owner) {
    case 'version': {
      if (action === 'artifact.write') throw invalidField('path', 'is in a registered version, whose files never change');
      const version = await openVersionById(ctx, id, action, project);
      return { ownerRef: filesRefOf(version.id), projectId: version.projectId, path };
    }
    case 'logged-model': {
      const model = await openLoggedModel(ctx, id, action, project);
      return { ownerRef: `logged-model:${model.id}`, projectId: model.projectId, path };
    }
    case 'run': {
      const run = await openRun(ctx, id, action, project);
      return { ownerRef: `run:${run.id}`, projectId: run.projectId, path };
    }
  }
}

const params = Type.Object({});

/** The artifact proxy: bytes as streams, both ways, with flat memory. */
export const artifactEndpoints: AnyRoute[] = [
  route({
    method: 'GET',
    path: base,
    operationId: 'mlflow artifacts list',
    summary: 'Files of a folder',
    permission: 'artifact.read',
    query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 2000 })) }),
    response: { 200: Type.Unknown() },
    handler: async (ctx, { query }) => {
      const { ownerRef, path } = await resolve(ctx, query.path ?? '', 'artifact.read');
      const entries = await listFolder(ctx, ownerRef, path);
      // Names are given from the folder asked for, as clients of the proxy expect.
      const files = entries.map((entry) => ({
        path: entry.path.split('/').at(-1),
        is_dir: entry.isFolder,
        ...(entry.sizeBytes === null ? {} : { file_size: entry.sizeBytes }),
      }));
      return files.length > 0 ? { files } : {};
    },
  }),
  route({
    method: 'GET',
    path: `${base}/{path+}`,
    operationId: 'mlflow artifacts get',
    summary: 'Download a file',
    permission: 'artifact.read',
    params,
    response: { 200: Type.Unknown() },
    produces: ['application/octet-stream'],
    handler: async (ctx, { params: given, reply }) => {
      const { ownerRef, path } = await resolve(ctx, (given as { path: string }).path, 'artifact.read');
      return sendArtifact(ctx, reply, ownerRef, path);
    },
  }),
  route({
    method: 'PUT',
    path: `${base}/{path+}`,
    operationId: 'mlflow artifacts put',
    summary: 'Upload a file',
    permission: 'artifact.write',
    params,
    bodyKind: 'stream',
    bodyLimitBytes: 1024 ** 4,
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params: given, request }) => {
      const { ownerRef, projectId, path } = await resolve(ctx, (given as { path: string }).path, 'artifact.write');
      await putArtifact(ctx, ownerRef, projectId, path, (request.body as Readable | undefined) ?? request.raw);
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: `${base}/{path+}`,
    operationId: 'mlflow artifacts delete',
    summary: 'Delete a file or folder',
    permission: 'artifact.write',
    params,
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params: given }) => {
      const { ownerRef, path } = await resolve(ctx, (given as { path: string }).path, 'artifact.write');
      await deleteArtifacts(ctx, ownerRef, path);
      return {};
    },
  }),
];
