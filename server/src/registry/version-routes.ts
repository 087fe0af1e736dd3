import { Type } from 'typebox';
import { listFolder, sendArtifact } from '../artifacts/index.ts';
import { lineageSchema, readableLineage, ref } from '../lineage/index.ts';
import { type AnyRoute, checkIfMatch, etag, invalidField, nullable, oneOf, pageOf, pathId, route } from '../platform/index.ts';
import { changeVersion, deleteVersion } from './change-version.ts';
import { tagsPatchSchema, tagsSchema } from './model.ts';
import { cardSchema, modelCard } from './model-card.ts';
import { defaultProjectOf, modelParams } from './model-routes.ts';
import { openModel, openVersion, resolveVersion } from './open-model.ts';
import { packageVersion } from './package-version.ts';
import { presentVersion, presentVersions } from './present-versions.ts';
import { registerVersion } from './register-version.ts';
import { editionOfVersion, filesRefOf, versionSchema } from './version.ts';
import type { VersionSource } from './version-source.ts';
import { listVersions, versionList } from './version-store.ts';

const versionParams = Type.Object({ ...modelParams.properties, version: pathId('Its number, or latest.') });
const id = Type.String({ minLength: 1, maxLength: 100 });
const description = Type.Optional(Type.String({ maxLength: 100_000 }));
const versions = '/projects/{project}/models/{name}/versions';

