/** The frames of a model server: two big-endian 32-bit lengths, a JSON header, raw bytes. The other half is python/model-server. */

const lengthsSize = 8;
const longestHeader = 8 * 1024 * 1024;
const longestBody = 1024 ** 3;

export interface Frame {
  header: Record<string, unknown>;
  body: Buffer;
}

export function encodeFrame(header: object, body?: Buffer): Buffer[] {
  const text = Buffer.from(JSON.stringify(header));
  const start = Buffer.allocUnsafe(lengthsSize + text.length);
  start.writeUInt32BE(text.length, 0);
  start.writeUInt32BE(body?.length ?? 0, 4);
  text.copy(start, lengthsSize);
  return body && body.length > 0 ? [start, body] : [start];
}

/** Collects what a socket brings and gives back whole frames. @throws when the other side does not speak frames */
export function makeFrameReader(): (chunk: Buffer) => Frame[] {
  let parts: Buffer[] = [];
  let size = 0;
  /** How many bytes it takes before there is anything to read, so that a long body is joined once. */
  let needed = lengthsSize;
  return (chunk) => {
    parts.push(chunk);
    size += chunk.length;
    if (size < needed) return [];
    let buffer = parts.length === 1 ? chunk : Buffer.concat(parts, size);
    const frames: Frame[] = [];
    for (;;) {
      needed = lengthsSize;
      if (buffer.length < needed) break;
      const headerLength = buffer.readUInt32BE(0);
      const bodyLength = buffer.readUInt32BE(4);
      if (headerLength > longestHeader || bodyLength > longestBody)
        throw new Error('a frame is longer than any that is sent here');
      needed = lengthsSize + headerLength + bodyLength;
      if (buffer.length < needed) break;
      const split = lengthsSize + headerLength;
      frames.push({ header: JSON.parse(buffer.toString('utf8', lengthsSize, split)), body: buffer.subarray(split, needed) });
      buffer = buffer.subarray(needed);
    }
    parts = buffer.length > 0 ? [buffer] : [];
    size = buffer.length;
    return frames;
  };
}
