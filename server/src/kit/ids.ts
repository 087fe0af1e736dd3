import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
let lastMilliseconds = 0;
let lastRandom = Buffer.alloc(10);

/**
 * A new opaque id: kind prefix, underscore, 26 characters of Crockford base 32 (48 bits of time, 80 random bits).
 * Ids made by one process sort in the order they were made, also within a millisecond.
 *
 * @example newId('prj') // 'prj_01kc2v…'
 */
export function newId(prefix: string): string {
  const now = Date.now();
  if (now > lastMilliseconds) {
    lastMilliseconds = now;
    lastRandom = randomBytes(10);
  } else {
    increment(lastRandom);
  }
  return `${prefix}_${encodeTime(lastMilliseconds)}${encodeBytes(lastRandom)}`;
}

/** A secret of 256 bits in base 62, with its scannable prefix. */
export function newSecret(prefix: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let value = BigInt('0x' + randomBytes(32).toString('hex'));
  let text = '';
  for (let index = 0; index < 43; index++) {
    text += digits[Number(value % 62n)];
    value /= 62n;
  }
  return prefix + text;
}

function increment(bytes: Buffer): void {
  for (let index = bytes.length - 1; index >= 0; index--) {
    bytes[index] = (bytes[index]! + 1) & 0xff;
    if (bytes[index] !== 0) return;
  }
}

function encodeTime(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (let index = 0; index < 10; index++) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function encodeBytes(bytes: Buffer): string {
  let value = BigInt('0x' + bytes.toString('hex'));
  let text = '';
  for (let index = 0; index < 16; index++) {
    text = alphabet[Number(value % 32n)] + text;
    value /= 32n;
  }
  return text;
}
