/** What came back, whatever it is. */
export interface Told {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any answer
  body: any;
}

/** Somebody with a token and nothing but `fetch`: paths are whole, as the contract writes them. */
export interface Someone {
  token: string | null;
  get(path: string, headers?: Record<string, string>): Promise<Told>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Told>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Told>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Told>;
}

export function someone(url: string, token: string | null): Someone {
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> => {
    const raw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (raw ? body : JSON.stringify(body)) as BodyInit }),
      redirect: 'manual',
    });
    const text = await response.text();
    const json = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, body: json && text.trim() ? JSON.parse(text) : text };
  };
  return {
    token,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
  };
}

/** The answer, when it has the status that it should have. */
export async function must(status: number, asked: Promise<Told>): Promise<Told['body']> {
  const told = await asked;
  if (told.status !== status) throw new Error(`${told.status} in place of ${status}: ${told.text.slice(0, 2_000)}`);
  return told.body;
}

/** A person as the contract lets one come in: added by an administrator, signed in by password, with a token of their own making. */
export async function newPerson(url: string, admin: Someone, name: string, more: object = {}): Promise<Someone & { id: string }> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = `the password of ${name}`;
  const { id } = await must(201, admin.post('/api/v1/users', { email, name, password, ...more }));
  const nobody = someone(url, null);
  const signedIn = await nobody.post('/api/v1/session', { email, password });
  if (signedIn.status !== 201) throw new Error(signedIn.text);
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  const { token } = await must(201, nobody.post('/api/v1/tokens', { name: 'of the test' }, { cookie, origin: url }));
  return { id, ...someone(url, token) };
}
