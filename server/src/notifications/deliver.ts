import { type Config, type Database, type Platform, SealError, unseal } from '../platform/index.ts';
import { type ClaimedChannel, keepClaim, noteFailure, noteSuccess, releaseClaim } from './channel-store.ts';
import { type Message, noteOutcome, takeMessages } from './delivery-store.ts';
import { isGivenUp, type Outcome, waitAfter } from './notification-delivery.ts';
import { projectTold } from './project-told.ts';
import type { Mailer } from './send-mail.ts';
import { sendChat, sendWebhook } from './send-webhook.ts';

/** Messages that become one mail, or one message in a chat, when they wait together. */
const together = 25;

/** Sends what waits in a channel, oldest first, until nothing does or its receiver fails. */
export async function deliverChannel(
  platform: Platform,
  mailer: Mailer | null,
  channel: ClaimedChannel,
  owner: string,
  stopped: () => boolean,
): Promise<void> {
  const { db } = platform.database;
  let { failures } = channel;
  try {
    while (!stopped() && (await keepClaim(db, owner, channel.id))) {
      const messages = await takeMessages(db, channel.id, channel.kind === 'webhook' ? 1 : together);
      if (messages.length === 0) return;
      const outcome = await send(platform.config, db, mailer, channel, messages, platform.clock.now());
      if (await noteSent(db, channel.id, messages, outcome, failures, platform.clock.now())) failures = 0;
      else if (!outcome.ok && !outcome.final) return;
    }
  } finally {
    await releaseClaim(db, owner, channel.id);
  }
}

/** Writes down what became of messages. @returns whether they arrived */
export async function noteSent(
  db: Database,
  channelId: string,
  messages: readonly Message[],
  outcome: Outcome,
  failures: number,
  now: Date,
): Promise<boolean> {
  const over = messages.filter((message) => isGivenUp(outcome, message, now));
  const rest = messages.filter((message) => !over.includes(message));
  if (over.length > 0) await noteOutcome(db, over.map(idOf), outcome, 'failed');
  if (rest.length > 0) await noteOutcome(db, rest.map(idOf), outcome, outcome.ok ? 'delivered' : 'waiting');
  if (outcome.ok) await noteSuccess(db, channelId);
  else if (!outcome.final) await noteFailure(db, channelId, outcome.error, waitAfter(failures + 1));
  return outcome.ok;
}

const idOf = (message: Message): string => message.id;

export async function send(
  config: Config,
  db: Database,
  mailer: Mailer | null,
  channel: ClaimedChannel,
  messages: readonly Message[],
  now: Date,
): Promise<Outcome> {
  const [first] = messages as [Message];
  const project = await projectTold(db, first.projectId);
  if (channel.kind === 'email')
    return mailer
      ? mailer.send(first.address!, messages, project?.name ?? null)
      : cannot('There is no mail server: set PLINTH_SMTP_URL.');
  try {
    const url = unseal(config, urlPurpose(channel.id), channel.sealedUrl!);
    if (channel.kind === 'chat') return await sendChat(config, { url }, messages, project);
    const secret = unseal(config, secretPurpose(channel.id), channel.sealedSecret!);
    return await sendWebhook(config, { url, secret }, first, project, now);
  } catch (error) {
    if (error instanceof SealError) return cannot(error.message);
    throw error;
  }
}

export const urlPurpose = (id: string): string => `notification-channel:${id}:url`;
export const secretPurpose = (id: string): string => `notification-channel:${id}:secret`;

const cannot = (error: string): Outcome => ({ ok: false, statusCode: null, error, refused: false, final: false });
