import { Readable } from 'node:stream';

export interface TarEntry {
  /** Relative, with slashes. */
  path: string;
  sizeBytes: number;
  content: () => Promise<Readable> | Uint8Array;
}

export const tarBlockBytes = 512;

/** A tar archive (POSIX pax) as a stream, entry by entry: its memory does not grow with what is in it. */
export function tar(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>, modified: Date): Readable {
  return Readable.from(blocks(entries, Math.floor(modified.getTime() / 1000)), { objectMode: false });
}

async function* blocks(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>, seconds: number): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    // What the old header has no room for goes before it: long or foreign names, sizes of 8 GiB and more.
    const extended = paxRecords({ path: entry.path, size: String(entry.sizeBytes) });
    yield header('PaxHeader', extended.length, 'x', seconds);
    yield padded(extended);
    yield header(
      Buffer.from(entry.path).subarray(0, 100).toString('latin1'),
      Math.min(entry.sizeBytes, 0o77777777777),
      '0',
      seconds,
    );
    const content = entry.content();
    let written = 0;
    if (content instanceof Uint8Array) {
      written = content.length;
      yield content;
    } else
      for await (const chunk of await content) {
        written += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    if (written !== entry.sizeBytes) throw new Error(`${entry.path} has ${written} bytes instead of ${entry.sizeBytes}`);
    if (written % tarBlockBytes > 0) yield Buffer.alloc(tarBlockBytes - (written % tarBlockBytes));
  }
  yield Buffer.alloc(2 * tarBlockBytes);
}

/** "<length> <key>=<value>\n", where the length counts itself. */
export function paxRecords(values: Record<string, string>): Buffer {
  const records = Object.entries(values).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const bytes = Buffer.byteLength(rest);
    let length = bytes + String(bytes).length;
    if (bytes + String(length).length !== length) length = bytes + String(length).length;
    return `${length}${rest}`;
  });
  return Buffer.from(records.join(''));
}

export function header(name: string, size: number, type: '0' | 'x', seconds: number): Buffer {
  const block = Buffer.alloc(tarBlockBytes);
  block.write(name, 0, 100, 'latin1');
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(content: Buffer): Buffer {
  const rest = content.length % tarBlockBytes;
  return rest === 0 ? content : Buffer.concat([content, Buffer.alloc(tarBlockBytes - rest)]);
}
