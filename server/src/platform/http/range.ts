import { Problem } from '../problem.ts';

/** One range in bytes, as in RFC 9110. @throws 416 with the size when nothing of it is there */
export function parseRange(header: string, size: number): { start: number; end: number } {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  const outside = () =>
    new Problem(416, 'range-not-satisfiable', `There are ${size} bytes; ask for one range within them.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  if (!match || (match[1] === '' && match[2] === '')) throw outside();
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (start > end || start >= size) throw outside();
  return { start, end };
}
