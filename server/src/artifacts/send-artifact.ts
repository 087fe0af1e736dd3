import type { FastifyReply } from 'fastify';
import { type Context, notFound, OutgoingBlob } from '../platform/index.ts';
import { type Artifact, findArtifact } from './artifact-store.ts';

/** @throws 404 */
export async function statArtifact(ctx: Context, ownerRef: string, path: string): Promise<Artifact> {
  const file = await findArtifact(ctx, ownerRef, path);
  if (!file) throw notFound('artifact', path);
  return file;
}

/** Answers with the bytes of one file, or a range of them, as an attachment. The right was asked by the owner's module. @throws 404, 416 */
export async function sendArtifact(ctx: Context, reply: FastifyReply, ownerRef: string, path: string): Promise<OutgoingBlob> {
  const file = await statArtifact(ctx, ownerRef, path);
  return OutgoingBlob.of(ctx.platform.blobs, reply, { ...file, fileName: path.split('/').at(-1)! });
}
