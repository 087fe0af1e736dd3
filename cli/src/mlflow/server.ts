import { request as plainRequest } from 'node:http';
import { request as securedRequest } from 'node:https';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';
import { UseError } from '../exit-codes.ts';
import { WireProblem } from './wire-problem.ts';

export interface ServerOptions {
  url: string;
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

type Query = Record<string, string | number | readonly string[] | undefined>;

const tries = 4;

/** One server that speaks MLflow's protocol: theirs, or a project of Plinth. Reads are tried again; what makes something new never is. */
export class MlflowServer {
  readonly url: string;
  readonly #authorization: string | undefined;

  constructor({ url, token, username, password }: ServerOptions) {
    if (!URL.canParse(url)) throw new UseError(`"${url}" is not a URL.`);
    const address = new URL(url);
    // Credentials belong into a header, never into marks, messages or a log.
    const name = username || decodeURIComponent(address.username);
    const secret = password || decodeURIComponent(address.password);
    address.username = '';
    address.password = '';
    address.hash = '';
    address.search = '';
    this.url = address.href.replace(/\/+$/, '');
    this.#authorization = token
      ? `Bearer ${token}`
      : name
        ? `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`
        : undefined;
  }

  /** A question, which may be asked again. */
  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#again(async () => (await (await this.#send('GET', address(path, query))).json()) as T);
  }

  /** A search is a question too. */
  search<T>(path: string, body: object): Promise<T> {
    return this.#again(async () => (await (await this.#send('POST', address(path), body)).json()) as T);
  }

  /** A change that may be said twice: what it sets is set then. */
  set<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<T> {
    return this.#again(async () => (await (await this.#send(method, address(path), body)).json()) as T);
  }

  /** Something new. Said once: when the answer is lost, the next call of the command finds what was made by its mark. */
  async create<T>(path: string, body: object): Promise<T> {
    return (await (await this.#send('POST', address(path), body)).json()) as T;
  }

  async *pages<T extends object>(ask: (token: string | undefined) => Promise<T>): AsyncGenerator<T> {
    let token: string | undefined;
    do {
      const page = await ask(token);
      yield page;
      token = (page as { next_page_token?: string }).next_page_token || undefined;
    } while (token);
  }

  async download(path: string, query: Query = {}): Promise<Readable> {
    const response = await this.#again(() => this.#send('GET', path + questionOf(query)));
    return response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);
  }

  /**
   * Sends a file as it is read; with a size it is exactly that long or the upload fails.
   *
   * @returns the bytes sent
   */
  async upload(
    path: string,
    content: Readable,
    sizeBytes: number | undefined,
    onBytes: (count: number) => void,
  ): Promise<number> {
    const target = new URL(this.url + path);
    let sent = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sent += chunk.length;
        onBytes(chunk.length);
        done(null, chunk);
      },
      flush(done) {
        const differs = sizeBytes !== undefined && sent !== sizeBytes;
        done(differs ? new Error(`${sent} bytes came where ${sizeBytes} were said to be`) : null);
      },
    });
    const request = (target.protocol === 'https:' ? securedRequest : plainRequest)(target, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        ...(sizeBytes === undefined ? {} : { 'content-length': sizeBytes }),
        ...(this.#authorization ? { authorization: this.#authorization } : {}),
      },
    });
    const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text = (text + chunk).slice(0, 10_000);
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    // Whichever of the two fails first is told; the other must not go unheard.
    const [, { status, text }] = await Promise.all([pipeline(content, counted, request), answered]);
    if (status < 200 || status > 299) throw problemOf(status, text);
    return sent;
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.url + path, {
        method,
        headers: {
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(this.#authorization ? { authorization: this.#authorization } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        // A redirect would carry the credentials to a place that nobody named.
        redirect: 'error',
      });
    } catch (error) {
      const { cause } = error as { cause?: { message?: string; code?: string } };
      throw new WireProblem(
        0,
        'UNREACHABLE',
        `${this.url} does not answer: ${cause?.message || cause?.code || (error as Error).message}`,
      );
    }
    if (response.ok) return response;
    throw problemOf(response.status, await response.text());
  }

  async #again<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        const passing = error instanceof WireProblem && (error.status === 0 || error.status === 429 || error.status >= 502);
        if (!passing || attempt === tries) throw error;
        await wait(250 * 4 ** (attempt - 1));
      }
    }
  }
}

const address = (path: string, query: Query = {}): string => `/api/2.0/mlflow/${path}${questionOf(query)}`;

function questionOf(query: Query): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) words.append(key, String(one));
  const text = words.toString();
  return text ? `?${text}` : '';
}

function problemOf(status: number, text: string): WireProblem {
  try {
    const body = JSON.parse(text) as { error_code?: string; message?: string };
    return new WireProblem(status, body.error_code ?? '', (body.message || text).slice(0, 500));
  } catch {
    const why =
      status === 401 ? 'it wants to know who asks (MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD)' : `status ${status}`;
    return new WireProblem(status, '', `the server answered: ${why}`);
  }
}

/** Where the artifact proxy has a file. */
export const proxied = (path: string): string =>
  `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
