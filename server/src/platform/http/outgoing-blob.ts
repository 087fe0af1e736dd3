import type { FastifyReply } from 'fastify';
import type { BlobStore, ByteRange, OpenBlob } from '../blobs/blob-store.ts';
import { parseRange } from './range.ts';

/** A content as an answer: a download that no browser shows. What a handler returns; the edge sends it once it knows that a decision was taken. */
export class OutgoingBlob {
  private readonly blob: OpenBlob;
  private readonly sizeBytes: number;
  private readonly range: ByteRange | undefined;
  private readonly sha256: string;
  private readonly fileName: string;

  private constructor(blob: OpenBlob, sizeBytes: number, range: ByteRange | undefined, sha256: string, fileName: string) {
    this.blob = blob;
    this.sizeBytes = sizeBytes;
    this.range = range;
    this.sha256 = sha256;
    this.fileName = fileName;
  }

  /** @throws 416, BlobMissingError */
  static async of(
    blobs: BlobStore,
    { request }: FastifyReply,
    { sha256, sizeBytes, fileName }: { sha256: string; sizeBytes: number; fileName: string },
  ): Promise<OutgoingBlob> {
    const { range, 'if-range': condition } = request.headers;
    const asked = range !== undefined && (condition === undefined || condition === `"${sha256}"`);
    const part = asked && sizeBytes > 0 ? parseRange(range, sizeBytes) : undefined;
    return new OutgoingBlob(await blobs.open(sha256, part), sizeBytes, part, sha256, fileName);
  }

  async sendTo(reply: FastifyReply): Promise<FastifyReply> {
    const { range, sizeBytes } = this;
    reply.headers({
      'content-type': 'application/octet-stream',
      'content-length': this.blob.sizeBytes,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(this.fileName)}`,
      'accept-ranges': 'bytes',
      etag: `"${this.sha256}"`,
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}` } : {}),
    });
    // Past the framework: blocks of memory go to the socket as they are.
    reply.hijack();
    reply.raw.writeHead(range ? 206 : 200, reply.getHeaders() as Record<string, string | number>);
    try {
      await this.blob.send(reply.raw);
    } catch (error) {
      // The status is out; only a connection that breaks off still says that something went wrong.
      reply.raw.destroy();
      if (!reply.raw.errored && !reply.request.raw.aborted)
        reply.log.error({ requestId: reply.request.id, error: (error as Error).message }, 'a content could not be sent whole');
    }
    return reply;
  }
}
