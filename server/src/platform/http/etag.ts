import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem.ts';

/** Puts the version of what people edit on the answer, so that their next change can say which one it is about. */
export function etag(reply: FastifyReply, version: number): void {
  reply.header('etag', `"${version}"`);
}

/** Refuses a change that was made against an older version than the stored one: 412. Without the header it passes. */
export function checkIfMatch(request: FastifyRequest, version: number): void {
  const given = request.headers['if-match'];
  if (given === undefined || given === '*') return;
  const matches = given.split(',').some((part) => part.trim().replace(/^W\//, '') === `"${version}"`);
  if (!matches) {
    throw new Problem(
      412,
      'changed-meanwhile',
      `Somebody changed it meanwhile (it is now at version ${version}). Read it again and repeat your change.`,
    );
  }
}
