import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { parse } from 'yaml';
import { canonicalJson } from '../kit/canonical-json.ts';
import { sha256 } from '../kit/digest.ts';
import type { Context } from '../platform/index.ts';

/** Members of an MLmodel file that say when and in which run it was written, not what it is. */
export const volatileModelFields = ['run_id', 'model_id', 'model_uuid', 'utc_time_created', 'artifact_path'] as const;

const largestReadBytes = 512 * 1024 * 1024;
const largestContentBytes = 2 * 1024 * 1024 * 1024;

/** What differs from run to run by nature, in the words in which a verdict lists it. */
export const excludedKinds = {
  ownIds: 'ids of the run and its models, where files name them',
  addresses: 'memory addresses in texts (… object at 0x…)',
  modelFile: `${volatileModelFields.join(', ')} of MLmodel`,
  skops: 'memory addresses and entry times of .skops files',
  archive: 'entry times of archives',
} as const;

/** Python writes where an object lies in memory when nobody said how to write it. */
export const withoutAddresses = (text: string): string => text.replaceAll(/ at 0x[0-9a-f]{6,16}\b/g, ' at 0x…');

/**
 * The identity of a file, without what differs from run to run by nature. Any other byte counts. Nothing is ever unpickled.
 *
 * @param ownIds ids of the run and of its models; all ids have one length, so that a pickle that holds one stays a pickle of that length
 */
export async function payloadIdentity(
  ctx: Context,
  file: { path: string; sha256: string; sizeBytes: number },
  ownIds: readonly string[],
): Promise<{ identity: string; excluded: string[] }> {
  if (file.sizeBytes > largestReadBytes) return { identity: file.sha256, excluded: [] };
  const stored = await buffer(await ctx.platform.blobs.read(file.sha256));
  return contentIdentity(file.path, stored, ownIds);
}

export function contentIdentity(
  path: string,
  stored: Buffer,
  ownIds: readonly string[],
): { identity: string; excluded: string[] } {
  const name = path.split('/').at(-1)!;
  const excluded: string[] = [];
  const content = withoutOwnIds(stored, ownIds);
  if (content !== stored) excluded.push(excludedKinds.ownIds);
  const found = (identity: string, kind: string | null = null) => ({ identity, excluded: kind ? [...excluded, kind] : excluded });
  if (name === 'MLmodel') {
    const identity = modelFileIdentity(content);
    if (identity) return found(identity, excludedKinds.modelFile);
  }
  if (/\.(skops|npz|zip|keras)$/.test(name)) {
    const identity = archiveIdentity(content, ownIds);
    if (identity) return found(identity, name.endsWith('.skops') ? excludedKinds.skops : excludedKinds.archive);
  }
  if (/\.(html?|txt|md|json|ya?ml|csv|log|svg)$/.test(name)) {
    const text = content.toString('utf8');
    const steady = withoutAddresses(text);
    if (steady !== text) return found(sha256(steady), excludedKinds.addresses);
  }
  return found(sha256(content));
}

/** The same object when none is in it. */
function withoutOwnIds(content: Buffer, ownIds: readonly string[]): Buffer {
  let result = content;
  for (const id of ownIds) {
    for (let at = result.indexOf(id); at >= 0; at = result.indexOf(id, at + id.length)) {
      if (result === content) result = Buffer.from(content);
      result.fill('0', at, at + Buffer.byteLength(id));
    }
  }
  return result;
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
export function archiveIdentity(content: Buffer, ownIds: readonly string[] = []): string | null {
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
      canonicalJson(
        [...named]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, bytes]) => [name, sha256(withoutOwnIds(Buffer.from(bytes), ownIds))]),
      ),
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
