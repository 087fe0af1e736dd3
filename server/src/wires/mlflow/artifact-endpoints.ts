import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { deleteArtifacts, listFolder, putArtifact, sendArtifact } from '../../artifacts/index.ts';
import { type AnyRoute, route } from '../../platform/index.ts';
import { resolveArtifact } from './artifact-owner.ts';

const base = '/2.0/mlflow-artifacts/artifacts';

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
      const { ownerRef, path } = await resolveArtifact(ctx, query.path ?? '', 'artifact.read');
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
      const { ownerRef, path } = await resolveArtifact(ctx, (given as { path: string }).path, 'artifact.read');
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
      const { ownerRef, projectId, path } = await resolveArtifact(ctx, (given as { path: string }).path, 'artifact.write');
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
      const { ownerRef, path } = await resolveArtifact(ctx, (given as { path: string }).path, 'artifact.write');
      await deleteArtifacts(ctx, ownerRef, path);
      return {};
    },
  }),
];
