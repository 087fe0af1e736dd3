import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { NotFoundError, UseError } from './exit-codes.ts';
import { projectOfFolder } from './project-file.ts';

/** What `plinth login` remembers; mode 600 under the XDG configuration folder. */
interface Remembered {
  current: string;
  contexts: Record<string, { url: string; token: string; project?: string }>;
}

export interface Connection {
  url: string;
  token: string | undefined;
  project: string | undefined;
}

const filePath = (): string => join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'plinth', 'contexts.json');

function readRemembered(): Remembered {
  const path = filePath();
  if (!existsSync(path)) return { current: '', contexts: {} };
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Remembered;
  } catch {
    throw new UseError(`${path} is not readable as JSON. Remove it and run: plinth login`);
  }
}

/** Written beside and renamed, so that a crash never leaves half a file; readable by its owner only from the first byte. */
function writeRemembered(remembered: Remembered): void {
  const path = filePath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(remembered, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

export function rememberLogin(url: string, token: string): void {
  const remembered = readRemembered();
  const name = new URL(url).host;
  remembered.contexts[name] = { ...remembered.contexts[name], url, token };
  remembered.current = name;
  writeRemembered(remembered);
}

export function rememberProject(project: string): void {
  const remembered = readRemembered();
  const context = remembered.contexts[remembered.current];
  if (!context) throw new UseError('You are not signed in. Run: plinth login');
  context.project = project;
  writeRemembered(remembered);
}

/** Forgets a server and its token; the one in force unless another is named. */
export function forgetLogin(name?: string): void {
  const remembered = readRemembered();
  const gone = name ?? remembered.current;
  if (name && !Object.hasOwn(remembered.contexts, name))
    throw new NotFoundError(`There is no context "${name}". See: plinth context list`);
  delete remembered.contexts[gone];
  if (gone === remembered.current) remembered.current = Object.keys(remembered.contexts)[0] ?? '';
  writeRemembered(remembered);
}

/** Options first, then the environment, then plinth.yaml of the folder (project), then what login remembered. */
export function connection(options: { url?: string; token?: string; project?: string }): Connection {
  const remembered = readRemembered();
  const context = remembered.contexts[remembered.current];
  const url = (options.url || process.env.PLINTH_URL || context?.url || 'http://127.0.0.1:8640').replace(/\/+$/, '');
  if (!URL.canParse(url))
    throw new UseError(`"${url}" is not a URL. Give one like http://127.0.0.1:8640 by --url or PLINTH_URL.`);
  const sameServer = context !== undefined && context.url === url;
  return {
    url,
    token: options.token || process.env.PLINTH_TOKEN || (sameServer ? context.token : undefined),
    project: options.project || process.env.PLINTH_PROJECT || projectOfFolder() || (sameServer ? context.project : undefined),
  };
}

/** Signed-in servers by name, and which is in force. */
export function listContexts(): { name: string; url: string; project: string; inForce: boolean }[] {
  const { contexts, current } = readRemembered();
  return Object.entries(contexts).map(([name, { url, project }]) => ({
    name,
    url,
    project: project ?? '',
    inForce: name === current,
  }));
}

export function useContext(name: string): void {
  const remembered = readRemembered();
  if (!Object.hasOwn(remembered.contexts, name))
    throw new NotFoundError(`There is no context "${name}". See: plinth context list`);
  remembered.current = name;
  writeRemembered(remembered);
}

/** A time as given, or in so many days: `30d`. */
export function expiry(given: string): string {
  const days = /^(\d{1,5})d$/.exec(given);
  if (days) return new Date(Date.now() + Number(days[1]) * 86_400_000).toISOString();
  if (Number.isNaN(Date.parse(given)))
    throw new UseError(`"${given}" is neither a time like 2027-01-31T12:00:00Z nor days like 30d.`);
  return new Date(given).toISOString();
}
