import type { FastifyReply } from 'fastify';
import { type Context, notFound } from '../platform/index.ts';
import { findArtifact } from './artifact-store.ts';

/** Answers with the bytes of one file, as an attachment. The right was asked by the owner's module. @throws 404 */
export async function sendArtifact(ctx: Context, reply: FastifyReply, ownerRef: string, path: string): Promise<FastifyReply> {
  const file = await findArtifact(ctx, ownerRef, path);
  if (!file) throw notFound('artifact', path);
  return reply
    .headers({
      'content-length': file.sizeBytes,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.split('/').at(-1)!)}`,
      etag: `"${file.sha256}"`,
    })
    .type('application/octet-stream')
    .send(await ctx.platform.blobs.read(file.sha256));
}
