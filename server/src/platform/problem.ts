/**
 * An error that a caller is meant to read: becomes RFC 9457 `application/problem+json` on our own API and the wire's own form on a wire.
 * `code` is stable and listed in the docs; `detail` names the thing and the next step.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldError[];
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: FieldError[]; extra?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = (more.errors ?? []).map(({ pointer, detail }) => ({ pointer: asPointer(pointer), detail }));
    this.extra = more.extra ?? {};
    this.headers = more.headers ?? {};
  }
}

/** One fault in the input. `pointer` is a JSON pointer: into the body (`/packages/0`), or `/query/<name>`, `/path/<name>`, `/header/<name>`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

/** RFC 6901: empty for the whole body, else with a slash in front. */
const asPointer = (pointer: string): string => (pointer === '' || pointer.startsWith('/') ? pointer : `/${pointer}`);

/** A fault in one named field of the input: 400. */
export function invalidField(pointer: string, detail: string): Problem {
  return new Problem(400, 'invalid-input', `${pointer.replace(/^\//, '')}: ${detail}`, { errors: [{ pointer, detail }] });
}

/** As RFC 9457 has it. @param instance the id of the request */
export const presentProblem = ({ status, code, detail, errors, extra }: Problem, instance: string): object => ({
  type: `/docs/errors#${code}`,
  title: code.replaceAll('-', ' '),
  status,
  code,
  detail,
  instance,
  errors,
  ...extra,
});

/** What the caller may not see and what is not there look the same: 404. */
export function notFound(kind: string, id: string): Problem {
  return new Problem(
    404,
    'not-found',
    `There is no ${kind} "${id}" that you may see. Check the id, or ask its owner for access.`,
  );
}

/** The state of the thing forbids it: 409. */
export function conflict(code: string, detail: string, extra: Record<string, unknown> = {}): Problem {
  return new Problem(409, code, detail, { extra });
}

/** The server cannot do it now, and nothing was done: 503 with Retry-After. */
export function unavailable(detail: string, retryAfterSeconds = 1): Problem {
  return new Problem(503, 'unavailable', detail, { headers: { 'retry-after': String(retryAfterSeconds) } });
}

/** A refusal that no role lifts: 403 with the reason. */
export function forbiddenHere(detail: string): Problem {
  return new Problem(403, 'forbidden', detail);
}
