import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { visible } from '../access/index.ts';
import { type AnyRoute, notFound, pageOf, pathId, route } from '../platform/index.ts';
import { openProject, projectParams } from '../projects/index.ts';
import { createDataset, createSnapshot, openDataset, openSnapshot, putBlob } from './create-snapshot.ts';
import { datasetSchema, fileSchema, snapshotSchema } from './dataset.ts';
import { datasetList, filesOf, findBlob, listDatasets, snapshotList, snapshotsOf } from './dataset-store.ts';

const snapshotParams = Type.Object({ snapshot: pathId('Id of the snapshot.') });
const blobParams = Type.Object({ ...projectParams.properties, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const blobSchema = Type.Object({ sha256: Type.String(), sizeBytes: Type.Integer() });

export const dataRoutes: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/projects/{project}/datasets',
    operationId: 'createDataset',
    summary: 'Make a dataset; its states are snapshots',
    permission: 'dataset.write',
    params: projectParams,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 120 }),
      description: Type.Optional(Type.String({ maxLength: 5000 })),
    }),
    response: { 201: datasetSchema },
    handler: async (ctx, { params, body }) => createDataset(ctx, params.project, body),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/datasets',
    operationId: 'listDatasets',
    summary: 'Datasets of a project, newest first',
    permission: 'dataset.read',
    params: projectParams,
    query: Type.Object(datasetList.query),
    response: { 200: pageOf(datasetSchema) },
    handler: async (ctx, { params, query }) => {
      const project = await openProject(ctx, params.project, 'dataset.read');
      const readable = visible(ctx, 'dataset.read', sql.ref('datasets.project_id'));
      return listDatasets(ctx, { readable, projectId: project.id }, query);
    },
  }),
  route({
    method: 'GET',
    path: '/datasets/{dataset}',
    operationId: 'getDataset',
    summary: 'One dataset',
    permission: 'dataset.read',
    params: Type.Object({ dataset: pathId('Id of the dataset.') }),
    response: { 200: datasetSchema },
    handler: async (ctx, { params }) => openDataset(ctx, params.dataset, 'dataset.read'),
  }),
  route({
    method: 'GET',
    path: '/datasets/{dataset}/snapshots',
    operationId: 'listSnapshots',
    summary: 'Snapshots of a dataset, newest first',
    permission: 'dataset.read',
    params: Type.Object({ dataset: pathId('Id of the dataset.') }),
    query: Type.Object(snapshotList.query),
    response: { 200: pageOf(snapshotSchema) },
    handler: async (ctx, { params, query }) => {
      const dataset = await openDataset(ctx, params.dataset, 'dataset.read');
      return snapshotsOf(ctx, dataset.id, query);
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{project}/datasets/{dataset}/snapshots',
    operationId: 'createSnapshot',
    summary: 'Add a snapshot: upload files, or name contents that were put',
    description:
      'multipart/form-data with a part per file (its file name is its path), or JSON {files: [{path, sha256, sizeBytes}], message?} after PUT of each content.',
    permission: 'dataset.write',
    params: Type.Object({ ...projectParams.properties, dataset: pathId('Id of the dataset.') }),
    bodyKind: 'multipart',
    body: Type.Object({
      file: Type.Optional(Type.Unsafe<string>({ type: 'string', format: 'binary' })),
      message: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    idempotent: false,
    response: { 201: snapshotSchema },
    handler: async (ctx, { params, request }) => createSnapshot(ctx, params.project, params.dataset, request),
  }),
  route({
    method: 'PUT',
    path: '/projects/{project}/blobs/{sha256}',
    operationId: 'putBlob',
    summary: 'Upload one content under its SHA-256',
    permission: 'dataset.write',
    params: blobParams,
    bodyKind: 'stream',
    response: { 200: blobSchema },
    handler: async (ctx, { params, body }) => putBlob(ctx, params.project, params.sha256, body as NodeJS.ReadableStream),
  }),
  route({
    method: 'GET',
    path: '/projects/{project}/blobs/{sha256}',
    operationId: 'getBlob',
    summary: 'Whether the project has that content',
    permission: 'dataset.read',
    params: blobParams,
    response: { 200: blobSchema },
    handler: async (ctx, { params }) => {
      const project = await openProject(ctx, params.project, 'dataset.read');
      const blob = await findBlob(ctx, project.id, params.sha256);
      if (!blob) throw notFound('content', params.sha256);
      return blob;
    },
  }),
  route({
    method: 'GET',
    path: '/snapshots/{snapshot}',
    operationId: 'getSnapshot',
    summary: 'One snapshot with its schema and column statistics',
    permission: 'dataset.read',
    params: snapshotParams,
    response: { 200: snapshotSchema },
    handler: async (ctx, { params }) => openSnapshot(ctx, params.snapshot),
  }),
  route({
    method: 'GET',
    path: '/snapshots/{snapshot}/files',
    operationId: 'listSnapshotFiles',
    summary: 'Files of a snapshot',
    permission: 'dataset.read',
    params: snapshotParams,
    response: { 200: Type.Object({ items: Type.Array(fileSchema) }) },
    handler: async (ctx, { params }) => {
      const snapshot = await openSnapshot(ctx, params.snapshot);
      return { items: await filesOf(ctx, snapshot.id) };
    },
  }),
  route({
    method: 'GET',
    path: '/snapshots/{snapshot}/content',
    operationId: 'getSnapshotFile',
    summary: 'Download one file of a snapshot',
    permission: 'dataset.read',
    params: snapshotParams,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 1000 }) }),
    produces: ['application/octet-stream'],
    response: { 200: Type.Unsafe<string>({ type: 'string', format: 'binary' }) },
    handler: async (ctx, { params, query, reply }) => {
      const snapshot = await openSnapshot(ctx, params.snapshot);
      const file = (await filesOf(ctx, snapshot.id)).find((one) => one.path === query.path);
      if (!file) throw notFound('file', query.path);
      const content: Readable = await ctx.platform.blobs.read(file.sha256);
      return reply
        .headers({
          'content-length': file.sizeBytes,
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.path.split('/').at(-1)!)}`,
          etag: `"${file.sha256}"`,
        })
        .type('application/octet-stream')
        .send(content);
    },
  }),
];
