import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { followEvents } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { printJson, printList, printObject, write } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';

/** The server itself, the record, and any route by hand. */
export function platformCommands(program: Command): void {
  program
    .command('server')
    .description('run the server here')
    .action(() => runServerFile('serve.ts', []));
  program
    .command('migrate')
    .description('bring the database to the newest schema')
    .action(() => runServerFile('migrate.ts', []));
  program
    .command('doctor')
    .option('--settings', 'only list the settings')
    .description('show which settings are in force, from where, and test what they name')
    .action((options: { settings?: boolean }) => runServerFile('doctor.ts', options.settings ? ['--settings'] : []));

  const audit = program.command('audit').description('the record of all that happened');
  audit
    .command('list')
    .option('--verb <verb>')
    .option('--actor <id>')
    .option('--limit <number>', 'how many', Number, 50)
    .description('newest first')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { verb?: string; actor?: string; limit: number }>();
      const { items } = await openSession(options).client.call('listAuditEvents', {
        limit: options.limit,
        ...(options.verb ? { verb: options.verb } : {}),
        ...(options.actor ? { actor: options.actor } : {}),
      });
      printList(
        items,
        [
          { title: 'sequence', value: (row) => row.sequence },
          { title: 'time', value: (row) => row.time },
          { title: 'actor', value: (row) => row.actor.name },
          { title: 'verb', value: (row) => row.verb },
          { title: 'object', value: (row) => `${row.object.type}:${row.object.id}` },
        ],
        options,
        'Nothing fits.',
      );
    });
  audit
    .command('verify')
    .description('recompute the chain; exit code 1 when it was changed')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const verification = await openSession(options).client.call('verifyAudit');
      printObject(verification, options);
      if (!verification.valid) process.exitCode = exitCodes.failed;
    });

  program
    .command('events')
    .description('what happens, as it happens, one JSON object a line')
    .option('--after <sequence>', 'begin after this one', Number)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { after?: number }>();
      const session = openSession(options);
      for await (const event of followEvents(session.client, options.after === undefined ? {} : { after: options.after }))
        write(JSON.stringify(event));
    });

  program
    .command('api')
    .argument('<method>', 'GET, POST, …')
    .argument('<path>', 'under /api/v1, or whole')
    .option('--body <json>')
    .description('any route by hand')
    .action(async (method: string, path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { body?: string }>();
      const whole = path.startsWith('/api/') ? path : `/api/v1${path.startsWith('/') ? '' : '/'}${path}`;
      const init = {
        method: method.toUpperCase(),
        ...(options.body ? { body: options.body, headers: { 'content-type': 'application/json' } } : {}),
      };
      const response = await openSession(options).client.fetch(whole, init);
      const text = await response.text();
      if ((response.headers.get('content-type') ?? '').includes('json')) printJson(JSON.parse(text));
      else if (text) write(text);
    });

  program
    .command('open')
    .argument('[path]', 'a page, as projects/my-project')
    .description('print the address of a page, and open it in a browser where there is one')
    .action(async (path: string | undefined, _options, command: Command) => {
      const session = openSession(command.optsWithGlobals<CommonOptions>());
      const page = path ?? (session.project ? `projects/${session.project}` : '');
      const url = `${session.url}/${page.replace(/^\//, '')}`;
      write(url);
      if (process.stdout.isTTY && process.env.DISPLAY)
        spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
          .on('error', () => {})
          .unref();
    });

  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('shell completion; for bash: source <(plinth completion bash)')
    .action((shell: string, _options, command: Command) => write(completionFor(shell, command.parent!)));
}

/** The server's own programs run as processes: the command line imports none of them and so starts at once. */
function runServerFile(file: string, args: string[]): Promise<void> {
  const path = join(import.meta.dirname, '../../../server/src/main', file);
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.failed);
      resolve();
    });
  });
}

function completionFor(shell: string, program: Command): string {
  const nouns = program.commands.map((command) => command.name());
  const cases = program.commands
    .filter((command) => command.commands.length > 0)
    .map((command) => ({ noun: command.name(), verbs: command.commands.map((verb) => verb.name()) }));
  switch (shell) {
    case 'bash':
      return [
        '_plinth() {',
        '  local noun="${COMP_WORDS[1]}" word="${COMP_WORDS[COMP_CWORD]}"',
        `  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${nouns.join(' ')}" -- "$word")); return; fi`,
        '  case "$noun" in',
        ...cases.map(
          ({ noun, verbs }) =>
            `    ${noun}) [ "$COMP_CWORD" = 2 ] && COMPREPLY=($(compgen -W "${verbs.join(' ')}" -- "$word"));;`,
        ),
        '  esac',
        '}',
        'complete -o default -F _plinth plinth',
      ].join('\n');
    case 'zsh':
      return `#compdef plinth\nautoload -U +X bashcompinit && bashcompinit\n${completionFor('bash', program)}`;
    case 'fish':
      return [
        `complete -c plinth -n __fish_use_subcommand -f -a "${nouns.join(' ')}"`,
        ...cases.map(
          ({ noun, verbs }) => `complete -c plinth -n "__fish_seen_subcommand_from ${noun}" -f -a "${verbs.join(' ')}"`,
        ),
      ].join('\n');
    default:
      throw new UseError(`There is completion for bash, zsh and fish, not for "${shell}".`);
  }
}
