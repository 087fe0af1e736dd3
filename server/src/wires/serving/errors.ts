import type { FastifyRequest } from 'fastify';
import type { Problem } from '../../platform/index.ts';

/** MLflow's words for a status. */
const errorCodes: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'INVALID_STATE',
  413: 'BAD_REQUEST',
  415: 'BAD_REQUEST',
  429: 'REQUEST_LIMIT_EXCEEDED',
  499: 'CANCELLED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** An error in the form of the protocol that was spoken; ours says its stable code as well. */
export function presentProblem(problem: Problem, request: FastifyRequest) {
  const v2 = /^\/deployments\/[^/]+(?:\/channels\/[^/]+)?\/v2(?:\/|$|\?)/.test(request.url);
  const body = v2
    ? { error: problem.detail, code: problem.code }
    : { error_code: errorCodes[problem.status] ?? 'BAD_REQUEST', message: problem.detail, code: problem.code };
  return { status: problem.status, body, headers: { 'content-type': 'application/json' } };
}
