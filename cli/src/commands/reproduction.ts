import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { ago, note, printObject } from '../output.ts';
import type { Session } from '../session.ts';
import { listVerb, verb } from '../verbs.ts';

type Reproduction = Output<'getReproduction'>;

/** Making things again, and how it came out. */
export function reproductionCommands(program: Command): void {
  verb<[string], { wait?: boolean }>(
    program,
    'reproduce <what>',
    'make a job, models:/name/version or prediction again, and compare',
    async ({ args: [what], options, session }) => {
      let made = await begin(session, what);
      if (options.wait) note(`${made.id}: waiting for the verdict…`);
      while (options.wait && made.state !== 'finished') {
        await sleep(1000);
        made = await session.client.call('getReproduction', { reproduction: made.id });
      }
      show(made, options);
      if (options.wait && made.verdict !== 'verified' && made.verdict !== 'tolerated') process.exitCode = exitCodes.failed;
    },
    [['--wait', 'until there is a verdict; exit code 1 unless verified or tolerated']],
  );

  const reproduction = program.command('reproduction').description('what was made again');
  listVerb<'listReproductions', { subject?: string }>(reproduction, {
    about: 'newest first',
    operation: 'listReproductions',
    input: ({ options, session }) => ({
      ...(session.project ? { project: session.project } : {}),
      ...(options.subject ? { subject: options.subject } : {}),
    }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'of', value: (row) => row.subject },
      { title: 'state', value: (row) => row.state },
      { title: 'verdict', value: (row) => row.verdict },
      { title: 'began', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
    ],
    empty: 'Nothing was made again yet. Try: plinth reproduce <job>',
    options: [['--subject <ref>', 'only of job:…, version:… or prediction:…']],
  });
  verb<[string]>(
    reproduction,
    'show <reproduction>',
    'its verdict and every difference',
    async ({ args: [id], options, session }) => show(await session.client.call('getReproduction', { reproduction: id }), options),
  );
}

function begin(session: Session, what: string): Promise<Reproduction> {
  if (what.startsWith('job_')) return session.client.call('reproduceJob', { job: what });
  if (what.startsWith('prd_')) return session.client.call('reproducePrediction', { prediction: what });
  const [, name, version] = /^models:\/([^/]+)\/(\d+|latest)$/.exec(what) ?? [];
  if (name && version) return session.client.call('reproduceVersion', { project: session.needProject(), name, version });
  throw new UseError(`"${what}" is neither a job's id nor models:/name/version nor a prediction's id.`);
}

function show(made: Reproduction, options: { json?: boolean | string }): void {
  if (options.json) return printObject(made, options);
  const { compared: _compared, differences, ...plain } = made;
  printObject({ ...plain, differences: differences.length }, options);
}
