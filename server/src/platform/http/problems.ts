import type { FastifyError } from 'fastify';
import { type FieldError, Problem, unavailable } from '../problem.ts';

interface ValidationFault {
  instancePath: string;
  keyword: string;
  message?: string;
  params?: Record<string, unknown>;
}

/** Any error as a Problem: our own as they are, Fastify's and PostgreSQL's translated, the rest as 500 without a word of the inside. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const fault = error as FastifyError & { code?: string; statusCode?: number };
  if (Array.isArray(fault.validation))
    return validationProblem(fault.validation as ValidationFault[], fault.validationContext ?? 'body');
  switch (fault.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return new Problem(413, 'body-too-large', 'The body is larger than this route takes. Send it in parts or as a file.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(415, 'unsupported-media-type', `This route does not take that content type; send application/json.`);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem(400, 'invalid-content-length', 'Content-Length and the body differ.');
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return new Problem(415, 'unsupported-media-type', 'This route takes multipart/form-data, a part per file.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem(400, 'malformed-json', 'The body is empty; send one JSON value.');
  }
  if (/multipart|Malformed part header|Unexpected end of form|Boundary not found/i.test(fault.message ?? '')) {
    return new Problem(
      400,
      'malformed-multipart',
      'The body is not multipart/form-data: it ends too early or lacks its boundary. Send it again.',
    );
  }
  const database = databaseProblem(fault);
  if (database) return database;
  if (typeof fault.statusCode === 'number' && fault.statusCode >= 400 && fault.statusCode < 500) {
    return new Problem(fault.statusCode, 'invalid-request', fault.message);
  }
  return new Problem(
    500,
    'internal',
    'Something went wrong in Plinth. Nothing was changed. Tell your administrator the request id.',
  );
}

/** What PostgreSQL says, by SQLSTATE class: bad values are the caller's, a lost connection is a moment's, a full disk is told as such. */
function databaseProblem(error: { code?: string; message: string; constraint?: string }): Problem | null {
  const code = error.code ?? '';
  if (/^(08|57P|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)/.test(code) && !/^ENOENT/.test(code)) {
    return unavailable('The database does not answer just now. Nothing was changed; try again.');
  }
  if (
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)
  ) {
    return unavailable('The database does not answer just now. Nothing was changed; try again.');
  }
  if (code === '57014') return unavailable('The database took too long for this request. Narrow it down, or try again.', 5);
  if (code === '53100' || code === 'ENOSPC')
    return new Problem(507, 'disk-full', 'The disk is full. Nothing was changed; tell your administrator.');
  if (code.startsWith('22'))
    return new Problem(400, 'value-out-of-range', 'A value is outside of what can be stored. Check numbers and times.');
  if (code === '23505')
    return new Problem(409, 'already-exists', 'Something with that name or key is there already. Choose another.');
  if (code === '23503') return new Problem(409, 'still-referenced', 'Something else refers to it, or what it refers to is gone.');
  if (code === '40001' || code === '40P01')
    return unavailable('Too many changes at once to the same thing. Nothing was changed; try again.');
  return null;
}

function validationProblem(faults: ValidationFault[], context: string): Problem {
  const where = context === 'querystring' ? 'query' : context === 'params' ? 'path' : context;
  const errors: FieldError[] = faults.slice(0, 20).map((fault) => {
    const named = (fault.params?.missingProperty ?? fault.params?.additionalProperty) as string | undefined;
    const path = fault.instancePath + (named ? `/${named.replaceAll('~', '~0').replaceAll('/', '~1')}` : '');
    const pointer = where === 'body' ? path : `/${where}${path}`;
    return { pointer, detail: describe(fault, named) };
  });
  const first = errors[0];
  const detail = first
    ? `${first.pointer.replace(/^\//, '') || 'the body'}: ${first.detail}`
    : 'The input does not fit the schema of this route.';
  return new Problem(400, 'invalid-input', detail, { errors });
}

function describe(fault: ValidationFault, named: string | undefined): string {
  switch (fault.keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `is not known here; remove "${named ?? 'it'}" or check its spelling`;
    case 'enum':
      return `must be one of ${(fault.params?.allowedValues as unknown[] | undefined)?.join(', ') ?? 'the allowed values'}`;
    case 'const':
      return `must be ${JSON.stringify(fault.params?.allowedValue)}`;
    default:
      return fault.message ?? 'is not valid';
  }
}
