import type { Client } from './client.ts';

export interface PlinthEvent {
  sequence: number;
  time: string;
  actor: { kind: string; id: string; name: string };
  verb: string;
  object: { type: string; id: string; projectId: string | null };
  requestId: string;
  data: unknown;
}

export interface ServerSentMessage {
  id: string;
  event: string;
  data: string;
}

/** What you may see, as it happens, from `after` on; resumes by itself after a broken connection until the signal aborts. */
export async function* followEvents(
  client: Client,
  options: { after?: number; project?: string; signal?: AbortSignal } = {},
): AsyncGenerator<PlinthEvent> {
  let after = options.after;
  while (!options.signal?.aborted) {
    const query = new URLSearchParams();
    if (after !== undefined) query.set('after', String(after));
    if (options.project) query.set('project', options.project);
    const response = await client.fetch(`/api/v1/events?${query}`, options.signal ? { signal: options.signal } : {});
    for await (const message of readMessages(response)) {
      const event = JSON.parse(message.data) as PlinthEvent;
      after = event.sequence;
      yield event;
    }
  }
}

/** The messages of a server-sent event stream. */
export async function* readMessages(response: Response): AsyncGenerator<ServerSentMessage> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const message: ServerSentMessage = { id: '', event: 'message', data: '' };
      const data: string[] = [];
      for (const line of rest.slice(0, end).split('\n')) {
        if (line.startsWith('id: ')) message.id = line.slice(4);
        else if (line.startsWith('event: ')) message.event = line.slice(7);
        else if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
      rest = rest.slice(end + 2);
      if (data.length > 0) yield { ...message, data: data.join('\n') };
    }
  }
}
