import { Command } from 'commander';
import { accountCommands } from './commands/account.ts';
import { peopleCommands } from './commands/people.ts';
import { platformCommands } from './commands/platform.ts';
import { projectCommands } from './commands/project.ts';
import { workCommands } from './commands/work.ts';

/** The whole command tree: noun and verb, with short forms of the daily ones. */
export function makeProgram(): Command {
  const program = new Command('plinth')
    .description('Plinth: from an idea to a governed, monitored model, and back to its source.')
    .option('--url <url>', 'where Plinth is (PLINTH_URL)')
    .option('--token <token>', 'a token (PLINTH_TOKEN)')
    .option('-p, --project <project>', 'project by slug or id (PLINTH_PROJECT, plinth.yaml)')
    .option('--json [fields]', 'JSON; with names only these fields')
    .option('--yes', 'do not ask')
    .showHelpAfterError('(plinth --help lists the commands)')
    .exitOverride();
  for (const add of [accountCommands, peopleCommands, projectCommands, workCommands, platformCommands]) add(program);
  return program;
}
