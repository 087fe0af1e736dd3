import { BlockList, isIP } from 'node:net';

/** What an administrator allows besides the public internet: names, addresses and ranges. */
export interface AllowList {
  hosts: ReadonlySet<string>;
  ranges: BlockList;
}

/**
 * Ranges that lead inside: this machine, the network around it, and where clouds keep the credentials of machines. The IPv6 ranges that carry an
 * IPv4 address within are refused whole, so that no spelling of an address passes by another.
 *
 * Two lists, for Node takes an IPv4 address for its ::ffff:0:0/96 form and would find every one in there.
 *
 * IANA special-purpose registries (RFC 6890); 168.63.129.16 is Azure's platform address and lies outside all of them.
 */
const inside = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.ipv4.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inside.ipv6.addSubnet(address, prefix, 'ipv6');
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address leads into this machine or the network around it. What is no address at all does. */
export const isInside = (address: string): boolean =>
  isIP(address) === 0 || inside[familyOf(address)].check(address, familyOf(address));

export const isAllowed = (list: AllowList, address: string): boolean => list.ranges.check(address, familyOf(address));

const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/;

/** `git.example.org, 10.1.0.0/16, ::1`. Entries that are none of these come back as faults. */
export function parseAllowList(text: string): AllowList & { faults: string[] } {
  const hosts = new Set<string>();
  const ranges = new BlockList();
  const faults: string[] = [];
  for (const entry of text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter(Boolean)) {
    const [address = '', prefix, ...more] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix);
    const rangeIsGood =
      version !== 0 &&
      more.length === 0 &&
      (prefix === undefined || /^\d{1,3}$/.test(prefix)) &&
      bits <= (version === 6 ? 128 : 32);
    if (rangeIsGood) ranges.addSubnet(address, bits, familyOf(address));
    else if (prefix === undefined && hostName.test(entry) && !/^[\d.]+$/.test(entry)) hosts.add(entry);
    else faults.push(entry);
  }
  return { hosts, ranges, faults };
}
