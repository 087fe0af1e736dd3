import * as client from 'openid-client';
import { LRUCache } from '../kit/lru-cache.ts';
import { type Config, type Context, egressFetch, Problem } from '../platform/index.ts';

/** What the sign-in provider says of a person, checked in form only. */
export interface ProviderClaims {
  issuer: string;
  subject: string;
  /** Only when the provider vouches for it. */
  verifiedEmail: string | null;
  name: string | null;
  groups: string[];
}

/** The secrets of one way to the provider and back. All but `state` are derived from what the browser keeps, so that the database holds none. */
export interface RoundTripSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface Provider {
  /** Where the browser goes to sign in. */
  authorizationUrl(ctx: Context, secrets: RoundTripSecrets): Promise<string>;
  /** Exchanges the code that the browser brought back. @throws 401 `provider-refused`, 502 `provider-failed` */
  claimsOf(ctx: Context, search: string, secrets: RoundTripSecrets): Promise<ProviderClaims>;
}

export const callbackPath = '/api/v1/session/oidc/callback';

/** Signatures that we take, best known first; one is chosen at discovery and no other passes. Never `none`, never one by the client's secret. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519', 'RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512'];

const rediscoverMilliseconds = 10 * 60_000;

/** The OpenID provider of the settings: authorization code with PKCE; state, nonce, issuer and algorithm are pinned, ID tokens verified by its keys. */
export function makeProvider(): Provider {
  const known = new LRUCache<client.Configuration>(4, rediscoverMilliseconds);

  async function configuration(ctx: Context): Promise<client.Configuration> {
    const settings = ctx.platform.config.oidc;
    if (!settings) throw noProvider();
    const key = `${settings.issuer} ${settings.clientId}`;
    const found = known.get(key);
    if (found) return found;
    const discovered = await asked(() => discover(ctx.platform.config, settings));
    known.set(key, discovered);
    return discovered;
  }

  return {
    async authorizationUrl(ctx, secrets) {
      const config = await configuration(ctx);
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: ctx.platform.config.publicUrl + callbackPath,
        scope: ctx.platform.config.oidc!.scopes,
        code_challenge: await client.calculatePKCECodeChallenge(secrets.codeVerifier),
        code_challenge_method: 'S256',
        state: secrets.state,
        nonce: secrets.nonce,
      });
      return url.href;
    },
    async claimsOf(ctx, search, secrets) {
      const config = await configuration(ctx);
      return asked(async () => {
        const tokens = await client.authorizationCodeGrant(
          config,
          new URL(ctx.platform.config.publicUrl + callbackPath + search),
          {
            pkceCodeVerifier: secrets.codeVerifier,
            expectedState: secrets.state,
            expectedNonce: secrets.nonce,
            idTokenExpected: true,
          },
        );
        const id = tokens.claims()!;
        const { userinfo_endpoint: more } = config.serverMetadata();
        const user = more ? await client.fetchUserInfo(config, tokens.access_token, id.sub) : {};
        return present({ ...id, ...user, iss: id.iss, sub: id.sub }, ctx.platform.config.oidc!.groupsClaim);
      });
    },
  };
}

/** For `plinth doctor`: whether the provider of the settings answers. */
export async function checkProvider(config: Config): Promise<{ ok: boolean; detail: string }> {
  if (!config.oidc) return { ok: true, detail: 'no provider is set; people sign in by password or link' };
  try {
    const { issuer } = (await discover(config, config.oidc)).serverMetadata();
    return { ok: true, detail: `${issuer} answers; it must allow ${config.publicUrl}${callbackPath}` };
  } catch (error) {
    return { ok: false, detail: `PLINTH_OIDC_ISSUER cannot be used: ${reasonOf(error)}` };
  }
}

async function discover(platform: Config, settings: NonNullable<Config['oidc']>): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  const insecure = issuer.startsWith('http:');
  const fetched = fetchAs(platform, issuer);
  const first = await client.discovery(new URL(issuer), clientId, undefined, undefined, {
    [client.customFetch]: fetched,
    ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
  });
  const server = first.serverMetadata();
  const offered = server.id_token_signing_alg_values_supported ?? ['RS256'];
  const algorithm = algorithms.find((name) => offered.includes(name));
  if (!algorithm) throw new Error(`it signs by none of ${algorithms.join(', ')}`);
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const config = new client.Configuration(
    server,
    clientId,
    { id_token_signed_response_alg: algorithm, [client.clockTolerance]: 30 },
    methods.includes('client_secret_basic') ? client.ClientSecretBasic(clientSecret) : client.ClientSecretPost(clientSecret),
  );
  config[client.customFetch] = fetched;
  if (insecure) client.allowInsecureRequests(config);
  client.enableNonRepudiationChecks(config);
  return config;
}

/** By the one client for outgoing calls. The administrator named the issuer, so its host may be inside the network. */
function fetchAs(config: Config, issuer: string): client.CustomFetch {
  const host = new URL(issuer).hostname.replace(/^\[|\]$/g, '');
  const egressAllow = [config.egressAllow, host].filter(Boolean).join(',');
  return async (url, { method, headers, body }) => {
    const answer = await egressFetch({ egressAllow }, url, {
      method: method as 'GET' | 'POST',
      headers,
      ...(body ? { body: body instanceof Uint8Array ? body : String(body) } : {}),
      timeoutSeconds: 10,
      maximumBytes: 1024 * 1024,
      maximumRedirects: 0,
    });
    const contentType = answer.headers['content-type'];
    return new Response(answer.status === 204 ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: typeof contentType === 'string' ? { 'content-type': contentType } : {},
    });
  };
}

/** What the provider answers is shown to nobody: the reason is for the log. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
      throw new Problem(401, 'provider-refused', 'The sign-in provider refused. Try again, or ask its administrator.', {
        extra: { reason: String(error.error).slice(0, 200) },
      });
    }
    throw new Problem(502, 'provider-failed', `The sign-in provider did not answer as it should: ${reasonOf(error)}.`);
  }
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { message?: string } };
  return (cause?.message ? `${message} (${cause.message})` : message).slice(0, 500);
};

function present(claims: Record<string, unknown>, groupsClaim: string): ProviderClaims {
  const subject = String(claims.sub);
  if (!/^[\x21-\x7e]{1,255}$/.test(subject)) throw new Error('its subject is not 1 to 255 ASCII characters');
  const email = typeof claims.email === 'string' ? claims.email : '';
  const verified = claims.email_verified === true || claims.email_verified === 'true';
  const sound = email.length <= 320 && /^[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+$/.test(email);
  const name =
    typeof claims.name === 'string'
      ? claims.name
          .replaceAll(/[\x00-\x1f]+/g, ' ')
          .trim()
          .slice(0, 120)
      : '';
  const groups = [claims[groupsClaim] ?? []].flat();
  return {
    issuer: String(claims.iss),
    subject,
    verifiedEmail: verified && sound ? email : null,
    name: name || null,
    groups: groups.filter((group) => typeof group === 'string' && !group.includes('\u0000')).slice(0, 10_000) as string[],
  };
}

export const noProvider = () =>
  new Problem(404, 'no-provider', 'No sign-in provider is set up here. Use your password, or ask an administrator.');
