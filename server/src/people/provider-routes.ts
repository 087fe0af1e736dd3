import { Type } from 'typebox';
import { type AnyRoute, route } from '../platform/index.ts';
import { makeProvider } from './provider.ts';
import { beginProviderSignIn, finishProviderSignIn } from './sign-in-by-provider.ts';

const page = Type.String({
  description: 'The browser is sent on: to the provider, to a page of ours, or to the sign-in page with `problem`.',
});

/** The two ends of a sign-in by the OpenID provider; both are opened by a browser. */
export function providerRoutes(): AnyRoute[] {
  const provider = makeProvider();
  return [
    route({
      method: 'GET',
      path: '/session/oidc',
      operationId: 'beginProviderSignIn',
      summary: 'Go to the sign-in provider',
      permission: 'open',
      query: Type.Object({ next: Type.Optional(Type.String({ maxLength: 2_000, description: 'The page to come back to.' })) }),
      produces: ['text/html'],
      response: { 302: page },
      handler: async (ctx, { query, reply }) => beginProviderSignIn(ctx, provider, query.next ?? '/', reply),
    }),
    route({
      method: 'GET',
      path: '/session/oidc/callback',
      operationId: 'finishProviderSignIn',
      summary: 'Come back from the sign-in provider; sets the session cookie',
      description: 'Takes `code`, `state` and `iss` or `error`, and whatever else the provider adds.',
      permission: 'open',
      produces: ['text/html'],
      response: { 302: page },
      handler: async (ctx, { request, reply }) => finishProviderSignIn(ctx, provider, request, reply),
    }),
  ];
}
