import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/**
 * Secrets that must be read again, sealed with a key that is not in the database (AES-256-GCM). `purpose` names the place of the secret and is
 * sealed in: what was copied to another row does not open there.
 *
 * @example const sealed = seal(config, `notification-channel:${id}:url`, url)
 */
export function seal(config: Config, purpose: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

/** @throws SealError when it was sealed with another key, for another place, or changed */
export function unseal(config: Config, purpose: string, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(config), bytes.subarray(0, 12)).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    throw new SealError();
  }
}

export class SealError extends Error {
  constructor() {
    super('It was sealed with another key. Give it again, or start every server with the PLINTH_SECRET_KEY of then.');
    this.name = 'SealError';
  }
}

const keys = new Map<string, Buffer>();

function keyOf(config: Config): Buffer {
  const secret = config.secretKey ?? keyInHome(config.home);
  const known = keys.get(secret);
  if (known) return known;
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'plinth seal v1', 32));
  keys.set(secret, key);
  return key;
}

/** The key that an installation without a setting made for itself. */
function keyInHome(home: string): string {
  const path = join(home, 'secret-key');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(home, { recursive: true });
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, `${randomBytes(36).toString('base64url')}\n`, { mode: 0o600, flush: true });
  chmodSync(own, 0o600);
  try {
    // Of two that begin together, the first one's key stays.
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}
