import { createTransport, type Transporter } from 'nodemailer';
import type { Config } from '../platform/index.ts';
import type { Message } from './delivery-store.ts';
import type { Outcome } from './notification-delivery.ts';

export interface Mailer {
  /** Sends messages to one address, several in one mail. */
  send(address: string, messages: readonly Message[], projectName: string | null): Promise<Outcome>;
  close(): void;
}

const timeoutMilliseconds = 10_000;

/** Mail by the server of PLINTH_SMTP_URL; null without one. */
export function openMailer(config: Config): Mailer | null {
  if (!config.smtpUrl) return null;
  const transport: Transporter = createTransport({
    url: config.smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: timeoutMilliseconds,
    greetingTimeout: timeoutMilliseconds,
    socketTimeout: 2 * timeoutMilliseconds,
    // Nothing of a message names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(address, messages, projectName) {
      try {
        await transport.sendMail({
          from: config.smtpFrom,
          to: { name: '', address },
          ...contentOf(config, messages, projectName),
          // Equal for all tries, by which a mailbox knows a mail that comes twice.
          messageId: `<${messages[0]!.id}@${new URL(config.publicUrl).hostname}>`,
          headers: { 'auto-submitted': 'auto-generated' },
        });
        return { ok: true, statusCode: null };
      } catch (error) {
        return outcomeOf(error as Error & { code?: string; responseCode?: number });
      }
    },
    close: () => transport.close(),
  };
}

function contentOf(config: Config, messages: readonly Message[], projectName: string | null): { subject: string; text: string } {
  const [first, ...more] = messages;
  const prefix = projectName ? `[${projectName.replace(/\s+/g, ' ')}] ` : '';
  const parts = messages.map((message) => `${message.title}\n\n${message.body}\n\n${config.publicUrl}${message.path}`);
  return {
    subject: `${prefix}${first!.title}${more.length > 0 ? ` and ${more.length} more` : ''}`,
    text: `${parts.join('\n\n--\n\n')}\n\n--\nYou get this from Plinth by the notifications of ${projectName ?? 'the organization'}: ${config.publicUrl}\n`,
  };
}

/** A mailbox that is not there stays away (5xx to the address); a server that cannot be reached, or says so, may come back. */
function outcomeOf(error: Error & { code?: string; responseCode?: number }): Outcome {
  const statusCode = error.responseCode ?? null;
  const final = error.code === 'EENVELOPE' && statusCode !== null && statusCode >= 500;
  const refused = statusCode !== null && statusCode >= 500;
  const detail = error.message.replace(/\s+/g, ' ').slice(0, 300);
  return { ok: false, statusCode, error: `The mail server did not take it: ${detail}`, refused, final };
}
