import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider says of a person. */
export type TestClaims = Record<string, unknown> & { email?: string; email_verified?: boolean; groups?: string[] };

export interface TestProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The people it knows, by subject. */
  people: Record<string, TestClaims>;
  /** Who signs in next. */
  signsIn: string;
  /** Where it may send browsers back to; known only once Plinth runs. */
  allow(redirectUri: string): Promise<void>;
  stop(): Promise<void>;
}

/** The parts of the library that we use; it comes without types. */
interface Library {
  new (
    issuer: string,
    configuration: object,
  ): {
    callback(): RequestListener;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  };
}

/** A real OpenID provider in this process, without pages: it signs in whom the test names. */
export async function testProvider(): Promise<TestProvider> {
  const { Provider } = (await import('oidc-provider' as string)) as { Provider: Library };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientSecret = randomBytes(24).toString('hex');
  const made: TestProvider = {
    issuer,
    clientId: 'plinth',
    clientSecret,
    people: {},
    signsIn: '',
    async allow(redirectUri) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: 'plinth', client_secret: clientSecret, redirect_uris: [redirectUri] }],
        claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
        jwks: {
          keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig' }],
        },
        ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
        cookies: { keys: [randomBytes(16).toString('hex')] },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
        findAccount: (_context: unknown, subject: string) => ({
          accountId: subject,
          claims: async () => ({ sub: subject, ...made.people[subject] }),
        }),
        // Nobody is asked for consent.
        loadExistingGrant: async ({ oidc }: { oidc: GrantContext }) => {
          const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
          grant.addOIDCScope('openid profile email groups');
          await grant.save();
          return grant;
        },
      });
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (request.url?.startsWith('/interaction/'))
          void provider.interactionFinished(request, response, { login: { accountId: made.signsIn } });
        else answer(request, response);
      });
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

interface GrantContext {
  client: { clientId: string };
  session: { accountId: string };
  provider: {
    Grant: new (of: { clientId: string; accountId: string }) => { addOIDCScope(scope: string): void; save(): Promise<string> };
  };
}

/** A browser as far as a sign-in needs one: it keeps cookies and follows redirects by hand. */
export class TestBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async get(url: string): Promise<{ status: number; location: string | null; body: unknown }> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', ...(cookie ? { headers: { cookie } } : {}) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.get('location');
    const text = await answer.text();
    return {
      status: answer.status,
      location: location === null ? null : new URL(location, url).href,
      body: text.startsWith('{') ? JSON.parse(text) : text,
    };
  }

  /** Follows until `stop` says so. @returns that address, not opened */
  async follow(url: string, stop: (url: string) => boolean): Promise<string> {
    for (let hops = 0; hops < 12; hops++) {
      if (stop(url)) return url;
      const { location, status, body } = await this.get(url);
      if (location === null) throw new Error(`${url} answered ${status} ${JSON.stringify(body).slice(0, 300)}`);
      url = location;
    }
    throw new Error(`redirects without end at ${url}`);
  }
}
