import type { Started } from './peer.ts';

/** What the figures read of an answer. */
export interface Answer {
  experiment_id: string;
  run: { info: { run_id: string } };
  metrics: unknown[];
  next_page_token?: string;
}

/** What takes longer is no answer to somebody who waits. */
export const callSeconds = 60;

const headersOf = ({ token }: Started): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token ? { authorization: `Bearer ${token}` } : {}),
});

export const get = async (started: Started, path: string): Promise<Answer> =>
  read(
    await fetch(`${started.url}/ajax-api/2.0/mlflow/${path}`, {
      headers: headersOf(started),
      signal: AbortSignal.timeout(callSeconds * 1_000),
    }),
    path,
  );

export async function post(started: Started, path: string, body: object): Promise<Answer> {
  const sent = {
    method: 'POST',
    headers: headersOf(started),
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(callSeconds * 1_000),
  };
  return read(await fetch(`${started.url}/api/2.0/mlflow/${path}`, sent), path);
}

async function read(answer: Response, path: string): Promise<Answer> {
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer.json() as Promise<Answer>;
}
