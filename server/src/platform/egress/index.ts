/**
 * Every outgoing call whose address a user can choose goes through here: webhooks, data sources, git, imports. The name is resolved once, addresses
 * inside the network are refused unless an administrator allowed them, the connection goes to the address that was checked, and each redirect is
 * checked again. Deliberately not here: what the installation itself talks to (database, object store, package mirror).
 *
 * @example const answer = await egressFetch(ctx.platform.config, 'https://example.org/hook', { method: 'POST', body: '{}' })
 */
export { isInside, parseAllowList } from './address.ts';
export { checkTarget, type Target } from './check-target.ts';
export { type EgressOptions, type EgressResponse, egressFetch } from './egress-fetch.ts';
