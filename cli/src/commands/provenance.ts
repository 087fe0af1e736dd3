import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { note, printObject, write } from '../output.ts';
import type { Session } from '../session.ts';
import { verb } from '../verbs.ts';

type Reproduction = Output<'reproduceJob'>;

/** From what was made back to its source, and the proof. */
export function provenanceCommands(program: Command): void {
  verb<[string], { wait: boolean }>(
    program,
    'reproduce <what>',
    'make a job, a version (models:/name/3) or a prediction again and compare; exit code 1 when it diverged or is impossible',
    async ({ args: [what], options, session }) => {
      const started = await start(session, what);
      const done = options.wait ? await verdictOf(session, started) : started;
      if (options.json) printObject(done, options);
      else tell(done);
      if (done.verdict === 'diverged' || done.verdict === 'impossible') process.exitCode = exitCodes.failed;
    },
    [['--no-wait', 'do not wait for the verdict']],
  );
}

async function start(session: Session, what: string): Promise<Reproduction> {
  if (/^job_/.test(what)) return session.client.call('reproduceJob', { job: what });
  if (/^prd_/.test(what)) return session.client.call('reproducePrediction', { prediction: what });
  const model = /^models:\/+([^/@]+)\/(\d+)$/.exec(what);
  if (!model) throw new UseError(`"${what}" is no job (job_…), prediction (prd_…) or version (models:/name/3).`);
  return session.client.call('reproduceVersion', { project: session.needProject(), name: model[1]!, version: model[2]! });
}

async function verdictOf(session: Session, started: Reproduction): Promise<Reproduction> {
  let now = started;
  let told = '';
  while (!now.verdict) {
    if (now.state !== told) note(steps[now.state]);
    told = now.state;
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await session.client.call('getReproduction', { reproduction: started.id });
  }
  return now;
}

const steps = {
  rebuilding: 'The job runs again …',
  comparing: 'What the two made is compared …',
  scoring: 'The rebuilt model answers the stored requests …',
  finished: '',
} as const satisfies Record<Reproduction['state'], string>;

function tell({ id, verdict, cause, causeDetail, compared, differences }: Reproduction): void {
  write(`${verdict ?? 'started'}\t${id}`);
  if (cause) note(`${cause}: ${causeDetail ?? ''}`);
  if (compared)
    note(
      `compared ${compared.runs} runs, ${compared.parameters} parameters, ${compared.points} values of ${compared.metrics} metrics, ${compared.files} files, ${compared.models} models, ${compared.predictions} predictions`,
    );
  for (const { what, was, is, tolerated } of differences)
    note(`${tolerated ? 'within tolerance' : 'differs'}: ${what}: ${was ?? 'nothing'} became ${is ?? 'nothing'}`);
}
