import { timingSafeEqual } from 'node:crypto';
import type { Readable } from 'node:stream';
import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import {
  type BlobInfo,
  type Context,
  invalidField,
  mostParts,
  notFound,
  PartMissingError,
  type Platform,
  Problem,
  systemContext,
  transaction,
  type UploadedPart,
} from '../platform/index.ts';
import { upsertArtifact } from './artifact-store.ts';
import {
  type ArtifactUpload,
  findUpload,
  insertUpload,
  markCompleted,
  removeExpired,
  removeUpload,
} from './artifact-upload-store.ts';
import { checkArtifactPath } from './artifacts.ts';

/** The time in which all parts must be there, and as long as their addresses are good. */
const lifetimeSeconds = 6 * 3600;
const sweepMilliseconds = 10 * 60_000;

export interface NewUpload {
  id: string;
  /** Opens the door for parts that come to us, and none else. */
  secret: string;
  /** Where each part may be put at the store itself, in order; null when all come to us. */
  urls: string[] | null;
}

/** Begins a file in parts. Rights are asked by the owner's module, here as at the end. */
export async function beginUpload(
  ctx: Context,
  { ownerRef, projectId, path, partCount }: { ownerRef: string; projectId: string; path: string; partCount: number },
): Promise<NewUpload> {
  const checked = checkFile(path);
  if (!Number.isInteger(partCount) || partCount < 1 || partCount > mostParts)
    throw invalidField('num_parts', `must be from 1 to ${mostParts}; make the parts larger`);
  const { uploads } = ctx.platform.blobs;
  const storeName = await uploads.begin();
  try {
    const id = newId('upl');
    const secret = newSecret('upl_');
    const expiresAt = new Date(ctx.platform.clock.now().getTime() + lifetimeSeconds * 1000).toISOString();
    const upload = { id, ownerRef, path: checked, projectId, storeName, partCount, secretHash: sha256(secret), expiresAt };
    await transaction(ctx, (tx) => insertUpload(tx, upload));
    const urls: string[] = [];
    for (let number = 1; number <= partCount; number++) {
      const url = await uploads.signedUrl(storeName, number, lifetimeSeconds);
      if (url === null) return { id, secret, urls: null };
      urls.push(url);
    }
    return { id, secret, urls };
  } catch (error) {
    await uploads.abort(storeName).catch(() => {});
    throw error;
  }
}

/** Takes one part from whoever has the secret. @returns its tag @throws 401, 400 */
export async function putPart(ctx: Context, id: string, secret: string, number: number, content: Readable): Promise<string> {
  const upload = await findUpload(ctx, id);
  if (!upload || !timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(upload.secretHash)))
    throw new Problem(401, 'unauthenticated', 'This address is not, or no longer, one of an upload. Begin the upload again.');
  if (upload.completedAt) throw invalidField('upload_id', 'is completed already; begin another upload');
  if (number < 1 || number > upload.partCount)
    throw invalidField('part_number', `must be from 1 to ${upload.partCount}, as the upload was begun`);
  return ctx.platform.blobs.uploads.put(upload.storeName, number, content).catch(partProblem);
}

const completing = new Map<string, Promise<void>>();

/** Makes one file of all parts; asked again it answers the same, whether or not the first asker heard it. @throws 404, 400 */
export async function completeUpload(
  ctx: Context,
  target: { id: string; ownerRef: string; path: string },
  parts: readonly UploadedPart[],
): Promise<void> {
  const upload = await uploadOf(ctx, target);
  if (upload.completedAt) return;
  if (parts.length !== upload.partCount || parts.some((part, index) => part.number !== index + 1))
    throw invalidField('parts', `must be the parts 1 to ${upload.partCount}, in that order`);
  const running = completing.get(upload.id);
  if (running) return running;
  const completed = complete(ctx, upload, parts).finally(() => completing.delete(upload.id));
  completing.set(upload.id, completed);
  return completed;
}

async function complete(ctx: Context, upload: ArtifactUpload, parts: readonly UploadedPart[]): Promise<void> {
  const { uploads } = ctx.platform.blobs;
  let blob: BlobInfo;
  try {
    blob = await uploads.complete(upload.storeName, parts);
  } catch (error) {
    // Another server may have been faster, and have cleared away.
    if (error instanceof PartMissingError && (await findUpload(ctx, upload.id))?.completedAt) return;
    return partProblem(error);
  }
  await transaction(ctx, async (tx) => {
    await upsertArtifact(tx, upload.ownerRef, upload.projectId, { path: upload.path, ...blob });
    await markCompleted(tx, upload.id);
  });
  await uploads.abort(upload.storeName).catch((error: Error) => ctx.log.warn({ error: error.message }, 'parts were not removed'));
}

/** Forgets an upload; one that is over already is fine. A file that was completed stays. */
export async function abortUpload(ctx: Context, target: { id: string; ownerRef: string; path: string }): Promise<void> {
  const upload = await uploadOf(ctx, target).catch(() => null);
  if (!upload || upload.completedAt) return;
  await transaction(ctx, (tx) => removeUpload(tx, upload.id));
  await ctx.platform.blobs.uploads.abort(upload.storeName);
}

/** Only for the owner and file that it was begun for. */
async function uploadOf(ctx: Context, { id, ownerRef, path }: { id: string; ownerRef: string; path: string }) {
  const upload = await findUpload(ctx, id);
  if (!upload || upload.ownerRef !== ownerRef || upload.path !== checkFile(path)) throw notFound('upload', id);
  return upload;
}

function checkFile(path: string): string {
  const checked = checkArtifactPath(path);
  if (checked === '') throw invalidField('path', 'names no file');
  return checked;
}

function partProblem(error: unknown): never {
  if (error instanceof PartMissingError) throw new Problem(400, 'part-missing', error.message);
  throw error;
}

/** Now and then, in every server: what nobody ended in time is forgotten. */
export function startUploadSweeper(platform: Platform): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = sweepExpired(systemContext(platform, 'uploads')).catch((error: Error) =>
      platform.log.warn({ error: error.message }, 'uploads that are over were not removed'),
    );
  }, sweepMilliseconds);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

export async function sweepExpired(ctx: Context): Promise<void> {
  for (const name of await transaction(ctx, removeExpired)) await ctx.platform.blobs.uploads.abort(name);
}
