import { randomInt } from 'node:crypto';
import { sha256 } from '../kit/digest.ts';
import { newSecret } from '../kit/ids.ts';
import { type Context, countRefusal, emit, forbiddenHere, notFound, Problem, transaction } from '../platform/index.ts';
import { type DeviceSignIn, decideDevice, findDevice, insertDevice, pollDevice, takeDevice } from './device-store.ts';
import { makeToken } from './make-token.ts';
import { countAttempts, findPerson } from './person-store.ts';

/**
 * Signing in a program by a browser (RFC 8628): the program shows a short code, a person who is signed in reads it, sees who asks and
 * decides, the program gets a token of theirs, once.
 */
const lifeSeconds = 600;
export const intervalSeconds = 2;
/** A poll sooner than this after the last is told to slow down; less than the interval, for clocks and networks differ. */
const restSeconds = 1;
const tokenDays = 90;
/** No vowels, so that no code is a word, and nothing that reads like something else. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const startsFromAddress = 60;
const missesOfPerson = 20;

export async function startDevice(ctx: Context, name: string, address: string) {
  await throttle(ctx, `device-start ${address}`, startsFromAddress);
  const deviceCode = newSecret('');
  const code = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  const expiresAt = await transaction(ctx, (tx) =>
    insertDevice(tx, { deviceHash: sha256(deviceCode), userHash: sha256(code), name, address }, lifeSeconds),
  );
  const userCode = `${code.slice(0, 4)}-${code.slice(4)}`;
  const page = `${ctx.platform.config.publicUrl.replace(/\/+$/, '')}/device`;
  return {
    deviceCode,
    userCode,
    verificationUrl: page,
    verificationUrlComplete: `${page}/${userCode}`,
    expiresAt,
    intervalSeconds,
  };
}

/** Who asks, for the person to see before they decide. */
export async function openDevice(ctx: Context, userCode: string): Promise<DeviceSignIn> {
  const { id } = ctx.actor;
  requireSession(ctx);
  const device = await findDevice(ctx, hashOf(userCode));
  if (device) return device;
  // Only misses count: guessing a code ends long before it finds one.
  await throttle(ctx, `device-code ${id}`, missesOfPerson);
  throw notFound('sign-in code', userCode.slice(0, 20));
}

export async function decide(ctx: Context, userCode: string, decision: 'approved' | 'denied'): Promise<void> {
  await openDevice(ctx, userCode);
  await transaction(ctx, async (tx) => {
    const device = await decideDevice(tx, hashOf(userCode), decision, ctx.actor.id);
    if (!device) throw notFound('sign-in code', userCode.slice(0, 20));
    await emit(tx, {
      verb: `device-sign-in.${decision}`,
      object: { type: 'person', id: ctx.actor.id },
      data: { name: device.name, address: device.address, decision },
    });
  });
}

/** What the program asks until somebody has decided. @throws 400 with the stable code that says why not yet, or not at all */
export async function finishDevice(ctx: Context, deviceCode: string) {
  const device = await pollDevice(ctx, sha256(deviceCode), restSeconds);
  if (!device || device.over) {
    countRefusal(ctx.platform, 'bad-device-code');
    throw new Problem(
      400,
      'device-code-expired',
      'This sign-in was finished, or is older than ten minutes. Begin again: plinth login',
    );
  }
  if (device.tooSoon) throw new Problem(400, 'slow-down', `Ask every ${intervalSeconds} seconds, not more often.`);
  if (device.state === 'pending')
    throw new Problem(400, 'authorization-pending', 'Nobody has decided yet. Ask again in a moment.');
  if (device.state === 'denied') throw new Problem(403, 'sign-in-denied', 'The sign-in was refused in the browser.');
  return transaction(ctx, async (tx) => {
    const personId = await takeDevice(tx, sha256(deviceCode));
    const person = personId ? await findPerson(tx, personId) : null;
    if (!person || person.state === 'disabled')
      throw new Problem(400, 'device-code-expired', 'This sign-in was finished already. Begin again: plinth login');
    const asPerson: Context = { ...tx, actor: { kind: 'person', id: person.id, name: person.name, subjectIds: [person.id] } };
    const expiresAt = new Date(ctx.platform.clock.now().getTime() + tokenDays * 86_400_000).toISOString();
    const made = await makeToken(asPerson, { ownerId: person.id, name: device.name, kind: 'personal', expiresAt });
    const shown = { id: made.id, name: device.name, ownerId: person.id, expiresAt };
    await emit(asPerson, { verb: 'token.created', object: { type: 'token', id: made.id }, data: shown });
    return { token: made.token, expiresAt, personId: person.id };
  });
}

/** Only somebody before a browser can read the code and mean it; a token must not make tokens beyond its own limits this way. */
function requireSession(ctx: Context): void {
  if (!ctx.actor.sessionId) throw forbiddenHere('A sign-in is approved in the browser, by a person who is signed in there.');
}

async function throttle(ctx: Context, key: string, most: number): Promise<void> {
  if ((await countAttempts(ctx, [key])) <= most) return;
  throw new Problem(429, 'too-many-attempts', 'Too many tries. Wait a quarter of an hour and try again.', {
    headers: { 'retry-after': '900' },
  });
}

const hashOf = (userCode: string): string => sha256(userCode.toUpperCase().replaceAll(/[^A-Z]/g, ''));
