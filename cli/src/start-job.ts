import { execFileSync } from 'node:child_process';
import type { Input } from '@plinth/sdk';
import { exitCodes, UseError } from './exit-codes.ts';
import { findSnapshot } from './find.ts';
import { follow } from './follow.ts';
import { note, printObject } from './output.ts';
import { findProjectFile, loadProjectFile, type ProjectFile } from './project-file.ts';
import type { Session } from './session.ts';
import { type Call, collect, count } from './verbs.ts';

export interface StartOptions {
  environment?: string;
  tier?: string;
  input?: string[];
  var?: string[];
  timeout?: number;
  name?: string;
  wait?: boolean;
  patch?: boolean;
}

export const startOptions: [string, string, ((text: string, before?: string[]) => unknown)?][] = [
  ['--environment <name>', 'environment by name or id, or base'],
  ['--tier <name>', 'hardware tier'],
  ['--input <name=data>', 'read-only at $PLINTH_INPUT_<NAME>: a snapshot, dataset or dataset@number', collect],
  ['--var <name=value>', 'an environment variable', collect],
  ['--timeout <seconds>', 'end it after this long', count],
  ['--name <text>', 'what to call it'],
  ['--wait', 'follow the log and return the job’s own exit code'],
  ['--no-patch', 'leave uncommitted changes of this folder out'],
];

type NewJob = Input<'startJob'>['body'];

/** `plinth run`: a job of plinth.yaml by its name, or any command. Options go before what the file says. */
export async function startJob({ args: [words], options, session }: Call<[string[]], StartOptions>): Promise<void> {
  // An option of ours stands before the command; one that we do not know, there, is a slip.
  if (words[0]?.startsWith('-')) throw new UseError(`There is no option ${words[0]} of plinth run. See: plinth run start --help`);
  const named = await jobOfFile(session, words);
  const given = optionsOf(options);
  const inputs = await inputsOf(session, options.input ?? []);
  const patch = options.patch === false ? undefined : uncommitted();
  const body: NewJob = {
    ...(named ?? { command: words }),
    ...given,
    ...(inputs.length > 0 || named?.inputs ? { inputs: merged(named?.inputs ?? [], inputs) } : {}),
    ...(options.var ? { variables: { ...named?.variables, ...variablesOf(options.var) } } : {}),
    ...(patch ? { patch } : {}),
  };
  const job = await session.client.call('startJob', { project: session.needProject(), body });
  const url = `${session.url}/jobs/${job.id}`;
  if (!options.wait) return printObject(options.json ? job : { id: job.id, state: job.state, url }, options);
  note(`${job.id} ${url}`);
  // With --json standard output is for the one answer: the log goes where messages go.
  await follow(session, job.id, 'jobs', options.json ? process.stderr : process.stdout);
  const done = await session.client.call('getJob', { job: job.id });
  if (done.stateReason) note(done.stateReason);
  if (options.json) printObject(done, options);
  process.exitCode = done.exitCode ?? exitCodes.failed;
}

/** Null when the first word names no job of the file: then the words are the command. Further words are added to the job's command. */
async function jobOfFile(session: Session, [name, ...more]: string[]): Promise<NewJob | null> {
  if (findProjectFile() === null) {
    if (name !== undefined) return null;
    throw new UseError('Give a command, as: plinth run -- python train.py. With a plinth.yaml a job’s name is enough.');
  }
  const { path, file } = await loadProjectFile();
  const jobs = file.jobs ?? {};
  if (name === undefined)
    throw new UseError(`Give a command or a job of ${path}: ${Object.keys(jobs).join(', ') || 'there is none yet'}.`);
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  const environment = job?.environment ?? nameOfEnvironment(file);
  if (!job) return environment ? { command: [name, ...more], environment } : null;
  const inputs = [];
  for (const input of job.inputs ?? []) inputs.push({ name: input, snapshotId: await findSnapshot(session, file.data![input]!) });
  return {
    name,
    command: Array.isArray(job.command) ? [...job.command, ...more] : [job.command, ...more.map(shellWord)].join(' '),
    ...(environment ? { environment } : {}),
    ...(job.tier ? { hardwareTier: job.tier } : {}),
    ...(inputs.length > 0 ? { inputs } : {}),
    ...(job.variables ? { variables: job.variables } : {}),
    ...(job.timeoutSeconds ? { timeoutSeconds: job.timeoutSeconds } : {}),
    ...(job.retries ? { retries: job.retries } : {}),
  };
}

const nameOfEnvironment = ({ environment }: ProjectFile): string | undefined =>
  typeof environment === 'string' ? environment : environment?.name;

const optionsOf = ({ environment, tier, timeout, name }: StartOptions): Partial<NewJob> => ({
  ...(name ? { name } : {}),
  ...(environment ? { environment } : {}),
  ...(tier ? { hardwareTier: tier } : {}),
  ...(timeout ? { timeoutSeconds: timeout } : {}),
});

async function inputsOf(session: Session, pairs: string[]): Promise<{ name: string; snapshotId: string }[]> {
  const found = [];
  for (const pair of pairs) {
    const [name, data] = split(pair, '--input');
    found.push({ name, snapshotId: await findSnapshot(session, data) });
  }
  return found;
}

const merged = <T extends { name: string }>(before: T[], given: T[]): T[] => [
  ...before.filter((one) => !given.some((other) => other.name === one.name)),
  ...given,
];

const variablesOf = (pairs: string[]): Record<string, string> => Object.fromEntries(pairs.map((pair) => split(pair, '--var')));

function split(pair: string, option: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new UseError(`${option} takes name=value, not "${pair}".`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** As the shell must see it to pass it on unchanged. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** What was changed here since the last commit, tracked files only; nothing outside a repository. */
function uncommitted(): string | undefined {
  try {
    return (
      execFileSync('git', ['diff', 'HEAD', '--binary'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 16 * 1024 * 1024,
      }) || undefined
    );
  } catch {
    return undefined;
  }
}
