import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { Config } from '../config.ts';
import { Problem } from '../problem.ts';
import { checkTarget, type Target } from './check-target.ts';

export interface EgressOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For all of it, redirects and body included. Default 30. */
  timeoutSeconds?: number;
  /** Of the answer; more is an error, never a cut. Default 32 MiB. */
  maximumBytes?: number;
  /** How many are followed, each checked anew. Default 5. */
  maximumRedirects?: number;
  /** The field that the address came from, for messages. */
  pointer?: string;
}

export interface EgressResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Where it came from after redirects. */
  url: string;
  body: Buffer;
  text(): string;
}

/** Fetches what a user pointed at. @throws the 400s of `checkTarget`; 502 `egress-failed` when the other side does not answer as it should */
export async function egressFetch(
  config: Pick<Config, 'egressAllow'>,
  address: string,
  options: EgressOptions = {},
): Promise<EgressResponse> {
  const signal = AbortSignal.timeout((options.timeoutSeconds ?? 30) * 1000);
  const where = options.pointer === undefined ? {} : { pointer: options.pointer };
  let target = await checkTarget(config, address, where);
  let { method = 'GET', body } = options;
  let headers = options.headers ?? {};
  for (let redirects = 0; ; redirects++) {
    const answer = await fetchOnce(target, {
      method,
      headers,
      body,
      signal,
      maximumBytes: options.maximumBytes ?? 32 * 1024 * 1024,
    });
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || typeof location !== 'string') return answer;
    if (redirects >= (options.maximumRedirects ?? 5)) throw failed(target, 'it sends from one address to the next without end');
    if (!URL.canParse(location, target.url.href)) throw failed(target, 'it redirects to what is no address');
    const next = await checkTarget(config, new URL(location, target.url).href, where);
    if (next.url.origin !== target.url.origin) headers = withoutCredentials(headers);
    if (answer.status === 303 || (answer.status <= 302 && method === 'POST')) {
      method = 'GET';
      body = undefined;
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name)));
    }
    target = next;
  }
}

async function fetchOnce(
  target: Target,
  options: {
    method: NonNullable<EgressOptions['method']>;
    headers: Record<string, string>;
    body: string | Uint8Array | undefined;
    signal: AbortSignal;
    maximumBytes: number;
  },
): Promise<EgressResponse> {
  // The name was resolved once, in checkTarget; asking again could give another address.
  const pinned: LookupFunction = (_host, wanted, callback) =>
    wanted.all
      ? callback(null, [{ address: target.address, family: target.family }])
      : callback(null, target.address, target.family);
  const agent = new Agent({ connect: { lookup: pinned } });
  try {
    const { statusCode, headers, body } = await request(target.url.href, {
      dispatcher: agent,
      method: options.method,
      headers: options.headers,
      body: options.body ?? null,
      signal: options.signal,
    });
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    for await (const part of body) {
      sizeBytes += (part as Buffer).length;
      if (sizeBytes > options.maximumBytes) throw failed(target, `its answer is larger than ${options.maximumBytes} bytes`);
      parts.push(part as Buffer);
    }
    const bytes = Buffer.concat(parts);
    return { status: statusCode, headers, url: target.url.href, body: bytes, text: () => bytes.toString('utf8') };
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (options.signal.aborted) throw failed(target, 'it did not answer in time');
    throw failed(target, (error as Error).message);
  } finally {
    await agent.destroy();
  }
}

const withoutCredentials = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(authorization|cookie|proxy-authorization|x-.*(key|token|signature).*)$/i.test(name),
    ),
  );

const failed = (target: Target, reason: string): Problem =>
  new Problem(502, 'egress-failed', `${target.url.origin} could not be used: ${reason}.`);
