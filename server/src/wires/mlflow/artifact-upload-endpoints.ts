import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import {
  abortUpload,
  beginUpload,
  completeUpload,
  longestLinkSeconds,
  makeLink,
  putArtifact,
  putPart,
  sendArtifact,
  statArtifact,
  useLink,
} from '../../artifacts/index.ts';
import { type AnyRoute, type Context, invalidField, mostParts, route } from '../../platform/index.ts';
import { type ArtifactOwner, resolveArtifact, urlOfCaller } from './artifact-owner.ts';
import { asMessage, integer, list, type Message, required, text } from './messages.ts';

const base = '/2.0/mlflow-artifacts';
/** As long as the clients' own server makes them. */
const downloadSeconds = 300;
const uploadSeconds = 900;

type Handle = (ctx: Context, whole: string, message: Message, url: string) => Promise<Message>;

const messageOf = (body: unknown): Message => (body === undefined || body === null ? {} : asMessage(body, 'body'));

/** The file that a message means: the client names the folder in the address, and its own file in the body. */
async function fileOf(ctx: Context, whole: string, message: Message): Promise<ArtifactOwner> {
  const owner = await resolveArtifact(ctx, whole, 'artifact.write');
  const local = required(message, 'path');
  const windows = /^([a-zA-Z]:)?\\/.test(local) || /^[a-zA-Z]:/.test(local);
  const name = local.split(windows ? /[\\/]/ : '/').at(-1)!;
  return { ...owner, path: owner.path ? `${owner.path}/${name}` : name };
}

const create: Handle = async (ctx, whole, message, url) => {
  const { ownerRef, projectId, path } = await fileOf(ctx, whole, message);
  const partCount = integer(message.num_parts, 'num_parts', 1);
  const { id, secret, urls } = await beginUpload(ctx, { ownerRef, projectId, path, partCount });
  const credentials = Array.from({ length: partCount }, (_, index) => ({
    url: urls?.[index] ?? `${url}/api${base}/parts/${id}/${secret}/${index + 1}`,
    part_number: index + 1,
    headers: {},
  }));
  return { upload_id: id, credentials };
};

const complete: Handle = async (ctx, whole, message) => {
  const { ownerRef, path } = await fileOf(ctx, whole, message);
  const parts = list(message.parts, 'parts', mostParts).map((value, index) => {
    const part = asMessage(value, `parts[${index}]`);
    const tag = required(part, 'etag').replace(/^"(.*)"$/, '$1');
    return { number: integer(part.part_number, `parts[${index}].part_number`), tag };
  });
  await completeUpload(ctx, { id: required(message, 'upload_id'), ownerRef, path }, parts);
  return {};
};

const abort: Handle = async (ctx, whole, message) => {
  const { ownerRef, path } = await fileOf(ctx, whole, message);
  await abortUpload(ctx, { id: required(message, 'upload_id'), ownerRef, path });
  return {};
};

const steps = { create, complete, abort };

/** Where the store has addresses of its own the bytes go past us; else an address of ours, which needs no other credentials either. */
async function downloadUrl(ctx: Context, whole: string, url: string, validSeconds: number): Promise<Message> {
  const { ownerRef, projectId, path } = await resolveArtifact(ctx, whole, 'artifact.read');
  const file = await statArtifact(ctx, ownerRef, path);
  const direct = await ctx.platform.blobs.signedUrl(file.sha256, validSeconds, path.split('/').at(-1)!);
  const address = direct ?? (await signedAddress(ctx, { action: 'artifact.read', projectId, address: whole }, url, validSeconds));
  return { url: address, headers: {}, file_size: file.sizeBytes };
}

async function signedAddress(ctx: Context, link: Parameters<typeof makeLink>[1], url: string, seconds: number): Promise<string> {
  return `${url}/api${base}/signed/${await makeLink(ctx, link, seconds)}`;
}

function validSecondsOf(message: Message, fallback: number): number {
  const seconds = integer(message.expiration, 'expiration', fallback);
  if (seconds < 1 || seconds > longestLinkSeconds)
    throw invalidField('expiration', `must be from 1 to ${longestLinkSeconds} seconds`);
  return seconds;
}

/** The address, as the artifact proxy has them, of a file that a message names by run or model. The owner is found and asked about behind it. */
function addressIn(message: Message): string {
  const run = text(message, 'run_id');
  const model = text(message, 'model_id');
  if (Boolean(run) === Boolean(model)) throw invalidField('run_id', 'Exactly one of run_id and model_id must be provided.');
  const id = run || model!;
  if (!/^[\w-]{1,100}$/.test(id)) throw invalidField(run ? 'run_id' : 'model_id', 'is no id');
  // The experiment in an address is for people.
  return `${run ? `0/${id}` : `0/models/${id}`}/artifacts/${required(message, 'path')}`;
}

