import type { Output } from '@plinth/sdk';
import { exitCodes } from './exit-codes.ts';
import { note, type OutputOptions, printObject } from './output.ts';
import type { Session } from './session.ts';

type Retraining = Output<'getRetraining'>;

export const retrainOptions: [string, string][] = [
  ['--target <column>', 'the column that holds the truth, where that is not clear'],
  ['--wait', 'until the new version is there and compared; exit code 1 when it failed'],
];

/** A retraining as it is, or as it ends. */
export async function tellRetraining(
  session: Session,
  begun: Retraining,
  options: OutputOptions & { wait?: boolean },
): Promise<void> {
  let now = begun;
  let told = '';
  while (options.wait && !now.finishedAt) {
    if (now.state !== told) note(steps[now.state]);
    told = now.state;
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await session.client.call('getRetraining', { retraining: begun.id });
  }
  printObject(options.json ? now : inShort(now), options);
  if (now.state === 'failed') process.exitCode = exitCodes.failed;
}

const steps: Record<Retraining['state'], string> = {
  training: 'The version is made again with the recent rows …',
  comparing: 'Both versions are scored on the reference and on the recent rows …',
  finished: '',
  failed: '',
};

function inShort({ comparison, ...found }: Retraining): object {
  const plain = {
    id: found.id,
    state: found.state,
    reason: found.stateReason,
    deployment: `${found.deploymentName} (${found.channel})`,
    before: found.versionName,
    candidate: found.newVersionName,
    rows: `${found.referenceRows} of the reference, ${found.recentRows} since`,
    outcome: comparison?.outcome ?? null,
  };
  const scores = (['reference', 'recent'] as const).flatMap((window) =>
    Object.entries(comparison?.[window].current ?? {}).map(([metric, before]): [string, string] => [
      `${window}.${metric}`,
      `${before} before, ${comparison![window].candidate[metric]} now`,
    ]),
  );
  return { ...plain, ...Object.fromEntries(scores) };
}
