import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { invalidField, Problem } from '../problem.ts';
import { isAllowed, isInside, parseAllowList } from './address.ts';

/** Where a call goes, decided once: whoever connects must use `address` and never resolve the name again. */
export interface Target {
  url: URL;
  /** As in the URL, without brackets. */
  host: string;
  port: number;
  address: string;
  family: 4 | 6;
}

const defaultPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'git:': 9418 };

/**
 * Checks an address that a user chose and resolves it once.
 *
 * @param pointer the field that it came from, for the message
 * @throws 400 `invalid-input` for what is no such URL, 400 `egress-refused` for what leads inside, 400 `unknown-host`
 */
export async function checkTarget(
  config: Pick<Config, 'egressAllow'>,
  address: string,
  options: { pointer?: string; protocols?: readonly string[] } = {},
): Promise<Target> {
  const { pointer = '/url', protocols = ['https:', 'http:'] } = options;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '') {
    throw invalidField(pointer, `is not an address beginning with ${protocols.map((protocol) => `${protocol}//`).join(', ')}`);
  }
  if (url.username || url.password) {
    throw invalidField(pointer, 'holds a name or password; addresses are kept and shown, so put no secret in them');
  }
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const port = url.port ? Number(url.port) : defaultPorts[url.protocol]!;
  const found = await resolve(host, pointer);
  const allow = parseAllowList(config.egressAllow);
  const good = found.every((one) => allow.hosts.has(host) || isAllowed(allow, one.address) || !isInside(one.address));
  if (!good) throw refused(host, pointer);
  const first = found[0]!;
  return { url, host, port, address: first.address, family: first.family as 4 | 6 };
}

async function resolve(host: string, pointer: string): Promise<{ address: string; family: number }[]> {
  const version = isIP(host);
  if (version !== 0) return [{ address: host, family: version }];
  try {
    const found = await lookup(host, { all: true });
    if (found.length > 0) return found;
  } catch {
    // Answered below: what exactly the name server said helps nobody.
  }
  const detail = `no address is known for "${host}"; check its spelling, or the name servers of this machine`;
  throw new Problem(400, 'unknown-host', `${pointer.replace(/^\//, '')}: ${detail}`, { errors: [{ pointer, detail }] });
}

/** Says nothing of the addresses found: that would let callers read the names of the network. */
function refused(host: string, pointer: string): Problem {
  const detail = `"${host}" leads into this machine or the network around it. An administrator can allow it in PLINTH_EGRESS_ALLOW`;
  return new Problem(400, 'egress-refused', `${pointer.replace(/^\//, '')}: ${detail}`, { errors: [{ pointer, detail }] });
}
