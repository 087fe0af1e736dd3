import { newId } from '../kit/ids.ts';
import { type Context, conflict, emit, notFound, transaction } from '../platform/index.ts';
import { openChannel, told } from './change-channel.ts';
import { noteSuccess, sealedOf } from './channel-store.ts';
import { send } from './deliver.ts';
import { findDelivery, insertDeliveries, noteOutcome, sendAgain, takeMessage } from './delivery-store.ts';
import { deliveryNotFailed, mailNotConfigured } from './notification-channel.ts';
import { type Delivery, type Outcome, testType } from './notification-delivery.ts';
import { openMailer } from './send-mail.ts';
import { testNotice } from './tell-notice.ts';

/** Sends one message now, once, and says what became of it. Mail goes to the one who asks. */
export async function tryChannel(ctx: Context, id: string): Promise<Delivery> {
  const channel = await openChannel(ctx, id, 'notification.manage');
  const { config, database } = ctx.platform;
  const mailer = channel.kind === 'email' ? openMailer(config) : null;
  if (channel.kind === 'email' && !mailer) throw mailNotConfigured();
  const notice = testNotice(channel.name);
  const deliveryId = newId('ntd');
  try {
    await transaction(ctx, async (tx) => {
      await insertDeliveries(tx, [
        {
          id: deliveryId,
          channelId: id,
          noticeKey: notice.key,
          type: testType,
          projectId: channel.projectId,
          personId: null,
          address: mailer ? await addressOf(tx) : null,
          title: notice.title,
          body: notice.text,
          path: notice.path,
          payload: null,
        },
      ]);
      // Over before it is sent, so that nobody else sends it meanwhile.
      await noteOutcome(tx.db, [deliveryId], untried, 'failed');
      await told(tx, 'tested', channel);
    });
    const message = await takeMessage(ctx, deliveryId);
    const outcome = await send(config, database.db, mailer, await sealedOf(ctx, id), [message], ctx.platform.clock.now());
    await noteOutcome(database.db, [deliveryId], outcome, outcome.ok ? 'delivered' : 'failed');
    // That it works again is known: what waits need wait no longer.
    if (outcome.ok) await noteSuccess(database.db, id);
    return (await findDelivery(ctx, id, deliveryId))!;
  } finally {
    mailer?.close();
  }
}

/** Sends what failed once more, in its turn. */
export async function retryDelivery(ctx: Context, channelId: string, id: string): Promise<Delivery> {
  await openChannel(ctx, channelId, 'notification.manage');
  return transaction(ctx, async (tx) => {
    const delivery = await findDelivery(tx, channelId, id);
    if (!delivery) throw notFound('delivery', id);
    if (delivery.state !== 'failed' || delivery.type === testType) throw deliveryNotFailed(id);
    await sendAgain(tx, id);
    const object = { type: 'notification-channel', id: channelId, projectId: delivery.projectId };
    await emit(tx, { verb: 'notification-channel.delivery-retried', object, data: { id: channelId, deliveryId: id } });
    return (await findDelivery(tx, channelId, id))!;
  });
}

const untried: Outcome = { ok: false, statusCode: null, error: 'The try was not finished.', refused: false, final: true };

/** @throws 400 for who has no mailbox */
async function addressOf(ctx: Context): Promise<string> {
  const person = await ctx.db.selectFrom('people').select('email').where('id', '=', ctx.actor.id).executeTakeFirst();
  if (!person)
    throw conflict('no-mailbox', 'Mail is tried on the one who asks, and only people have an address. Sign in as a person.');
  return person.email;
}
