import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, createClient } from '@plinth/sdk';
import type { Command } from 'commander';
import { openBrowser } from '../browser.ts';
import { UseError } from '../exit-codes.ts';
import { firstLine } from '../input.ts';
import { ago, done, note, printList, printObject, write } from '../output.ts';
import { expiry, forgetLogin, listContexts, rememberLogin, useContext } from '../settings.ts';
import { collect, listVerb, verb } from '../verbs.ts';

/** Signing in, the servers one is signed in at, tokens, who am I. */
export function accountCommands(program: Command): void {
  verb<[string | undefined], LoginOptions>(
    program,
    'login [url]',
    'sign in by the browser, and remember server and token (mode 600)',
    async ({ args: [url], options, session }) => {
      const target = (url ?? session.url).replace(/\/+$/, '');
      if (!URL.canParse(target)) throw new UseError(`"${target}" is not a URL.`);
      const token = options.token ?? (await signIn(target, options));
      const me = await createClient({ url: target, token }).call('getMe');
      rememberLogin(target, token);
      done(
        { url: target, id: me.id, name: me.name, email: me.email },
        options,
        `Signed in at ${target} as ${me.name} <${me.email}>.`,
      );
    },
    [
      ['--token-stdin', 'read a token from standard input instead'],
      ['--email <address>', 'sign in with a password, which is read from standard input'],
      ['--browser', 'show the code without a terminal too'],
    ],
  );
  verb(program, 'logout', 'forget the server in force and its token', ({ options }) => {
    forgetLogin();
    done({ forgotten: true }, options, 'Forgotten. The token itself stays good until it is revoked: plinth token revoke');
  });
  verb(program, 'whoami', 'who the token stands for', async ({ session, options }) =>
    printObject(await session.client.call('getMe'), options),
  );

  const context = program.command('context').description('servers that you are signed in at');
  verb(context, 'list', 'all, and which is in force', ({ options }) =>
    printList(
      listContexts(),
      [
        { title: 'in force', value: (row) => (row.inForce ? '*' : '') },
        { title: 'name', value: (row) => row.name },
        { title: 'url', value: (row) => row.url },
        { title: 'project', value: (row) => row.project },
      ],
      options,
      'You are signed in nowhere. Run: plinth login',
    ),
  );
  verb<[string]>(context, 'use <name>', 'work with this one from now on', ({ args: [name], options }) => {
    useContext(name);
    done({ name, inForce: true }, options, `Working with ${name}.`);
  });
  verb<[string]>(context, 'remove <name>', 'forget it and its token', ({ args: [name], options }) => {
    forgetLogin(name);
    done({ name, forgotten: true }, options, `Forgot ${name}.`);
  });

  const token = program.command('token').description('your tokens');
  verb<[string], { expires?: string; forProject?: string; action?: string[] }>(
    token,
    'create <name>',
    'make a token; it is shown once',
    async ({ args: [name], options, session }) => {
      const made = await session.client.call('createToken', {
        body: {
          name,
          ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
          ...(options.forProject ? { projectId: options.forProject } : {}),
          ...(options.action ? { actions: options.action } : {}),
        },
      });
      if (options.json) return printObject(made, options);
      note('Keep it now: it is not shown again.');
      write(made.token);
    },
    [
      ['--expires <time>', 'RFC 3339 time, or a number of days as 30d'],
      ['--for-project <project>', 'good for this project only'],
      ['--action <action>', 'carries only these actions; may come several times', collect],
    ],
  );
  listVerb(token, {
    about: 'with their last use',
    operation: 'listTokens',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'last used', value: (row) => ago(row.lastUsedAt), exact: (row) => row.lastUsedAt },
      { title: 'expires', value: (row) => row.expiresAt },
    ],
    empty: 'You have no tokens. Make one with: plinth token create <name>',
  });
  verb<[string]>(token, 'revoke <id>', 'make a token worthless at once', async ({ args: [id], options, session }) => {
    await session.client.call('revokeToken', { token: id });
    done({ id, revoked: true }, options, `Revoked ${id}.`);
  });
}

interface LoginOptions {
  tokenStdin?: boolean;
  email?: string;
  browser?: boolean;
}

async function signIn(url: string, { tokenStdin, email, browser }: LoginOptions): Promise<string> {
  if (tokenStdin) return (await text(process.stdin)).trim();
  return email ? signInByPassword(url, email, await firstLine()) : signInByBrowser(url, browser === true);
}

const tokenName = (): string => `plinth on ${hostname()}`.slice(0, 100);

/** A session that lasts as long as it takes to make a token. */
async function signInByPassword(url: string, email: string, password: string): Promise<string> {
  const client = createClient({ url });
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin };
  const signedIn = await client.fetch('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ email, password }) });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0]!)
    .join('; ');
  try {
    const expiresAt = new Date(Date.now() + 90 * 86_400_000).toISOString();
    const body = JSON.stringify({ name: tokenName(), expiresAt });
    const made = await client.fetch('/api/v1/tokens', { method: 'POST', headers: { ...headers, cookie }, body });
    return ((await made.json()) as { token: string }).token;
  } finally {
    await client.fetch('/api/v1/session', { method: 'DELETE', headers: { origin: headers.origin, cookie } });
  }
}

/** Shows a short code and waits until somebody approves it in a browser. A script that nobody watches would wait in vain: it is told so. */
async function signInByBrowser(url: string, anyway: boolean): Promise<string> {
  if (!anyway && !process.stderr.isTTY)
    throw new UseError('There is no terminal to show a code on. Give a token by --token-stdin or PLINTH_TOKEN.');
  const client = createClient({ url });
  const asked = await client.call('startDeviceSignIn', { body: { name: tokenName() } });
  note(`Open ${asked.verificationUrl} and enter the code ${asked.userCode}`);
  note(`or open ${asked.verificationUrlComplete}`);
  note('Waiting for you to approve it there…');
  openBrowser(asked.verificationUrlComplete);
  let waitSeconds = asked.intervalSeconds;
  for (;;) {
    await sleep(waitSeconds * 1000);
    try {
      return (await client.call('finishDeviceSignIn', { body: { deviceCode: asked.deviceCode } })).token;
    } catch (error) {
      const code = error instanceof ApiProblem ? error.code : '';
      if (code === 'slow-down') waitSeconds += 1;
      else if (code !== 'authorization-pending') throw error;
    }
  }
}
