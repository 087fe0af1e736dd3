import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of Plinth, from the server's manifest. */
export const version: string = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version;
