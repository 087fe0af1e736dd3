import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../kit/digest.ts';
import { newSecret } from '../kit/ids.ts';
import { type Context, countRefusal, Problem, transaction } from '../platform/index.ts';
import type { Provider, RoundTripSecrets } from './provider.ts';
import { providerPerson } from './provider-person.ts';
import { beginSession } from './sign-in.ts';
import { insertRoundTrip, takeRoundTrip } from './ticket-store.ts';

const roundTripSeconds = 600;

/** Sends the browser to the provider. What it keeps meanwhile proves that the same browser comes back. */
export async function beginProviderSignIn(
  ctx: Context,
  provider: Provider,
  next: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return orSignInPage(ctx, reply, async () => {
    const browser = newSecret('');
    const secrets = secretsOf(newSecret(''), browser);
    const url = await provider.authorizationUrl(ctx, secrets);
    await insertRoundTrip(ctx, sha256(secrets.state), { browserSha256: sha256(browser), next: pageOf(next) });
    reply.setCookie(cookieOf(ctx), browser, { ...cookieOptions(ctx), maxAge: roundTripSeconds });
    return url;
  });
}

/** The browser is back: whose it is, what their groups are now, and a session. A ticket is good once, whatever becomes of it. */
export async function finishProviderSignIn(
  ctx: Context,
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return orSignInPage(ctx, reply, async () => {
    const { state } = request.query as Record<string, unknown>;
    const browser = request.cookies[cookieOf(ctx)];
    reply.clearCookie(cookieOf(ctx), cookieOptions(ctx));
    const trip = typeof state === 'string' ? await takeRoundTrip(ctx, sha256(state)) : null;
    if (!trip || !browser || trip.browserSha256 !== sha256(browser)) throw badRoundTrip();
    const search = request.raw.url!.slice(request.raw.url!.indexOf('?'));
    const claims = await provider.claimsOf(ctx, search, secretsOf(state as string, browser));
    const personId = await transaction(ctx, (tx) => providerPerson(tx, claims));
    await beginSession(ctx, personId, request, reply);
    return ctx.platform.config.publicUrl + trip.next;
  });
}

/** A person looks at a browser here, not a program: a problem is told by the sign-in page, by its code alone. */
async function orSignInPage(ctx: Context, reply: FastifyReply, work: () => Promise<string>): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  try {
    return reply.redirect(await work(), 302);
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'no-provider') throw error;
    ctx.log.warn({ code: error.code, detail: error.detail, ...error.extra }, 'sign-in by the provider failed');
    countRefusal(ctx.platform, error.code);
    return reply.redirect(`${ctx.platform.config.publicUrl}/sign-in?problem=${error.code}`, 302);
  }
}

function secretsOf(state: string, browser: string): RoundTripSecrets {
  const derive = (word: string): string => createHash('sha256').update(`${word} ${browser}`).digest('base64url');
  return { state, nonce: derive('nonce'), codeVerifier: derive('verifier') };
}

/** Only a page of ours. */
const pageOf = (next: string): string => (/^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/');

const cookieOf = (ctx: Context): string => (isSecure(ctx) ? '__Host-plinth_oidc' : 'plinth_oidc');
const isSecure = (ctx: Context): boolean => ctx.platform.config.publicUrl.startsWith('https:');
/** Lax: it must come along when the provider sends the browser back. */
const cookieOptions = (ctx: Context) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(ctx) }) as const;

const badRoundTrip = () =>
  new Problem(
    401,
    'bad-round-trip',
    'This way to the sign-in provider was used before, took longer than ten minutes, or began in another browser. Try again.',
  );
