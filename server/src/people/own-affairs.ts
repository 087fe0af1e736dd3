import type { Action } from '../access/index.ts';
import { type Context, forbiddenHere } from '../platform/index.ts';

/**
 * Asks whether the caller may see to their own affairs, which no role is about. What runs for somebody may not, and a token only as far as its
 * limits say: a narrow one that leaks must neither become the whole account nor outlive its own end.
 *
 * @throws 403
 */
export function requireOwn(ctx: Context, action: Extract<Action, 'self.read' | 'self.write'>): void {
  if (ctx.actor.kind === 'workload')
    throw forbiddenHere('Something that Plinth runs cannot look at or change the account of the person it runs for.');
  const { actions } = ctx.actor.limits ?? {};
  if (actions && !actions.includes(action))
    throw forbiddenHere(`Your token does not carry ${action}. Use one that does, or sign in.`);
}

/** The same for what belongs to the whole account: name, password, sessions, other tokens. A token of one project is not for these. */
export function requireWholeAccount(ctx: Context, action: 'self.read' | 'self.write'): void {
  requireOwn(ctx, action);
  if (ctx.actor.limits?.projectId)
    throw forbiddenHere('Your token is for one project, not for your account. Sign in, or use another one.');
}
