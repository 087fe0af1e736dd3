/**
 * Hides secrets in logs: each byte of one becomes `*`, so that offsets and sizes stay true. Hidden are all tokens of ours, known by their
 * form, and the texts that a workload was given as secret. What a program encodes (base64, reversed) is not recognised.
 */
export interface LogMask {
  /** The text with nothing secret in it; a part of a token at its end is hidden too, as the rest may be still to come. */
  hide(bytes: Buffer): Buffer;
  /** How far a secret reaches: looked at with this many bytes more on each side, a piece of a log is hidden as the whole would be. */
  reachBytes: number;
}

const prefix = Buffer.from('pln_');
/** What `newSecret` puts behind the prefix. */
const tokenBytes = 43;
/** Fewer give nothing away, and might be a word of somebody's own. */
const leastTokenBytes = 8;
/** Shorter texts would make logs unreadable and are no secrets. */
const leastSecretLength = 6;
const star = 0x2a;

export function logMask(secrets: readonly string[] = []): LogMask {
  const texts = secrets.filter((secret) => secret.length >= leastSecretLength).map((secret) => Buffer.from(secret));
  return {
    reachBytes: Math.max(prefix.length + tokenBytes, ...texts.map((text) => text.length)) - 1,
    hide(bytes) {
      const hidden = Buffer.from(bytes);
      for (const text of texts)
        for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) hidden.fill(star, at, at + text.length);
      for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1)) {
        const from = at + prefix.length;
        let end = from;
        while (end < bytes.length && end - from < tokenBytes && isTokenByte(bytes[end]!)) end += 1;
        if (end - from >= leastTokenBytes) hidden.fill(star, from, end);
      }
      return hidden;
    },
  };
}

const isTokenByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/**
 * Passes a log on with its secrets hidden, in flat memory.
 *
 * @param skipBytes so many at the beginning are only looked at, for secrets that reach into what follows
 * @param takeBytes how many are passed on after that; what comes behind them is only looked at
 */
export async function* hideSecrets(
  source: AsyncIterable<Buffer>,
  mask: LogMask,
  skipBytes = 0,
  takeBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  // `window` begins `reachBytes` before what is passed on next, and ends with what is not decided yet.
  let window = Buffer.alloc(0);
  let passed = skipBytes;
  let left = takeBytes;
  for await (const piece of source) {
    window = Buffer.concat([window, piece]);
    const decided = window.length - mask.reachBytes;
    if (decided > passed && left > 0) yield* pass(decided);
  }
  if (window.length > passed && left > 0) yield* pass(window.length);

  function* pass(end: number): Generator<Buffer> {
    const part = mask.hide(window).subarray(passed, Math.min(end, passed + left));
    left -= part.length;
    const kept = Math.max(0, end - mask.reachBytes);
    window = window.subarray(kept);
    passed = end - kept;
    yield part;
  }
}
