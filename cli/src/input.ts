import { text } from 'node:stream/consumers';
import { UseError } from './exit-codes.ts';

/** A secret on standard input: never an argument, which everybody on the machine could read. */
export async function firstLine(): Promise<string> {
  const line = (await text(process.stdin)).split('\n')[0]!.replace(/\r$/, '');
  if (line === '') throw new UseError('Nothing came on standard input. Give it there, as: echo "$PASSWORD" | plinth …');
  return line;
}
