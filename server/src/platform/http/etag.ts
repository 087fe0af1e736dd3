import type { FastifyReply, FastifyRequest } from 'fastify';
import { canonicalJson } from '../../kit/canonical-json.ts';
import { sha256 } from '../../kit/digest.ts';
import { Problem } from '../problem.ts';

/** A counter of the row; where there is none, `editionOf` what people edit. */
export type Version = number | string;

/** Names a state of what people edit by its content: machines that write beside it, as metrics of a run, do not change it. */
export const editionOf = (edited: object): string => sha256(canonicalJson(edited)).slice(0, 16);

/** Puts the version of what people edit on the answer, so that their next change can say which one it is about. */
export function etag(reply: FastifyReply, version: Version): void {
  reply.header('etag', `"${version}"`);
}

/** Refuses a change that was made against an older version than the stored one: 412. Without the header it passes. */
export function checkIfMatch(request: FastifyRequest, version: Version): void {
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
