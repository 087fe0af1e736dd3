import { text } from 'node:stream/consumers';
import { createClient } from '@plinth/sdk';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, note, printList, printObject, write } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';
import { expiry, forgetLogin, rememberLogin } from '../settings.ts';

/** Signing in, tokens, who am I. */
export function accountCommands(program: Command): void {
  program
    .command('login')
    .argument('[url]', 'where Plinth is')
    .option('--token-stdin', 'read the token from standard input')
    .description('remember a server and a token (mode 600)')
    .action(async (url: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { tokenStdin?: boolean }>();
      const target = (url ?? openSession(options).url).replace(/\/+$/, '');
      if (!URL.canParse(target)) throw new UseError(`"${target}" is not a URL.`);
      const token = options.token ?? (options.tokenStdin ? (await text(process.stdin)).trim() : await askToken(target));
      const me = await createClient({ url: target, token }).call('getMe');
      rememberLogin(target, token);
      note(`Signed in at ${target} as ${me.name} <${me.email}>.`);
    });

  program
    .command('logout')
    .description('forget the server in force and its token')
    .action(() => {
      forgetLogin();
      note('Forgotten. The token itself stays good until it is revoked: plinth token revoke');
    });

  program
    .command('whoami')
    .description('who the token stands for')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('getMe'), options);
    });

  const token = program.command('token').description('your tokens');
  token
    .command('create')
    .argument('<name>')
    .option('--expires <time>', 'RFC 3339 time, or a number of days as 30d')
    .option('--for-project <project>', 'good for this project id only')
    .option('--action <action...>', 'carries only these actions')
    .description('make a token; it is shown once')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { expires?: string; forProject?: string; action?: string[] }>();
      const made = await openSession(options).client.call('createToken', {
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
    });
  token
    .command('list')
    .description('tokens with their last use')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listTokens', { limit: 1000 });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'name', value: (row) => row.name },
          { title: 'last used', value: (row) => ago(row.lastUsedAt), exact: (row) => row.lastUsedAt },
          { title: 'expires', value: (row) => row.expiresAt },
        ],
        options,
        'You have no tokens. Make one with: plinth token create <name>',
      );
    });
  token
    .command('revoke')
    .argument('<id>')
    .description('make a token worthless at once')
    .action(async (id: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('revokeToken', { token: id });
      note(`Revoked ${id}.`);
    });
}

async function askToken(url: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new UseError('There is no terminal to ask on. Give the token by --token-stdin or PLINTH_TOKEN.');
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message: `Token (make one at ${url}/account/tokens)` });
  if (isCancel(answer) || !answer) throw new UseError('No token was given.');
  return answer;
}