/** Uploads in parts, and addresses at which a file can be had or put for a while without other credentials: messages, no bytes. */
export const artifactUploadEndpoints: AnyRoute[] = [
  ...(['create', 'complete', 'abort'] as const).map((step) =>
    route({
      method: 'POST',
      path: `${base}/mpu/${step}/{path+}`,
      operationId: `mlflow artifacts mpu ${step}`,
      summary: `An upload in parts: ${step}`,
      permission: 'artifact.write',
      params: Type.Object({}),
      bodyLimitBytes: 16 * 1024 * 1024,
      response: { 200: Type.Unknown() },
      handler: async (ctx, { params, body, request }) =>
        steps[step](ctx, (params as { path: string }).path, messageOf(body), urlOfCaller(ctx, request)),
    }),
  ),
  route({
    method: 'GET',
    path: `${base}/presigned/{path+}`,
    operationId: 'mlflow artifacts presigned',
    summary: 'An address at which a file can be read in parts',
    permission: 'artifact.read',
    params: Type.Object({}),
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params, request }) =>
      downloadUrl(ctx, (params as { path: string }).path, urlOfCaller(ctx, request), downloadSeconds),
  }),
  ...['2.0', '3.0'].flatMap((version) => [
    route({
      method: 'POST',
      path: `/${version}/mlflow/artifacts/presigned-download-url`,
      operationId: `mlflow ${version} presigned-download-url`,
      summary: 'An address at which a file of a run or model can be read',
      permission: 'artifact.read',
      response: { 200: Type.Unknown() },
      handler: async (ctx, { body, request }) => {
        const message = messageOf(body);
        const validSeconds = validSecondsOf(message, downloadSeconds);
        const { url, headers, file_size } = await downloadUrl(ctx, addressIn(message), urlOfCaller(ctx, request), validSeconds);
        return { presigned_url: url, headers, file_size };
      },
    }),
    route({
      method: 'POST',
      path: `/${version}/mlflow/artifacts/presigned-upload-url`,
      operationId: `mlflow ${version} presigned-upload-url`,
      summary: 'An address at which a file of a run or model can be put',
      permission: 'artifact.write',
      response: { 200: Type.Unknown() },
      handler: async (ctx, { body, request }) => {
        const message = messageOf(body);
        const address = addressIn(message);
        const validSeconds = validSecondsOf(message, uploadSeconds);
        const { projectId, path } = await resolveArtifact(ctx, address, 'artifact.write');
        if (path === '') throw invalidField('path', 'names no file');
        // Always ours: what a content is called in the store is known only when all of it was seen.
        const link = { action: 'artifact.write' as const, projectId, address };
        return { presigned_url: await signedAddress(ctx, link, urlOfCaller(ctx, request), validSeconds), headers: {} };
      },
    }),
  ]),
];

/** The addresses that were given out: the secret in them is the credential. Bytes, both ways. */
export const signedEndpoints: AnyRoute[] = [
  route({
    method: 'PUT',
    path: `${base}/parts/{upload}/{secret}/{number}`,
    operationId: 'mlflow artifacts part',
    summary: 'One part of an upload',
    permission: 'open',
    params: Type.Object({ upload: Type.String(), secret: Type.String(), number: Type.Integer() }),
    bodyKind: 'stream',
    bodyLimitBytes: 5 * 1024 ** 3,
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params, request, reply }) => {
      const content = (request.body as Readable | undefined) ?? request.raw;
      const tag = await putPart(ctx, params.upload, params.secret, params.number, content);
      reply.header('etag', /^".*"$/.test(tag) ? tag : `"${tag}"`);
      return {};
    },
  }),
  route({
    method: 'GET',
    path: `${base}/signed/{secret}`,
    operationId: 'mlflow artifacts signed get',
    summary: 'The file of an address that was given out, or a range of it',
    permission: 'open',
    params: Type.Object({ secret: Type.String() }),
    produces: ['application/octet-stream'],
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params, reply }) => {
      const { ctx: maker, link } = await useLink(ctx, params.secret, 'artifact.read');
      const { ownerRef, path } = await resolveArtifact(maker, link.address, 'artifact.read');
      return sendArtifact(maker, reply, ownerRef, path);
    },
  }),
  route({
    method: 'PUT',
    path: `${base}/signed/{secret}`,
    operationId: 'mlflow artifacts signed put',
    summary: 'Upload a file to an address that was given out',
    permission: 'open',
    params: Type.Object({ secret: Type.String() }),
    bodyKind: 'stream',
    bodyLimitBytes: 1024 ** 4,
    response: { 200: Type.Unknown() },
    handler: async (ctx, { params, request }) => {
      const { ctx: maker, link } = await useLink(ctx, params.secret, 'artifact.write');
      const { ownerRef, projectId, path } = await resolveArtifact(maker, link.address, 'artifact.write');
      await putArtifact(maker, ownerRef, projectId, path, (request.body as Readable | undefined) ?? request.raw);
      return {};
    },
  }),
];
