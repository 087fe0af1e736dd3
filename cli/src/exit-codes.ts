import { ApiProblem, NetworkProblem } from '@plinth/sdk';
import { WireProblem } from './mlflow/wire-problem.ts';

/** What scripts may rely on. */
export const exitCodes = { ok: 0, failed: 1, wrongUse: 2, notFound: 3, refused: 4, server: 5, interrupted: 130 } as const;

/** A fault of the person's own making, told in one sentence. */
export class UseError extends Error {}

/** What was named by a word that only we understand is not there. */
export class NotFoundError extends Error {}

/** What a protected channel answers: a conflict on the wire, to people a refusal. */
const refusedAtTheGate = ['approval-required', 'approval-rejected'];

export function exitCodeOf(error: unknown): number {
  if (error instanceof UseError) return exitCodes.wrongUse;
  if (error instanceof NotFoundError) return exitCodes.notFound;
  if (error instanceof NetworkProblem) return exitCodes.server;
  if (error instanceof WireProblem) {
    if (error.status === 401 || error.status === 403) return exitCodes.refused;
    return error.status === 0 || error.status >= 500 ? exitCodes.server : exitCodes.failed;
  }
  if (error instanceof ApiProblem) {
    if (error.status === 404) return exitCodes.notFound;
    if (error.status === 401 || error.status === 403 || refusedAtTheGate.includes(error.code)) return exitCodes.refused;
    if (error.status >= 500) return exitCodes.server;
    return error.status === 400 ? exitCodes.wrongUse : exitCodes.failed;
  }
  return exitCodes.failed;
}

/** A problem for people, on standard error. */
export function explain(error: unknown): string {
  if (error instanceof ApiProblem) {
    const more = error.errors.slice(1).map((fault) => `  ${fault.pointer.replace(/^\//, '')}: ${fault.detail}`);
    const signIn = error.status === 401 ? ['Sign in with: plinth login'] : [];
    const request = error.status >= 500 && error.requestId ? [`Request id: ${error.requestId}`] : [];
    return [error.detail, ...more, ...signIn, ...request].join('\n');
  }
  return (error as Error).message;
}
