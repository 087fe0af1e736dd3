import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../kit/ids.ts';
import { hideSecrets, logMask } from './log-mask.ts';

const hidden = (text: string, secrets: string[] = []): string => logMask(secrets).hide(Buffer.from(text)).toString();

describe('a masked log', () => {
  it('shows neither tokens nor texts given as secret, and keeps every other byte in its place', () => {
    const token = newSecret('pln_');
    expect(hidden(`token=${token}, again ${token}.`)).toBe(`token=pln_${'*'.repeat(43)}, again pln_${'*'.repeat(43)}.`);
    expect(hidden('x=pässwort-1;', ['pässwort-1'])).toBe(`x=${'*'.repeat(11)};`);
    expect(hidden('xabcabcabcx', ['abcabc'])).toBe('x*********x');
    expect(hidden('pln_short and pln_ stay, the secret "ab" too', ['ab'])).toBe('pln_short and pln_ stay, the secret "ab" too');
  });

  it('hides the beginning of a token at its end, whose rest is still to come', () => {
    expect(hidden('token=pln_0123456789')).toBe('token=pln_**********');
  });

  it('is the same in pieces of any size and from any place as it is whole', async () => {
    const words = fc.constantFrom('pln_', newSecret('pln_'), 'geheim-geheim', 'geheim', 'a', ' ', '\n', 'ä', 'pln_0123456');
    await fc.assert(
      fc.asyncProperty(
        fc.array(words, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.nat(),
        async (parts, sizes, from, length) => {
          const mask = logMask(['geheim-geheim', 'geheim']);
          const log = Buffer.from(parts.join(''));
          const whole = mask.hide(log);
          const start = log.length === 0 ? 0 : from % log.length;
          const end = Math.min(log.length, start + (length % 200));
          const before = Math.max(0, start - mask.reachBytes);
          const seen = log.subarray(before, Math.min(log.length, end + mask.reachBytes));
          const pieces = async function* () {
            for (let at = 0, turn = 0; at < seen.length; turn++) {
              const size = sizes[turn % sizes.length]!;
              yield seen.subarray(at, at + size);
              at += size;
            }
          };
          const got: Buffer[] = [];
          for await (const part of hideSecrets(pieces(), mask, start - before, end - start)) got.push(part);
          expect(Buffer.concat(got).toString('latin1')).toBe(whole.subarray(start, end).toString('latin1'));
        },
      ),
      { numRuns: 500 },
    );
  });
});
