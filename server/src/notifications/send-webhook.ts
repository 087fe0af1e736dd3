import { createHmac } from 'node:crypto';
import { type Config, egressFetch, Problem } from '../platform/index.ts';
import type { Message } from './delivery-store.ts';
import type { Outcome } from './notification-delivery.ts';

const timeoutSeconds = 10;
const mostAnswerBytes = 64 * 1024;

export interface ProjectTold {
  id: string;
  slug: string;
  name: string;
}

/**
 * Sends one message as signed JSON, as the Standard Webhooks specification has it: `webhook-signature` is `v1,` and the HMAC-SHA256, in base64, of
 * `webhook-id`, `webhook-timestamp` and the body with dots between, under the bytes behind `whsec_`.
 */
export async function sendWebhook(
  config: Config,
  to: { url: string; secret: string },
  message: Message,
  project: ProjectTold | null,
  now: Date,
): Promise<Outcome> {
  const event = message.payload as { time?: string; sequence?: number; actor?: unknown; object?: unknown; data?: unknown } | null;
  const body = JSON.stringify({
    id: message.id,
    type: message.type,
    time: event?.time ?? message.createdAt,
    title: message.title,
    text: message.body,
    url: `${config.publicUrl}${message.path}`,
    project,
    ...(event ? { event: { sequence: event.sequence, actor: event.actor, object: event.object }, data: event.data } : {}),
  });
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return post(config, to.url, body, {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(to.secret, message.id, timestamp, body),
  });
}

/** Sends messages to a chat, together in one. */
export async function sendChat(
  config: Config,
  to: { url: string },
  messages: readonly Message[],
  project: ProjectTold | null,
): Promise<Outcome> {
  const lines = messages.map(
    (message) =>
      `${project ? `${project.name}: ` : ''}${message.title}\n${messages.length === 1 ? `${message.body}\n` : ''}${config.publicUrl}${message.path}`,
  );
  return post(config, to.url, JSON.stringify({ text: lines.join('\n\n') }), {});
}

export const secretPrefix = 'whsec_';

export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

async function post(config: Config, url: string, body: string, headers: Record<string, string>): Promise<Outcome> {
  try {
    const { status } = await egressFetch(config, url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Plinth', ...headers },
      body,
      timeoutSeconds,
      maximumBytes: mostAnswerBytes,
      // A receiver that moved is given its new address by a person: a message is not carried to wherever an answer points.
      maximumRedirects: 0,
    });
    if (status >= 200 && status < 300) return { ok: true, statusCode: status };
    const refused = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
    return { ok: false, statusCode: status, error: `The receiver answered ${status}.`, refused, final: false };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // What stands in its way here (an address inside the network) is no matter of trying longer.
    return { ok: false, statusCode: null, error: withoutPointer(error.detail), refused: error.status < 500, final: false };
  }
}

const withoutPointer = (detail: string): string => detail.replace(/^url: /, '');
