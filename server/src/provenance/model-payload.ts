import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { parse } from 'yaml';
import { canonicalJson } from '../kit/canonical-json.ts';
import { sha256 } from '../kit/digest.ts';
import type { Context } from '../platform/index.ts';

/** Members of an MLmodel file that say when and in which run it was written, not what it is. */
export const volatileModelFields = ['run_id', 'model_id', 'model_uuid', 'utc_time_created', 'artifact_path'] as const;

const largestArchiveBytes = 512 * 1024 * 1024;
const largestContentBytes = 2 * 1024 * 1024 * 1024;

/**
 * The identity of a file of a model, without what differs from run to run by nature: ids and times in MLmodel, the times of entries in
 * archives, and the memory addresses that skops files are numbered by. Any other file is its bytes. Nothing is ever unpickled.
 */
export async function payloadIdentity(
  ctx: Context,
  file: { path: string; sha256: string; sizeBytes: number },
): Promise<{ identity: string; excluded: string | null }> {
  const name = file.path.split('/').at(-1)!;
  if (name === 'MLmodel' && file.sizeBytes < 10 * 1024 * 1024) {
    const identity = modelFileIdentity(await contentOf(ctx, file.sha256));
    return identity
      ? { identity, excluded: `${volatileModelFields.join(', ')} of MLmodel` }
      : { identity: file.sha256, excluded: null };
  }
  if (/\.(skops|npz|zip|keras)$/.test(name) && file.sizeBytes < largestArchiveBytes) {
    const identity = archiveIdentity(await contentOf(ctx, file.sha256));
    const excluded = name.endsWith('.skops') ? 'memory addresses and entry times of .skops files' : 'entry times of archives';
    return identity ? { identity, excluded } : { identity: file.sha256, excluded: null };
  }
  return { identity: file.sha256, excluded: null };
}

async function contentOf(ctx: Context, digest: string): Promise<Buffer> {
  return buffer(await ctx.platform.blobs.read(digest));
}

export function modelFileIdentity(content: Buffer): string | null {
  try {
    const model = parse(content.toString('utf8'), { maxAliasCount: 0 }) as Record<string, unknown>;
    if (model === null || typeof model !== 'object') return null;
    const rest = Object.fromEntries(
      Object.entries(model).filter(([key]) => !(volatileModelFields as readonly string[]).includes(key)),
    );
    return sha256(canonicalJson(rest));
  } catch {
    return null;
  }
}

/** Names and contents of all entries, in the order of names; null for what is no archive that we read. */
export function archiveIdentity(content: Buffer): string | null {
  let total = 0;
  try {
    const entries = unzipSync(content, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > largestContentBytes) throw new Error('too large to look into');
        return true;
      },
    });
    const named = steadyNames(entries);
    return sha256(
      canonicalJson([...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, bytes]) => [name, sha256(Buffer.from(bytes))])),
    );
  } catch {
    return null;
  }
}

/**
 * In a skops archive objects and the files of arrays are numbered by their addresses in memory. They are numbered anew in the order in which
 * the schema first mentions them, which is the order of the objects themselves.
 */
function steadyNames(entries: Record<string, Uint8Array>): Map<string, Uint8Array> {
  const schema = entries['schema.json'];
  if (!schema) return new Map(Object.entries(entries));
  const text = Buffer.from(schema).toString('utf8');
  const numbers = new Map<string, string>();
  const steady = (address: string): string => {
    const known = numbers.get(address) ?? String(numbers.size + 1);
    numbers.set(address, known);
    return known;
  };
  const renamed = text.replaceAll(
    /("__id__":\s*)(\d+)|("file":\s*")(\d+)(\.[a-z]+")/g,
    (_whole, idKey: string | undefined, id: string, fileKey: string, fileId: string, ending: string) =>
      idKey === undefined ? `${fileKey}${steady(fileId)}${ending}` : `${idKey}${steady(id)}`,
  );
  const result = new Map<string, Uint8Array>([['schema.json', Buffer.from(renamed)]]);
  for (const [name, bytes] of Object.entries(entries)) {
    if (name === 'schema.json') continue;
    const match = /^(\d+)(\.[a-z]+)$/.exec(name);
    const known = match ? numbers.get(match[1]!) : undefined;
    result.set(known === undefined ? name : `${known}${match![2]}`, bytes);
  }
  return result;
}
