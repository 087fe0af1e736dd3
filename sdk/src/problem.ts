/** An answer of 400 or more, as the server explained it. */
export class ApiProblem extends Error {
  readonly status: number;
  /** Stable word for programs; see /docs/errors. */
  readonly code: string;
  readonly detail: string;
  readonly errors: { pointer: string; detail: string }[];
  readonly requestId: string | null;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, requestId: string | null) {
    // Wires speak in the words of their protocols: MLflow's `message`, Open Inference's `error`.
    const told = [body.detail, body.message, body.error].find((one) => typeof one === 'string');
    const detail = typeof told === 'string' ? told : `The server answered ${status}.`;
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = typeof body.code === 'string' ? body.code : `http-${status}`;
    this.detail = detail;
    this.errors = Array.isArray(body.errors) ? (body.errors as { pointer: string; detail: string }[]) : [];
    this.requestId = requestId ?? (typeof body.instance === 'string' ? body.instance : null);
    this.body = body;
  }
}

/** No answer came at all. */
export class NetworkProblem extends Error {
  constructor(url: string, cause: unknown) {
    super(`Plinth at ${url} does not answer. Is it running, and is the address right?`, { cause });
    this.name = 'NetworkProblem';
  }
}
