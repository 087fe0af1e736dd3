import { Problem } from '../problem.ts';

const maximumDepth = 64;
const maximumKeys = 200_000;
const maximumUrlLength = 16_384;

/**
 * Parses a JSON body and refuses what would hurt further in: too deep, too many keys, NUL characters (PostgreSQL has no place for them),
 * half surrogate pairs and prototype keys. `NaN` and infinities are not JSON; the clients send them as text.
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(
      400,
      'malformed-json',
      `The body is not JSON: ${(error as Error).message}. Send Content-Type: application/json and one JSON value.`,
    );
  }
  checkValue(value);
  return value;
}

function checkValue(root: unknown): void {
  let keys = 0;
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { value, depth } = entry;
    if (typeof value === 'string') checkText(value, 'The body');
    if (value === null || typeof value !== 'object') continue;
    if (depth >= maximumDepth) throw new Problem(400, 'too-deep', `The body is nested deeper than ${maximumDepth} levels.`);
    for (const [key, member] of Object.entries(value)) {
      keys += 1;
      if (keys > maximumKeys)
        throw new Problem(413, 'too-many-values', `The body has more than ${maximumKeys} values. Send it in several requests.`);
      if (!Array.isArray(value)) {
        if (key === '__proto__') throw new Problem(400, 'invalid-input', 'The body has a key "__proto__".');
        checkText(key, 'A key of the body');
      }
      if (typeof member === 'string' || typeof member === 'object') stack.push({ value: member, depth: depth + 1 });
    }
  }
}

function checkText(text: string, where: string): void {
  if (text.includes('\u0000')) throw new Problem(400, 'invalid-text', `${where} holds a NUL character. Remove it.`);
  if (!text.isWellFormed())
    throw new Problem(400, 'invalid-text', `${where} holds half of a surrogate pair; text must be valid Unicode.`);
}

/** Refuses URLs that no honest client sends: too long, not decodable, NUL. */
export function checkUrl(url: string): void {
  if (url.length > maximumUrlLength)
    throw new Problem(414, 'url-too-long', `The URL is longer than ${maximumUrlLength} characters.`);
  let decoded: string;
  try {
    decoded = decodeURIComponent(url.replaceAll('+', ' '));
  } catch {
    throw new Problem(400, 'invalid-url', 'The URL has an escape that is not valid UTF-8.');
  }
  if (decoded.includes('\u0000')) throw new Problem(400, 'invalid-url', 'The URL holds a NUL character.');
}