export const versionRoutes: AnyRoute[] = [
  route({
    method: 'GET',
    path: versions,
    operationId: 'listVersions',
    summary: 'Versions of a model, newest first, with the metrics of their runs and their approvals',
    permission: 'model.read',
    params: modelParams,
    query: Type.Object(versionList.query),
    response: { 200: pageOf(versionSchema) },
    handler: async (ctx, { params, query }) => {
      const model = await openModel(ctx, params.project, params.name, 'model.read');
      const { items, nextCursor } = await listVersions(ctx, model.id, query);
      return { items: await presentVersions(ctx, items), nextCursor };
    },
  }),
  route({
    method: 'POST',
    path: versions,
    operationId: 'registerVersion',
    summary: 'Register what a run logged as a new version',
    description:
      'One source: `runId` with the `path` that the model was logged to, or `loggedModelId`, or `copyOf` another version (models:/name/version).',
    permission: 'model.write',
    params: modelParams,
    body: Type.Object({
      runId: Type.Optional(id),
      path: Type.Optional(Type.String({ maxLength: 1000 })),
      loggedModelId: Type.Optional(id),
      copyOf: Type.Optional(Type.String({ minLength: 1, maxLength: 600 })),
      description,
      tags: Type.Optional(tagsSchema),
    }),
    response: { 201: versionSchema },
    handler: async (ctx, { params, body }) => {
      const { runId, path, loggedModelId, copyOf, ...rest } = body;
      let source: VersionSource;
      if (loggedModelId !== undefined && copyOf === undefined)
        source = { kind: 'logged-model', modelId: loggedModelId, path: path ?? '' };
      else if (copyOf !== undefined && loggedModelId === undefined)
        source = {
          kind: 'version',
          versionId: (await resolveVersion(ctx, params.project, copyOf, 'model.read', '/copyOf')).id,
        };
      else if (runId !== undefined && copyOf === undefined) source = { kind: 'run', runId, path: path ?? '' };
      else {
        ctx.decided.add('model.write');
        throw invalidField('/runId', 'is needed with the path that the model was logged to; or loggedModelId, or copyOf');
      }
      const version = await registerVersion(ctx, params.project, params.name, {
        source,
        ...rest,
        ...(source.kind !== 'run' && runId !== undefined ? { runId } : {}),
      });
      return presentVersion(ctx, version);
    },
  }),
  route({
    method: 'GET',
    path: '/models/{name}/versions/{version}',
    operationId: 'getVersionOfDefaultProject',
    summary: 'A version of a model of your default project',
    permission: 'model.read',
    params: Type.Object({ name: versionParams.properties.name, version: versionParams.properties.version }),
    response: { 200: versionSchema },
    handler: async (ctx, { params }) => {
      const project = defaultProjectOf(ctx, 'model.read');
      return presentVersion(ctx, await openVersion(ctx, project, params.name, params.version, 'model.read'));
    },
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}`,
    operationId: 'getVersion',
    summary: 'One version',
    permission: 'model.read',
    params: versionParams,
    response: { 200: versionSchema },
    handler: async (ctx, { params, reply }) => {
      const version = await openVersion(ctx, params.project, params.name, params.version, 'model.read');
      etag(reply, editionOfVersion(version));
      return presentVersion(ctx, version);
    },
  }),
  route({
    method: 'PATCH',
    path: `${versions}/{version}`,
    operationId: 'changeVersion',
    summary: 'Change description or tags; the files of a version never change',
    permission: 'model.write',
    params: versionParams,
    body: Type.Object({ description, tags: Type.Optional(tagsPatchSchema) }),
    response: { 200: versionSchema },
    handler: async (ctx, { params, body, request, reply }) => {
      const version = await changeVersion(ctx, params.project, params.name, params.version, body, (before) =>
        checkIfMatch(request, editionOfVersion(before)),
      );
      etag(reply, editionOfVersion(version));
      return presentVersion(ctx, version);
    },
  }),
  route({
    method: 'DELETE',
    path: `${versions}/{version}`,
    operationId: 'deleteVersion',
    summary: 'Take a version out of use; its number is never given again',
    permission: 'model.write',
    params: versionParams,
    response: { 204: Type.Null() },
    handler: async (ctx, { params }) => deleteVersion(ctx, params.project, params.name, params.version),
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}/card`,
    operationId: 'getModelCard',
    summary: 'The model card, from recorded facts, with what is missing',
    permission: 'model.read',
    params: versionParams,
    response: { 200: cardSchema },
    handler: async (ctx, { params }) =>
      modelCard(ctx, await openVersion(ctx, params.project, params.name, params.version, 'model.read')),
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}/lineage`,
    operationId: 'getVersionLineage',
    summary: 'What a version was made from, and what was made from it',
    permission: 'model.read',
    params: versionParams,
    query: Type.Object({ depth: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 5 })) }),
    response: { 200: lineageSchema },
    handler: async (ctx, { params, query }) => {
      const version = await openVersion(ctx, params.project, params.name, params.version, 'model.read');
      return readableLineage(ctx, ref('version', version.id), query.depth ?? 5);
    },
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}/artifacts`,
    operationId: 'listVersionArtifacts',
    summary: 'Files of a version in one folder',
    permission: 'artifact.read',
    params: versionParams,
    query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 1000 })) }),
    response: {
      200: Type.Object({
        items: Type.Array(Type.Object({ path: Type.String(), isFolder: Type.Boolean(), sizeBytes: nullable(Type.Integer()) })),
      }),
    },
    handler: async (ctx, { params, query }) => {
      const version = await openVersion(ctx, params.project, params.name, params.version, 'artifact.read');
      return { items: await listFolder(ctx, filesRefOf(version.id), query.path ?? '') };
    },
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}/artifact`,
    operationId: 'getVersionArtifact',
    summary: 'Download a file of a version',
    permission: 'artifact.read',
    params: versionParams,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 1000 }) }),
    produces: ['application/octet-stream'],
    response: { 200: Type.Unsafe<string>({ type: 'string', format: 'binary' }) },
    handler: async (ctx, { params, query, reply }) => {
      const version = await openVersion(ctx, params.project, params.name, params.version, 'artifact.read');
      return sendArtifact(ctx, reply, filesRefOf(version.id), query.path);
    },
  }),
  route({
    method: 'GET',
    path: `${versions}/{version}/package`,
    operationId: 'getVersionPackage',
    summary: 'A version to carry away: the model folder with its card and a manifest, as a tar archive',
    permission: 'artifact.read',
    params: versionParams,
    query: Type.Object({ format: Type.Optional(oneOf(['mlflow'], 'What can load it.')) }),
    produces: ['application/x-tar'],
    response: { 200: Type.Unsafe<string>({ type: 'string', format: 'binary' }) },
    handler: async (ctx, { params, reply }) => {
      const version = await openVersion(ctx, params.project, params.name, params.version, 'artifact.read');
      const { fileName, content } = await packageVersion(ctx, version);
      return reply
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .header('x-plinth-digest', version.digest)
        .type('application/x-tar')
        .send(content);
    },
  }),
];
