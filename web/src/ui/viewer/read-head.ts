import { client } from '../../api.ts';

export interface Head {
  bytes: Uint8Array<ArrayBuffer>;
  /** Whether there is more than was read. */
  isCut: boolean;
  /** SHA-256 of the whole content. */
  digest: string | null;
}

/** The beginning of a file, however large it is: what is not read is not sent. */
export async function readHead(url: string, mostBytes: number, signal: AbortSignal): Promise<Head> {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  const response = await client.fetch(url, { signal: stop.signal });
  const digest = response.headers.get('etag')?.replaceAll('"', '') ?? null;
  const parts: Uint8Array[] = [];
  let length = 0;
  let isCut = false;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length >= mostBytes) {
      isCut = !(await reader.read()).done;
      stop.abort();
      break;
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, isCut, digest };
}
