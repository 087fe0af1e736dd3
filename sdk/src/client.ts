import { type Operations, operations } from './operations.generated.ts';
import { ApiProblem, NetworkProblem } from './problem.ts';

export type Input<K extends keyof Operations> = Operations[K]['input'];
export type Output<K extends keyof Operations> = Operations[K]['output'];

export interface ClientOptions {
  /** Where Plinth is, with a path prefix if it has one; empty for the page's own origin. */
  url: string;
  /** Left out in a browser with a session cookie. */
  token?: string | undefined;
  fetch?: typeof fetch;
}

type Rest<K extends keyof Operations> =
  Record<never, never> extends Input<K> ? [input?: Input<K>, more?: More] : [input: Input<K>, more?: More];

export interface More {
  signal?: AbortSignal;
  idempotencyKey?: string;
  ifMatch?: string;
  headers?: Record<string, string>;
}

export interface Client {
  readonly url: string;
  /** Calls an operation by its id. @throws ApiProblem, NetworkProblem */
  call<K extends keyof Operations>(operation: K, ...rest: Rest<K>): Promise<Output<K>>;
  /** Every item of a list, page after page. */
  all<K extends keyof Operations>(operation: K, input: Input<K>): AsyncGenerator<ItemOf<Output<K>>>;
  /** Any path of the server, with the credentials. @throws ApiProblem, NetworkProblem */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

type ItemOf<O> = O extends { items: (infer T)[] } ? T : never;

export function createClient(options: ClientOptions): Client {
  const base = options.url.replace(/\/+$/, '');
  const send = options.fetch ?? ((input: string, init?: RequestInit) => fetch(input, init));

  async function exchange(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (options.token) headers.set('authorization', `Bearer ${options.token}`);
    let response: Response;
    try {
      response = await send(base + path, { ...init, headers });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new NetworkProblem(base || 'this address', error);
    }
    if (response.ok) return response;
    const text = await response.text();
    let body: Record<string, unknown> = {};
    try {
      body = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // A proxy in between may answer in HTML; the status must do.
    }
    throw new ApiProblem(response.status, body, response.headers.get('x-request-id'));
  }

  const client: Client = {
    url: base,
    async call(operation, ...rest) {
      const [input = {}, more = {}] = rest as [Record<string, unknown>?, More?];
      const entry = operations[operation];
      let path = entry.path;
      for (const name of entry.inPath)
        path = path.replace(`{${name}}`, String(input[name]).split('/').map(encodeURIComponent).join('/'));
      const query = new URLSearchParams();
      for (const name of entry.inQuery)
        if (input[name] !== undefined && input[name] !== null) query.set(name, String(input[name]));
      const headers: Record<string, string> = { ...more.headers };
      if (more.idempotencyKey) headers['idempotency-key'] = more.idempotencyKey;
      if (more.ifMatch) headers['if-match'] = more.ifMatch;
      if (entry.body === 'json') headers['content-type'] = 'application/json';
      const text = query.toString();
      const response = await exchange(path + (text ? `?${text}` : ''), {
        method: entry.method,
        headers,
        ...(entry.body === 'json'
          ? { body: JSON.stringify(input.body ?? {}) }
          : entry.body === 'raw'
            ? { body: input.body as BodyInit, duplex: 'half' }
            : {}),
        ...(more.signal ? { signal: more.signal } : {}),
      } as RequestInit);
      if (entry.answer === 'stream') return response as never;
      if (entry.answer === 'none' || response.status === 204) return undefined as never;
      return (await response.json()) as never;
    },
    async *all(operation, input) {
      let cursor: string | null | undefined;
      do {
        const answer = (await client.call(
          operation,
          ...([{ ...(input as object), ...(cursor ? { cursor } : {}) }] as unknown as Rest<typeof operation>),
        )) as {
          items: never[];
          nextCursor?: string | null;
        };
        yield* answer.items;
        cursor = answer.nextCursor;
      } while (cursor);
    },
    fetch: (path, init = {}) => exchange(path, init),
  };
  return client;
}
