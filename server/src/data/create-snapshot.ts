import type { FastifyRequest } from 'fastify';
import { inProject, require } from '../access/index.ts';
import { digestOfFiles } from '../kit/digest.ts';
import { newId } from '../kit/ids.ts';
import {
  type Context,
  DigestMismatchError,
  emit,
  enqueue,
  invalidField,
  notFound,
  Problem,
  transaction,
} from '../platform/index.ts';
import { openProject } from '../projects/index.ts';
import {
  blobNotThere,
  checkFilePath,
  type Dataset,
  datasetExists,
  duplicatePath,
  noFiles,
  type Snapshot,
  type SnapshotFile,
} from './dataset.ts';
import {
  findBlob,
  findDataset,
  findDatasetByName,
  findSnapshot,
  insertDataset,
  insertSnapshot,
  noteBlob,
} from './dataset-store.ts';

export const profileTask = 'profile-snapshot';

export async function createDataset(
  ctx: Context,
  projectName: string,
  input: { name: string; description?: string },
): Promise<Dataset> {
  const project = await openProject(ctx, projectName, 'dataset.write', { forWork: true });
  return transaction(ctx, async (tx) => {
    if (await findDatasetByName(tx, project.id, input.name)) throw datasetExists(input.name);
    const id = newId('dst');
    await insertDataset(tx, { id, projectId: project.id, name: input.name, description: input.description ?? '' });
    const dataset = (await findDataset(tx, id))!;
    await emit(tx, { verb: 'dataset.created', object: { type: 'dataset', id, projectId: project.id }, data: dataset });
    return dataset;
  });
}

/** A dataset, or one of its snapshots, after asking for a right in its project. */
export async function openDataset(ctx: Context, id: string, action: 'dataset.read' | 'dataset.write'): Promise<Dataset> {
  const dataset = await findDataset(ctx, id);
  if (!dataset) {
    ctx.decided.add(action);
    throw notFound('dataset', id);
  }
  await require(ctx, action, inProject('dataset', id, dataset.projectId, dataset.name));
  return dataset;
}

export async function openSnapshot(ctx: Context, id: string): Promise<Snapshot> {
  const snapshot = await findSnapshot(ctx, id);
  if (!snapshot) {
    ctx.decided.add('dataset.read');
    throw notFound('snapshot', id);
  }
  await require(ctx, 'dataset.read', inProject('snapshot', id, snapshot.projectId));
  return snapshot;
}

/** Stores one content of a project under the digest that the caller names. Flat memory. */
export async function putBlob(
  ctx: Context,
  projectName: string,
  sha256: string,
  body: NodeJS.ReadableStream,
): Promise<{ sha256: string; sizeBytes: number }> {
  const project = await openProject(ctx, projectName, 'dataset.write', { forWork: true });
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw invalidField('path/sha256', 'is not a SHA-256 in lower-case hexadecimal');
  try {
    const info = await ctx.platform.blobs.put(body as never, sha256);
    await transaction(ctx, (tx) => noteBlob(tx, project.id, info));
    return info;
  } catch (error) {
    if (error instanceof DigestMismatchError) throw new Problem(400, 'digest-mismatch', error.message);
    throw error;
  }
}

export async function createSnapshot(
  ctx: Context,
  projectName: string,
  datasetId: string,
  request: FastifyRequest,
): Promise<Snapshot> {
  const project = await openProject(ctx, projectName, 'dataset.write', { forWork: true });
  const dataset = await openDataset(ctx, datasetId, 'dataset.write');
  if (dataset.projectId !== project.id) throw notFound('dataset', datasetId);
  const { files, message } = request.isMultipart()
    ? await receiveFiles(ctx, request)
    : await listedFiles(ctx, project.id, request.body);
  if (files.length === 0) throw noFiles();
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw duplicatePath(path);
    seen.add(path);
  }
  return addSnapshot(ctx, { projectId: project.id, datasetId, files, message });
}

/** Adds a snapshot of contents that are stored. For callers who asked for the right and checked the files themselves. */
export async function addSnapshot(
  ctx: Context,
  { projectId, datasetId, files, message }: { projectId: string; datasetId: string; files: SnapshotFile[]; message: string },
): Promise<Snapshot> {
  return transaction(ctx, async (tx) => {
    const id = newId('snp');
    for (const file of files) await noteBlob(tx, projectId, file);
    await insertSnapshot(
      tx,
      {
        id,
        datasetId,
        projectId,
        digest: digestOfFiles(files),
        fileCount: files.length,
        sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
        message,
        createdBy: ctx.actor.id,
      },
      files,
    );
    const snapshot = (await findSnapshot(tx, id))!;
    await emit(tx, { verb: 'snapshot.created', object: { type: 'snapshot', id, projectId }, data: snapshot });
    await enqueue(tx, profileTask, { snapshotId: id }, `profile ${id}`);
    return snapshot;
  });
}

/** A part per file; its file name is its path. Bytes go straight to the blob store; rows come only once all are there. */
async function receiveFiles(ctx: Context, request: FastifyRequest): Promise<{ files: SnapshotFile[]; message: string }> {
  const files: SnapshotFile[] = [];
  let message = '';
  for await (const part of request.parts({ preservePath: true } as never)) {
    if (part.type === 'file') {
      const path = checkFilePath(part.filename ?? '', '/file');
      const info = await ctx.platform.blobs.put(part.file);
      if (part.file.truncated) throw new Problem(413, 'body-too-large', `"${path}" is larger than one upload may be.`);
      files.push({ path, ...info });
    } else if (part.fieldname === 'message') {
      message = String(part.value).slice(0, 2_000);
    } else {
      throw invalidField(`/${part.fieldname}`, 'is not known here; send files, and optionally a message');
    }
  }
  return { files, message };
}

async function listedFiles(ctx: Context, projectId: string, body: unknown): Promise<{ files: SnapshotFile[]; message: string }> {
  const { files, message, ...rest } = (body ?? {}) as { files?: unknown; message?: unknown };
  const unknown = Object.keys(rest)[0];
  if (unknown) throw invalidField(`/${unknown}`, 'is not known here; remove it or check its spelling');
  if (message !== undefined && (typeof message !== 'string' || message.length > 2_000))
    throw invalidField('/message', 'must be text of at most 2000 characters');
  if (!Array.isArray(files)) throw noFiles();
  if (files.length > 100_000) throw invalidField('/files', 'are more than 100000; make several datasets of it');
  const checked: SnapshotFile[] = [];
  for (const [index, file] of files.entries()) {
    const { path, sha256, sizeBytes } = (file ?? {}) as Record<string, unknown>;
    if (typeof path !== 'string') throw invalidField(`/files/${index}/path`, 'is required, as text');
    checkFilePath(path, `/files/${index}/path`);
    const blob = typeof sha256 === 'string' ? await findBlob(ctx, projectId, sha256) : null;
    if (!blob) throw blobNotThere(index, String(sha256).slice(0, 80));
    if (blob.sizeBytes !== sizeBytes)
      throw invalidField(`/files/${index}/sizeBytes`, `is not the size of that content, which has ${blob.sizeBytes} bytes`);
    checked.push({ path, ...blob });
  }
  return { files: checked, message: (message as string | undefined) ?? '' };
}
