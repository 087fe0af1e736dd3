import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The texts that an attempt's log must not show, beside the tokens that are known by their form. They lie in its folder, readable by the server
 * alone, so that the next server hides them too, and go with it.
 */
const fileOf = (folder: string): string => join(folder, 'secrets.json');

export function keepSecrets(folder: string, secrets: readonly string[]): void {
  if (secrets.length > 0) writeFileSync(fileOf(folder), JSON.stringify(secrets), { mode: 0o600 });
}

export function secretsOfAttempt(folder: string): string[] {
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
