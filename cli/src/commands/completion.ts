import { writeSync } from 'node:fs';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { write } from '../output.ts';
import { findProjectFile, loadProjectFile } from '../project-file.ts';
import { openSession, type Session } from '../session.ts';
import { verb } from '../verbs.ts';

/** Completion in the shell: words of the command line itself, and names of what is there, asked of the server. */
export function completionCommands(program: Command): void {
  verb<[string]>(
    program,
    'completion <shell>',
    'for bash, zsh, fish or powershell; for bash: source <(plinth completion bash)',
    ({ args: [shell] }) => {
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      if (!script) throw new UseError(`There is completion for ${Object.keys(scripts).join(', ')}, not for "${shell}".`);
      write(script);
    },
  );
  // What the scripts call with the words so far; the last one is being typed.
  program
    .command('__complete [words...]', { hidden: true })
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const found = await candidates(program, words);
      if (found.length > 0) writeSync(1, `${found.join('\n')}\n`);
    });
}

async function candidates(program: Command, words: string[]): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const { plain, values } = sorted(words.slice(0, -1));
  const project = values.get('--project') ?? values.get('-p');
  if (['-p', '--project'].includes(words.at(-2) ?? '')) return fitting(typed, await names('project', {}));
  let command = program;
  let at = 0;
  for (const word of plain) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
    at += 1;
  }
  if (typed.startsWith('-'))
    return fitting(
      typed,
      [...command.options, ...program.options].map((one) => one.long ?? one.short ?? ''),
    );
  if (plain.length > at) return [];
  const verbs = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('_'));
  const noun = command.parent && command.parent !== program ? command.parent.name() : command.name();
  // A list takes no name; making something takes a new one.
  const takesName = command !== program && !['list', 'create', 'add', 'verify'].includes(command.name());
  return fitting(typed, [...verbs, ...(takesName ? await names(noun, project ? { project } : {}) : [])]);
}

/** Words without the options of all commands and their values. */
function sorted(words: string[]): { plain: string[]; values: Map<string, string> } {
  const plain: string[] = [];
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (['-p', '--project', '--url', '--token'].includes(word)) values.set(word, words[++index] ?? '');
    else if (!word.startsWith('-')) plain.push(word);
  }
  return { plain, values };
}

const fitting = (typed: string, all: string[]): string[] => [...new Set(all)].filter((one) => one.startsWith(typed)).sort();

/** Names of what is there. A server that does not answer completes nothing: the shell is no place for an error. */
async function names(noun: string, options: { project?: string }): Promise<string[]> {
  try {
    const find = Object.hasOwn(sources, noun) ? sources[noun] : undefined;
    return find ? await find(openSession(options)) : [];
  } catch {
    return [];
  }
}

const first = { limit: 100 };
const ids = (items: { id: string }[]): string[] => items.map((one) => one.id);
const jobs = async ({ client, project }: Session) =>
  ids((project ? await client.call('listProjectJobs', { project, ...first }) : await client.call('listJobs', first)).items);

const sources: Record<string, (session: Session) => Promise<string[]>> = {
  project: async ({ client }) => (await client.call('listProjects', { limit: 1000 })).items.map((one) => one.slug),
  init: async (session) => sources.project!(session),
  job: jobs,
  logs: jobs,
  run: async (session) => [
    ...(findProjectFile() ? Object.keys((await loadProjectFile()).file.jobs ?? {}) : []),
    ...(session.project ? ids((await session.client.call('listRuns', { project: session.project, ...first })).items) : []),
  ],
  env: async ({ client, project }) =>
    (await client.call('listEnvironments', { ...(project ? { project } : {}), limit: 1000 })).items.map((one) => one.name),
  dataset: async ({ client, needProject }) =>
    (await client.call('listDatasets', { project: needProject(), limit: 1000 })).items.map((one) => one.name),
  workspace: async ({ client }) => ids((await client.call('listWorkspaces', first)).items),
  workload: async ({ client }) => ids((await client.call('listWorkloads', { ...first, alive: true })).items),
  token: async ({ client }) => ids((await client.call('listTokens', first)).items),
  person: async ({ client }) => ids((await client.call('listPeople', first)).items),
} satisfies Record<string, (session: Session) => Promise<string[]>>;

const scripts: Record<string, string> = {
  bash: `_plinth() {
  local IFS=$'\\n'
  COMPREPLY=($(plinth __complete -- "\${COMP_WORDS[@]:1:$COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _plinth plinth`,
  zsh: `#compdef plinth
_plinth() {
  local -a found
  found=("\${(@f)$(plinth __complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  compadd -a found
}
compdef _plinth plinth`,
  fish: `function __plinth_complete
  plinth __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c plinth -f -a '(__plinth_complete)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName plinth -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  plinth __complete -- @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`,
};
