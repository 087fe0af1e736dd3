import { type Client, createClient } from '@plinth/sdk';
import { UseError } from './exit-codes.ts';
import { type Connection, connection } from './settings.ts';

/** Options that every command takes. */
export interface CommonOptions {
  url?: string;
  token?: string;
  project?: string;
  json?: boolean | string;
  yes?: boolean;
}

export interface Session extends Connection {
  client: Client;
  /** The project in force. @throws UseError when none is named anywhere */
  needProject(): string;
}

export function openSession(options: CommonOptions): Session {
  const found = connection(options);
  return {
    ...found,
    client: createClient({ url: found.url, token: found.token }),
    needProject() {
      if (found.project) return found.project;
      throw new UseError(
        'No project is named. Give --project, set PLINTH_PROJECT, or run in a folder with a plinth.yaml (plinth init makes one).',
      );
    },
  };
}
